-- A page of the audit trail, newest first: of everybody, or of one customer. `about` is an id that was searched for, as a
-- uuid and as it is shown: what was done to it, by it or for it.
create or replace function access.audit_across_customers(search text, about uuid, about_shown text, for_customer uuid,
    from_at timestamptz, until_at timestamptz, before_id uuid, at_most int)
  returns table (id uuid, at timestamptz, actor jsonb, name text, action text, subject text, detail jsonb,
    customer_id uuid, customer_code text, customer_name text, environment text)
  language sql stable security definer set search_path = '' as $$
  select a.id, a.at, a.actor,
    (select p.name from access.people p
     where p.id = case when a.actor->>'kind' = 'person' then (a.actor->>'id')::uuid end),
    a.action, a.subject, a.detail, c.id, c.code, c.name, e.kind
  from platform.audit a
  left join customers.customers c on c.id = a.customer_id
  left join customers.environments e on e.id = a.environment_id
  where (for_customer is null or a.customer_id = for_customer)
    and (from_at is null or a.at >= from_at)
    and (until_at is null or a.at < until_at)
    and (before_id is null or a.id < before_id)
    and (about is null or a.subject in (about::text, about_shown) or a.actor->>'id' = about::text
         or a.customer_id = about or a.environment_id = about)
    and (search is null or platform.words_of(a.action) @@ platform.search_of(search)
         or a.actor->>'id' in (
           select p.id::text from access.people p where platform.words_of(p.name) @@ platform.search_of(search)))
  order by a.id desc limit at_most
$$;
select platform.across_customers(
  'access.audit_across_customers(text,uuid,text,uuid,timestamptz,timestamptz,uuid,int)');

-- Whether a person has lost a right since a moment, whatever the scope.
create or replace function access.has_lost_right(person uuid, since timestamptz) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (select from access.people p where p.id = person and p.lost_at >= since)
$$;
select platform.across_customers('access.has_lost_right(uuid,timestamptz)');

-- How a customer is called, for the page that says who one becomes by signing in.
create or replace function access.customer_name(wanted uuid) returns text
  language sql stable security definer set search_path = '' as $$
  select c.name from customers.customers c where c.id = wanted
$$;
select platform.across_customers('access.customer_name(uuid)');
