-- Which of these objects rows name, and which of them work still waits for.
create or replace function data_audits.objects_in_use(keys text[])
  returns table (object_key text, is_needed boolean)
  language sql stable security definer set search_path = '' as $$
  select used.key, bool_or(used.needed) from (
    select e.object_key as key, false as needed from data_audits.extracts e where e.object_key = any (keys)
    union all
    select a.object_key, a.state not in ('closed', 'refused')
    from data_audits.audits a where a.object_key = any (keys)) used
  group by used.key
$$;
select platform.across_customers('data_audits.objects_in_use(text[])');
