-- Whether the holder of what was handed out at some time has left since, or lost a right: a contact or portal person of a
-- customer by address. Rights that come back later do not count.
create or replace function credentials.has_left(customer uuid, email text, since timestamptz, needs text[])
  returns boolean language sql stable set search_path = '' as $$
  select exists (
      select from customers.contacts c
      where c.customer_id = customer and c.email = lower($2) and (c.removed_at is not null or c.lost_at >= since))
    or exists (
      select from access.people p
      where p.customer_id = customer and p.email = lower($2)
        and (p.lost_at >= since
          or (cardinality(needs) > 0
            and not coalesce((select h.roles @> needs from access.person_by_id(p.id) h), false))))
$$;
grant execute on function credentials.has_left(uuid, text, timestamptz, text[]) to fairlead_app, fairlead_staff;

-- Whether a link's holder has all the rights with which they got it, and has had them all the time.
create or replace function credentials.link_is_held(link credentials.one_time_links)
  returns boolean language sql stable set search_path = '' as $$
  select case
    when link.holder_email is not null then
      not credentials.has_left(link.customer_id, link.holder_email, link.created_at, link.holder_roles)
    when link.holder_person is not null then
      coalesce((select h.roles @> link.holder_roles from access.person_by_id(link.holder_person) h), false)
      and not exists (select from access.people p where p.id = link.holder_person and p.lost_at >= link.created_at)
    else false end
$$;
grant execute on function credentials.link_is_held(credentials.one_time_links) to fairlead_app, fairlead_staff;

-- A page of the key requests of all customers, newest first, for staff.
create or replace function credentials.key_requests_across_customers(of_status text, before_id uuid, at_most int)
  returns table (id uuid, customer_id uuid, customer_code text, customer_name text, environment_kind text,
    contact_name text, contact_email text, label text, purpose text, scopes text[], status text,
    integration_id uuid, requested_at timestamptz, decided_at timestamptz, decided_by uuid, decided_by_name text,
    decline_reason text, key_id uuid)
  language sql stable security definer set search_path = '' as $$
  select r.id, r.customer_id, c.code, c.name, e.kind, r.contact_name, r.contact_email, r.label, r.purpose, r.scopes,
         r.status, r.integration_id, r.requested_at, r.decided_at, r.decided_by, r.decided_by_name, r.decline_reason, r.key_id
  from credentials.key_requests r
  join customers.customers c on c.id = r.customer_id
  join customers.environments e on e.id = r.environment_id
  where (of_status is null or r.status = of_status) and (before_id is null or r.id < before_id)
  order by r.id desc limit at_most
$$;
select platform.across_customers('credentials.key_requests_across_customers(text,uuid,int)');

-- Secrets that work and were shown to somebody who has left since, of all customers, for staff: API keys that are neither
-- revoked nor replaced, and webhook secrets that were not made anew. Newest first.
create or replace function credentials.secrets_to_roll(moment timestamptz, for_customer uuid, before_id uuid, at_most int)
  returns table (id uuid, kind text, title text, customer_id uuid, customer_code text, customer_name text,
    environment_kind text, holder text, revealed_at timestamptz, key_id uuid)
  language sql stable security definer set search_path = '' as $$
  select l.id, l.kind, l.title, c.id, c.code, c.name, e.kind,
         coalesce(l.holder_email, (select p.email from access.people p where p.id = l.holder_person)), l.revealed_at, k.id
  from credentials.one_time_links l
  join customers.customers c on c.id = l.customer_id
  left join customers.environments e on e.id = l.environment_id
  left join credentials.api_keys k on k.link_id = l.id
  where l.revealed_at is not null and l.voided_at is null and l.kind in ('api-key', 'webhook-secret')
    and (l.kind <> 'api-key' or (k.revoked_at is null and k.replaced_at is null
      and (k.expires_at is null or k.expires_at > moment)))
    and (l.kind <> 'webhook-secret' or not exists (
      select from credentials.one_time_links n
      where n.customer_id = l.customer_id and n.kind = l.kind and n.revealed_at > l.revealed_at
        and n.subject->>'id' = l.subject->>'id'))
    and (for_customer is null or l.customer_id = for_customer)
    and (before_id is null or l.id < before_id)
    and not credentials.link_is_held(l)
  order by l.id desc limit at_most
$$;
select platform.across_customers('credentials.secrets_to_roll(timestamptz,uuid,uuid,int)');
