-- Whether who registered a key may sign in no longer, or, as a person of the customer, lost a right since. Rights that come
-- back later do not count. Keys that no person registered have nobody to leave.
create or replace function file_exchange.registrant_left(registrant text, since timestamptz) returns boolean
  language sql stable set search_path = '' as $$
  select case when registrant ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    exists (select from access.people p where p.id = registrant::uuid
      and ((p.customer_id is not null and p.lost_at >= since)
        or not exists (select from access.person_by_id(p.id))))
    else false end
$$;
grant execute on function file_exchange.registrant_left(text, timestamptz) to fairlead_app, fairlead_staff;

-- A page of the SFTP keys that are in use and that somebody who has left registered, of all customers, for staff. Newest first.
create or replace function file_exchange.keys_to_retire(for_customer uuid, before_id uuid, at_most int)
  returns table (id uuid, label text, fingerprint text, user_name text, customer_id uuid, customer_code text,
    customer_name text, environment_kind text, holder text, registered_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select k.id, k.label, k.fingerprint, a.user_name, c.id, c.code, c.name, e.kind, p.email, k.registered_at
  from file_exchange.account_keys k
  join file_exchange.accounts a on a.environment_id = k.environment_id and a.id = k.account_id
  join customers.customers c on c.id = k.customer_id
  join customers.environments e on e.id = k.environment_id
  join access.people p on p.id::text = k.registered_by
  where k.revoked_at is null
    and (for_customer is null or k.customer_id = for_customer)
    and (before_id is null or k.id < before_id)
    and file_exchange.registrant_left(k.registered_by, k.registered_at)
  order by k.id desc limit at_most
$$;
select platform.across_customers('file_exchange.keys_to_retire(uuid,uuid,int)');
