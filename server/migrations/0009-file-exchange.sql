-- Secure file exchange: SFTP accounts and keys, exchanges, the files of an environment's home, transfers.

create schema file_exchange;

-- The door's own keys, sealed under the master key.
create table file_exchange.host_keys (
  algorithm text primary key,
  sealed bytea not null,
  created_at timestamptz not null
);

create table file_exchange.accounts (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  user_name text not null check (user_name ~ '^[a-z][a-z0-9-]{2,31}$'),
  allowed_addresses text[] not null default '{}',
  created_at timestamptz not null,
  created_by text not null,
  first_login_at timestamptz,
  last_login_at timestamptz,
  primary key (environment_id, id)
);
create unique index accounts_user_name on file_exchange.accounts (user_name);
select platform.protect_environment('file_exchange.accounts');

create table file_exchange.account_keys (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  account_id uuid not null,
  algorithm text not null,
  public_key text not null,
  fingerprint text not null,
  label text not null,
  registered_at timestamptz not null,
  registered_by text not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, account_id) references file_exchange.accounts (environment_id, id)
);
create unique index account_keys_live on file_exchange.account_keys (environment_id, account_id, fingerprint)
  where revoked_at is null;
select platform.protect_environment('file_exchange.account_keys');

create table file_exchange.acknowledged_formats (
  environment_id uuid not null,
  customer_id uuid not null,
  format text not null,
  version text not null,
  acknowledged_at timestamptz not null,
  acknowledged_by text not null,
  primary key (environment_id, format, version)
);
select platform.protect_environment('file_exchange.acknowledged_formats');

create table file_exchange.exchanges (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  code text not null check (code ~ '^[a-z][a-z0-9-]{1,31}$' and code not in ('validate', 'ack', 'extracts')),
  direction text not null check (direction in ('in', 'out')),
  format text not null,
  version text not null,
  dialect jsonb not null,
  naming text not null,
  -- What arriving names are checked by; a naming that is only proposed refuses no file.
  naming_in_force text not null,
  acknowledgement text not null,
  schedule text not null,
  acceptance jsonb not null,
  files_in_a_row int not null check (files_in_a_row between 1 and 100),
  probe_token text not null,
  probed_in_at timestamptz,
  probed_out_at timestamptz,
  -- Which side named the terms last: the other one agrees to them.
  proposed_by text not null default 'vendor' check (proposed_by in ('vendor', 'customer')),
  agreed_at timestamptz,
  agreed_by text,
  created_at timestamptz not null,
  created_by text not null,
  primary key (environment_id, id),
  unique (environment_id, code)
);
select platform.protect_environment('file_exchange.exchanges');

-- What a customer sees over the door: folders are paths, bytes are in the object store.
create table file_exchange.files (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  folder text not null check (folder ~ '^/'),
  name text not null check (octet_length(name) between 1 and 255 and name !~ '/'),
  kind text not null check (kind in ('partial', 'data', 'control', 'probe', 'answer', 'placed')),
  object_key text not null,
  size_bytes bigint not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  exchange_id uuid,
  transfer_id uuid,
  reference text,
  modified_at timestamptz not null,
  collected_at timestamptz,
  removed_at timestamptz,
  primary key (environment_id, id)
);
create unique index files_live on file_exchange.files (environment_id, folder, name) where removed_at is null;
create index files_partial on file_exchange.files (environment_id, modified_at) where kind = 'partial';
create index files_transfer on file_exchange.files (environment_id, transfer_id) where transfer_id is not null;
select platform.protect_environment('file_exchange.files');

