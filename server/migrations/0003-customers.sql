-- Customers, their environments and contacts.

create schema customers;

create table customers.customers (
  id uuid primary key default uuidv7(),
  code text not null unique check (code ~ '^[A-Z][A-Z0-9]{1,19}$'),
  name text not null check (length(name) between 1 and 200),
  service_model text not null check (service_model in ('fms', 'saas', 'supported')),
  head_count int check (head_count >= 0),
  -- Who of the vendor's people looks after the customer.
  director_id uuid references access.people (id),
  consultant_id uuid references access.people (id),
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

-- What the staff's list of customers is searched by: the words of code, name and service model.
create function customers.words_of(code text, name text, service_model text) returns tsvector
  language sql immutable parallel safe as $$
  select platform.words_of(code || ' ' || name || ' ' || service_model)
$$;
create index customers_words on customers.customers using gin (customers.words_of(code, name, service_model));

-- A page of the staff's list, sorted by one column and then by code; what is not known comes last either way. The key of
-- a page's last row is where the next one begins. Every row tells how many the search finds in all.
create function customers.list_across_customers(search text, sort_by text, descending boolean, after_key text,
    after_code text, at_most int)
  returns table (id uuid, code text, name text, service_model text, head_count int, created_at timestamptz, key text,
    total bigint)
  language sql stable security definer set search_path = '' as $$
  with found as (
    select c.*, (case sort_by
        when 'name' then platform.folded(c.name)
        when 'model' then c.service_model
        when 'heads' then coalesce(lpad(c.head_count::text, 10, '0'), case when descending then '' else '~' end)
        when 'since' then to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
        else c.code end) collate "C" as key
    from customers.customers c
    where search is null or customers.words_of(c.code, c.name, c.service_model) @@ platform.search_of(search)
  )
  select f.id, f.code, f.name, f.service_model, f.head_count, f.created_at, f.key, (select count(*) from found)
  from found f
  where after_key is null or (f.key = after_key and f.code collate "C" > after_code)
     or (case when descending then f.key < after_key else f.key > after_key end)
  order by case when descending then f.key end desc, f.key, f.code collate "C" limit at_most
$$;
select platform.across_customers('customers.list_across_customers(text,text,boolean,text,text,int)');

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
