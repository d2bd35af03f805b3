-- Customers, their environments and contacts.

create schema customers;

create table customers.customers (
  id uuid primary key default uuidv7(),
  code text not null unique check (code ~ '^[A-Z][A-Z0-9]{1,19}$'),
  name text not null check (length(name) between 1 and 200),
  service_model text not null check (service_model in ('fms', 'saas', 'supported')),
  head_count int check (head_count >= 0),
  team_lead_id uuid references access.people (id),
  domains text[] not null default '{}',
  created_at timestamptz not null
);
alter table customers.customers enable row level security;
alter table customers.customers force row level security;
create policy own on customers.customers using (id = nullif(current_setting('app.customer', true), '')::uuid);
create policy across on customers.customers for select to fairlead_staff using (true);

create table customers.environments (
  id uuid primary key default uuidv7(),
  customer_id uuid not null references customers.customers (id),
  kind text not null check (kind in ('sandbox', 'production')),
  created_at timestamptz not null,
  unique (customer_id, kind)
);
select platform.protect_customer('customers.environments');

-- People at the customer whom the vendor deals with; some of them sign in (person_id).
create table customers.contacts (
  id uuid primary key default uuidv7(),
  customer_id uuid not null references customers.customers (id),
  name text not null check (length(name) between 1 and 200),
  email text not null check (email = lower(email)),
  kind text not null check (kind in ('project-owner', 'developer', 'signatory', 'other')),
  has_authority boolean not null default false,
  person_id uuid,
  created_at timestamptz not null,
  unique (customer_id, email),
  foreign key (person_id, customer_id) references access.people (id, customer_id)
);
select platform.protect_customer('customers.contacts');

-- A customer's person is bound to a customer that exists.
alter table access.people add foreign key (customer_id) references customers.customers (id);

select platform.grant_app('customers');

create function customers.list_across_customers(search text, after_code text, at_most int)
  returns table (id uuid, code text, name text, service_model text, head_count int, team_lead_id uuid, created_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select c.id, c.code, c.name, c.service_model, c.head_count, c.team_lead_id, c.created_at
  from customers.customers c
  where c.code > coalesce(after_code, '')
    and (search is null or c.name ilike '%' || search || '%' or c.code ilike search || '%')
  order by c.code limit at_most
$$;
select platform.across_customers('customers.list_across_customers(text,text,int)');

-- Which customers an e-mail address belongs to: a contact's own address, or the domain of one.
create function customers.find_by_email(address text)
  returns table (customer_id uuid, contact_id uuid, person_id uuid, matched_by text)
  language sql stable security definer set search_path = '' as $$
  select c.customer_id, c.id, c.person_id, 'contact' from customers.contacts c where c.email = lower(address)
  union all
  select c.id, null, null, 'domain' from customers.customers c
  where split_part(lower(address), '@', 2) = any (c.domains)
    and not exists (select from customers.contacts x where x.email = lower(address))
  limit 10
$$;
select platform.across_customers('customers.find_by_email(text)');

create function customers.all_environments() returns table (id uuid, customer_id uuid, kind text)
  language sql stable security definer set search_path = '' as $$
  select e.id, e.customer_id, e.kind from customers.environments e order by e.id
$$;
select platform.across_customers('customers.all_environments()');
