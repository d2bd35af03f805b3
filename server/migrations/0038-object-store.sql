-- breaking
-- From here on every object is noted before it is visible: a process of an earlier version would write what no later one
-- reads, and what is not noted is removed as a leftover.

-- A few of the recorded objects, to see whether a store is the one they are in.
create function platform.some_objects(at_most int) returns table (key text)
  language sql stable security definer set search_path = '' as $$
  (select o.key from platform.objects o where o.removed_at is null order by o.key limit at_most)
$$;
select platform.across_customers('platform.some_objects(int)');

-- Which of these keys objects have that are kept.
create function platform.kept_objects(keys text[]) returns table (key text)
  language sql stable security definer set search_path = '' as $$
  select o.key from platform.objects o where o.key = any (keys) and o.removed_at is null
$$;
select platform.across_customers('platform.kept_objects(text[])');
