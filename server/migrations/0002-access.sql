-- People, roles and sessions. The schema auth is better-auth's own; triggers put its changes into the audit trail.

create schema access;

create table access.people (
  id uuid primary key default uuidv7(),
  name text not null check (length(name) between 1 and 200),
  email text not null unique check (email = lower(email)),
  customer_id uuid,
  active boolean not null default true,
  -- The last day on which the person may sign in, in the zone of the vendor; an auditor always has one.
  last_day date,
  last_day_zone text check ((last_day is null) = (last_day_zone is null)),
  created_at timestamptz not null,
  in_portal boolean not null generated always as (customer_id is not null) stored,
  unique (id, customer_id),
  unique (id, in_portal)
);
alter table access.people enable row level security;
alter table access.people force row level security;
create policy own on access.people using (
  customer_id is null or customer_id = nullif(current_setting('app.customer', true), '')::uuid);
create policy across on access.people for select to fairlead_staff using (true);

-- The vendor's people hold roles of the vendor, a customer's people those of the portal; never the other way round.
create table access.roles (
  person_id uuid not null,
  role text not null check (role in ('commercial-director', 'integrations-manager', 'customer-team-lead',
    'lead-consultant', 'support', 'auditor', 'administrator', 'project-owner', 'developer', 'signatory')),
  in_portal boolean not null generated always as (role in ('project-owner', 'developer', 'signatory')) stored,
  primary key (person_id, role),
  foreign key (person_id, in_portal) references access.people (id, in_portal)
);

-- Who acts for whom while somebody is away: first and last day, in the zone of the vendor.
create table access.delegations (
  id uuid primary key default uuidv7(),
  person_id uuid not null references access.people (id),
  delegate_id uuid not null references access.people (id),
  starts_on date not null,
  ends_on date not null check (ends_on >= starts_on),
  time_zone text not null,
  check (person_id <> delegate_id)
);
create index delegations_delegate on access.delegations (delegate_id);
create index delegations_person on access.delegations (person_id);

-- Whether today is one of the days from a first to a last one, by the clock that tests can move.
create function access.is_within(starts_on date, ends_on date, time_zone text) returns boolean
  language sql stable set search_path = '' as $$
  select ((now() + make_interval(secs => c.offset_ms / 1000.0)) at time zone time_zone)::date
    between starts_on and ends_on
  from platform.clock c
$$;

select platform.grant_app('access');

-- The person behind a session, before any scope is known: with the roles of those for whom they act today.
create function access.person_by_id(wanted uuid)
  returns table (id uuid, name text, email text, customer_id uuid, roles text[], stands_for uuid[])
  language sql stable security definer set search_path = '' as $$
  select p.id, p.name, p.email, p.customer_id,
         array(select r.role from access.roles r where r.person_id = p.id
               union
               select r.role from access.delegations d join access.roles r on r.person_id = d.person_id
               where d.delegate_id = p.id and access.is_within(d.starts_on, d.ends_on, d.time_zone)
               order by 1),
         array(select d.person_id from access.delegations d
               where d.delegate_id = p.id and access.is_within(d.starts_on, d.ends_on, d.time_zone) order by 1)
  from access.people p where p.id = wanted and p.active
    and (p.last_day is null or access.is_within('-infinity', p.last_day, p.last_day_zone))
$$;
select platform.across_customers('access.person_by_id(uuid)');

create function access.person_by_email(wanted text) returns table (id uuid, customer_id uuid)
  language sql stable security definer set search_path = '' as $$
  select p.id, p.customer_id from access.people p where p.email = lower(wanted) and p.active
    and (p.last_day is null or access.is_within('-infinity', p.last_day, p.last_day_zone))
$$;
select platform.across_customers('access.person_by_email(text)');

create schema auth;

create table auth."user" (
  id text primary key,
  name text not null,
  email text not null unique,
  "emailVerified" boolean not null,
  image text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create table auth.session (
  id text primary key,
  "expiresAt" timestamptz not null,
  token text not null unique,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references auth."user" (id) on delete cascade
);
create index session_of_user on auth.session ("userId");
create table auth.account (
  id text primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references auth."user" (id) on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create table auth.verification (
  id text primary key,
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index verification_identifier on auth.verification (identifier);
create table auth.passkey (
  id text primary key,
  name text,
  "publicKey" text not null,
  "userId" text not null references auth."user" (id) on delete cascade,
  "credentialID" text not null,
  counter integer not null,
  "deviceType" text not null,
  "backedUp" boolean not null,
  transports text,
  "createdAt" timestamptz default now(),
  aaguid text
);

create function auth.audit() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  one jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
begin
  insert into platform.audit (at, actor, action, subject, detail)
  values (now(), jsonb_build_object('kind', 'system', 'id', 'better-auth'),
          tg_table_name || '.' || lower(tg_op), one->>'id',
          jsonb_strip_nulls(jsonb_build_object('personId', coalesce(one->>'userId', one->>'id'))));
  return null;
end $$;
create trigger audit after insert or update or delete on auth."user" for each row execute function auth.audit();
create trigger audit after insert or delete on auth.session for each row execute function auth.audit();
create trigger audit after insert or delete on auth.passkey for each row execute function auth.audit();

-- A person's sign-in record is made and mended together with the person.
create function access.mirror_person() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into auth."user" (id, name, email, "emailVerified") values (new.id::text, new.name, new.email, true)
  on conflict (id) do update set name = excluded.name, email = excluded.email, "updatedAt" = now();
  if not new.active then delete from auth.session where "userId" = new.id::text; end if;
  return null;
end $$;
create trigger mirror after insert or update on access.people for each row execute function access.mirror_person();
