-- API keys, the requests for them, and one-time links.

create schema credentials;

-- A customer's person asks for a key.
create table credentials.key_requests (
  id uuid primary key default uuidv7(),
  customer_id uuid not null,
  environment_id uuid not null,
  contact_name text not null,
  contact_email text not null,
  person_id uuid not null,
  label text not null check (length(label) between 1 and 80),
  purpose text not null check (length(purpose) between 1 and 500),
  scopes text[] not null check (cardinality(scopes) > 0),
  integration_id uuid,
  status text not null default 'open' check (status in ('open', 'issued', 'declined')),
  requested_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text,
  decline_reason text,
  key_id uuid,
  check ((status = 'open') = (decided_at is null)),
  check ((status = 'issued') = (key_id is not null))
);
create index key_requests_environment on credentials.key_requests (environment_id, id desc);
select platform.protect_environment('credentials.key_requests');

-- The secret is made when its link's button is pressed; only its SHA-256 is kept.
create table credentials.api_keys (
  id uuid primary key default uuidv7(),
  customer_id uuid not null,
  environment_id uuid not null,
  environment_kind text not null check (environment_kind in ('sandbox', 'production')),
  label text not null check (length(label) between 1 and 80),
  prefix text,
  secret_hash bytea unique check (length(secret_hash) = 32),
  scopes text[] not null check (cardinality(scopes) > 0),
  allowed_addresses text[] not null default '{}',
  integration_id uuid,
  contact_name text not null,
  contact_email text not null,
  issued_at timestamptz not null,
  issued_by_name text not null,
  link_id uuid,
  revealed_at timestamptz,
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoke_reason text,
  replaces_id uuid references credentials.api_keys (id),
  overlap_hours int check (overlap_hours between 0 and 168),
  replaced_at timestamptz,
  check ((secret_hash is null) = (revealed_at is null)),
  check ((secret_hash is null) = (prefix is null)),
  check ((revoked_at is null) = (revoke_reason is null))
);
create index api_keys_environment on credentials.api_keys (environment_id, id desc);
select platform.protect_environment('credentials.api_keys');

-- A link that shows something secret once, on a button. The address holds a random token, this table its SHA-256.
create table credentials.one_time_links (
  id uuid primary key default uuidv7(),
  customer_id uuid not null,
  environment_id uuid,
  token_hash bytea not null unique check (length(token_hash) = 32),
  kind text not null,
  title text not null,
  subject jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revealed_at timestamptz,
  browser_hash bytea check (length(browser_hash) = 32),
  reveals int not null default 0,
  voided_at timestamptz,
  check ((revealed_at is null) = (browser_hash is null))
);
create index one_time_links_customer on credentials.one_time_links (customer_id, id desc);
select platform.protect_customer('credentials.one_time_links');

-- Writes when keys were last used, many at once; each row in its own environment's scope.
create function credentials.touch_keys(uses jsonb) returns void language plpgsql as $$
declare
  used record;
begin
  for used in
    select * from jsonb_to_recordset(uses) as u("keyId" uuid, "customerId" uuid, "environmentId" uuid, at timestamptz)
    order by 1
  loop
    perform set_config('app.customer', used."customerId"::text, true),
            set_config('app.environment', used."environmentId"::text, true);
    update credentials.api_keys
    set last_used_at = greatest(coalesce(last_used_at, used.at), used.at)
    where environment_id = used."environmentId" and id = used."keyId";
  end loop;
end $$;

select platform.grant_app('credentials');

-- The key behind a secret, before any scope is known.
create function credentials.key_by_hash(wanted bytea)
  returns table (id uuid, customer_id uuid, environment_id uuid, environment_kind text, label text, scopes text[],
    allowed_addresses text[], expires_at timestamptz, revoked_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select k.id, k.customer_id, k.environment_id, k.environment_kind, k.label, k.scopes, k.allowed_addresses,
         k.expires_at, k.revoked_at
  from credentials.api_keys k where k.secret_hash = wanted
$$;
select platform.across_customers('credentials.key_by_hash(bytea)');

-- Whose a one-time link is, before any scope is known.
create function credentials.link_by_token(wanted bytea) returns table (id uuid, customer_id uuid, environment_id uuid)
  language sql stable security definer set search_path = '' as $$
  select l.id, l.customer_id, l.environment_id from credentials.one_time_links l where l.token_hash = wanted
$$;
select platform.across_customers('credentials.link_by_token(bytea)');

-- The key requests of all customers, newest first, for staff.
create function credentials.key_requests_across_customers(of_status text, at_most int)
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
  where of_status is null or r.status = of_status
  order by r.id desc limit at_most
$$;
select platform.across_customers('credentials.key_requests_across_customers(text,int)');
