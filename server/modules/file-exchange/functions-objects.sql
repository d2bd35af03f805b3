-- Which of these objects rows name, and which of them work still waits for.
create or replace function file_exchange.objects_in_use(keys text[])
  returns table (object_key text, is_needed boolean)
  language sql stable security definer set search_path = '' as $$
  select used.key, bool_or(used.needed) from (
    select f.object_key as key, f.kind = 'partial' and f.removed_at is null as needed
    from file_exchange.files f where f.object_key = any (keys)
    union all
    select t.object_key, t.state in ('received', 'checking', 'held', 'applying')
    from file_exchange.transfers t where t.object_key = any (keys)) used
  group by used.key
$$;
select platform.across_customers('file_exchange.objects_in_use(text[])');
