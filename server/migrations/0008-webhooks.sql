-- Webhooks both ways: endpoints with their deliveries and attempts, receivers with what was posted to them.
-- Leases go by the machine's time, everything a person sees by the business clock.

create schema webhooks;

create table webhooks.endpoints (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  integration_id uuid,
  label text not null,
  url text not null check (length(url) <= 2000),
  event_types text[] not null default '{}',
  include_values boolean not null,
  skip_own_changes boolean not null,
  status text not null default 'enabled' check (status in ('enabled', 'paused')),
  pause_cause text check (pause_cause in ('person', 'gone', 'failing')),
  secret bytea,
  secret_hint text,
  previous_secret bytea,
  previous_until timestamptz,
  fingerprint text not null,
  positions bigint not null default 0,
  active_from bigint,
  verification jsonb,
  verified_fingerprint text,
  delivered_fingerprint text,
  first_delivered_at timestamptz,
  last_delivered_at timestamptz,
  failing_since timestamptz,
  failures int not null default 0,
  warned_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  primary key (environment_id, id),
  check ((status = 'paused') = (pause_cause is not null)),
  check ((previous_secret is null) = (previous_until is null))
) with (fillfactor = 60);
select platform.protect_environment('webhooks.endpoints');

create table webhooks.deliveries (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  endpoint_id uuid not null,
  position bigint not null,
  message_id uuid not null,
  event_sequence bigint,
  event_type text not null,
  order_key text,
  body text not null check (octet_length(body) <= 262144),
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts int not null default 0,
  next_at timestamptz not null,
  lease uuid,
  lease_until timestamptz,
  last_status int,
  last_error text,
  created_at timestamptz not null,
  -- The days until giving up count from here, not from created_at: waiting at a paused endpoint is no attempt.
  first_attempt_at timestamptz,
  delivered_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, endpoint_id, message_id),
  unique (environment_id, endpoint_id, position),
  foreign key (environment_id, endpoint_id) references webhooks.endpoints (environment_id, id)
) with (fillfactor = 80);
create index deliveries_due on webhooks.deliveries (environment_id, endpoint_id, next_at) where state = 'waiting';
create index deliveries_turn on webhooks.deliveries (environment_id, endpoint_id, (attempts > 0), position)
  where state = 'waiting';
create index deliveries_order on webhooks.deliveries (environment_id, endpoint_id, order_key, position)
  where state = 'waiting';
select platform.protect_environment('webhooks.deliveries');

create table webhooks.attempts (
  environment_id uuid not null,
  customer_id uuid not null,
  delivery_id uuid not null,
  number int not null,
  at timestamptz not null,
  duration_ms numeric(10, 1) not null,
  status int,
  error text,
  response text,
  primary key (environment_id, delivery_id, number),
  foreign key (environment_id, delivery_id) references webhooks.deliveries (environment_id, id)
);
select platform.protect_environment('webhooks.attempts');

create table webhooks.receivers (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  integration_id uuid,
  label text not null,
  token text not null unique check (length(token) >= 32),
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  secret bytea,
  secret_hint text,
  previous_secret bytea,
  previous_until timestamptz,
  fingerprint text not null,
  accepted_fingerprint text,
  first_accepted_at timestamptz,
  forged_fingerprint text,
  forged_refused_at timestamptz,
  replay_fingerprint text,
  replay_refused_at timestamptz,
  refusals jsonb not null default '[]',
  created_at timestamptz not null,
  created_by text not null,
  primary key (environment_id, id),
  check ((previous_secret is null) = (previous_until is null))
) with (fillfactor = 70);
select platform.protect_environment('webhooks.receivers');

-- What was posted, as raw bytes, stored before it is answered. The numbering is the order in which it is applied.
create table webhooks.inbound (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  number bigint not null generated always as identity,
  receiver_id uuid not null,
  message_id text not null check (length(message_id) between 1 and 256),
  body bytea not null,
  body_hash bytea not null,
  headers jsonb not null,
  state text not null default 'received' check (state in ('received', 'applied', 'stale', 'dead')),
  cause text,
  detail text,
  errors jsonb not null default '[]',
  company_code text,
  employee_number text,
  failures int not null default 0,
  copies int not null default 1,
  conflicts int not null default 0,
  received_at timestamptz not null,
  applied_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, receiver_id, message_id),
  foreign key (environment_id, receiver_id) references webhooks.receivers (environment_id, id)
) with (fillfactor = 80);
create index inbound_turn on webhooks.inbound (environment_id, number) where state = 'received';
select platform.protect_environment('webhooks.inbound');

-- How new the newest message was that set a group of an employee from a day on: an older one changes nothing there.
create table webhooks.inbound_heads (
  environment_id uuid not null,
  customer_id uuid not null,
  company_code text not null,
  employee_number text not null,
  field_group text not null,
  effective_from date not null,
  occurred_at timestamptz not null,
  primary key (environment_id, company_code, employee_number, field_group, effective_from)
);
select platform.protect_environment('webhooks.inbound_heads');

select platform.grant_app('webhooks');
revoke update, delete on webhooks.attempts from fairlead_app;
