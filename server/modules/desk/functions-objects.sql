-- Which of these objects rows name, and which of them work still waits for.
create or replace function desk.objects_in_use(keys text[])
  returns table (object_key text, is_needed boolean)
  language sql stable security definer set search_path = '' as $$
  select used.key, bool_or(used.needed) from (
    select i.object_key as key, i.state = 'stored' or exists (
      select from desk.held_mails h where h.inbox_id = i.id and h.decision is null) as needed
    from desk.inbox i where i.object_key = any (keys)
    union all
    select wanted.key, o.status = 'waiting'
    from unnest(keys) wanted (key)
    join mail.outbox o on o.attachments <> '[]'
      and o.attachments @> jsonb_build_array(jsonb_build_object('objectKey', wanted.key))) used
  group by used.key
$$;
select platform.across_customers('desk.objects_in_use(text[])');