create table file_exchange.transfers (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  exchange_id uuid not null,
  account_id uuid,
  file_name text not null,
  object_key text not null,
  sha256 text not null,
  size_bytes bigint not null,
  dry_run boolean not null,
  state text not null default 'received' check (state in
    ('received', 'checking', 'held', 'applying', 'applied', 'validated', 'rejected', 'duplicate')),
  mode text check (mode in ('FULL', 'DELTA')),
  file_sequence text,
  fingerprint text not null,
  row_count int,
  accepted int,
  rejected int,
  warnings int,
  codes jsonb not null default '{}',
  findings_total int not null default 0,
  effects jsonb,
  held jsonb,
  approved_by text,
  -- Why the transfer was held before, each approved by a person.
  approved_causes text[] not null default '{}',
  duplicate_of uuid,
  received_at timestamptz not null,
  finished_at timestamptz,
  attempts int not null default 0,
  retry_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, exchange_id) references file_exchange.exchanges (environment_id, id)
);
create index transfers_exchange on file_exchange.transfers (environment_id, exchange_id, id desc);
create index transfers_sha256 on file_exchange.transfers (environment_id, sha256);
create index transfers_open on file_exchange.transfers (id) where state in ('received', 'checking', 'applying');
select platform.protect_environment('file_exchange.transfers');

-- Each step of a transfer happens once.
create table file_exchange.transfer_steps (
  environment_id uuid not null,
  customer_id uuid not null,
  transfer_id uuid not null,
  step text not null,
  at timestamptz not null,
  detail jsonb not null,
  primary key (environment_id, transfer_id, step),
  foreign key (environment_id, transfer_id) references file_exchange.transfers (environment_id, id)
);
select platform.protect_environment('file_exchange.transfer_steps');

-- The first findings of a transfer; the error file has them all. Never the value of a field.
create table file_exchange.findings (
  environment_id uuid not null,
  customer_id uuid not null,
  transfer_id uuid not null,
  ordinal int not null,
  row_number int,
  line int,
  key text,
  field text,
  position int,
  code text not null,
  severity text not null check (severity in ('error', 'warning')),
  message text not null,
  fix text not null,
  primary key (environment_id, transfer_id, ordinal),
  foreign key (environment_id, transfer_id) references file_exchange.transfers (environment_id, id)
);
select platform.protect_environment('file_exchange.findings');

select platform.grant_app('file_exchange');

-- Who may sign in under a user name with a key; nothing when the key is not registered.
create function file_exchange.find_login(login_name text, key_fingerprint text)
  returns table (customer_id uuid, environment_id uuid, account_id uuid, key_id uuid, public_key text, allowed_addresses text[])
  language sql stable security definer set search_path = '' as $$
  select a.customer_id, a.environment_id, a.id, k.id, k.public_key, a.allowed_addresses
  from file_exchange.accounts a
  join file_exchange.account_keys k on k.environment_id = a.environment_id and k.account_id = a.id
  where a.user_name = login_name and k.fingerprint = key_fingerprint and k.revoked_at is null
$$;
select platform.across_customers('file_exchange.find_login(text,text)');

-- Which of these keys were taken out of use; nothing of whose they are.
create function file_exchange.revoked_keys(keys uuid[]) returns setof uuid
  language sql stable security definer set search_path = '' as $$
  select k.id from file_exchange.account_keys k where k.id = any (keys) and k.revoked_at is not null
$$;
select platform.across_customers('file_exchange.revoked_keys(uuid[])');

create function file_exchange.user_name_taken(login_name text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (select from file_exchange.accounts a where a.user_name = login_name)
$$;
select platform.across_customers('file_exchange.user_name_taken(text)');

-- Transfers that wait for the worker, oldest first: where to look, not what is in them. Only the oldest of an exchange
-- has its turn: one that is tried again later is not overtaken by the file after it.
create function file_exchange.pending_transfers(at timestamptz, at_most int)
  returns table (id uuid, customer_id uuid, environment_id uuid, dry_run boolean)
  language sql stable security definer set search_path = '' as $$
  select t.id, t.customer_id, t.environment_id, t.dry_run from (
    select distinct on (w.environment_id, w.exchange_id, w.dry_run) w.id, w.customer_id, w.environment_id, w.dry_run,
      w.retry_at
    from file_exchange.transfers w where w.state in ('received', 'checking', 'applying')
    order by w.environment_id, w.exchange_id, w.dry_run, w.id) t
  where t.retry_at is null or t.retry_at <= at
  order by t.id limit at_most
$$;
select platform.across_customers('file_exchange.pending_transfers(timestamptz,int)');
