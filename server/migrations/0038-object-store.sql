-- A few of the recorded objects, to see whether a store is the one they are in.
create function platform.some_objects(at_most int) returns table (key text)
  language sql stable security definer set search_path = '' as $$
  (select o.key from platform.objects o where o.removed_at is null order by o.key limit at_most)
$$;
select platform.across_customers('platform.some_objects(int)');
