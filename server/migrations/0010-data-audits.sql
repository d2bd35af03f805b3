-- Data audits: extracts that were given to a customer, and the comparison of the customer's own file with payroll.
-- A difference keeps values of classes P0 and P1 only; of the others it keeps that they differ.

create schema data_audits;

create table data_audits.extracts (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  integration_id uuid,
  state text not null default 'making' check (state in ('making', 'ready', 'failed')),
  file_name text not null,
  as_of date not null,
  restricted text not null check (restricted in ('masked', 'full')),
  reason text,
  object_key text,
  row_count int,
  size_bytes bigint,
  sha256 text,
  counts jsonb not null default '{}',
  control_totals jsonb not null default '{}',
  attempts int not null default 0,
  failure jsonb,
  created_at timestamptz not null,
  created_by text not null,
  primary key (environment_id, id),
  check ((state = 'ready') = (object_key is not null)),
  check ((state = 'failed') = (failure is not null)),
  check (restricted = 'masked' or reason is not null)
);
select platform.protect_environment('data_audits.extracts');

-- How an extract was given. A link's download has a token of its own, made when the link's button is pressed.
create table data_audits.placements (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  extract_id uuid not null,
  via text not null check (via in ('link', 'sftp')),
  path text,
  token_hash bytea unique,
  token_until timestamptz,
  placed_at timestamptz not null,
  delivered_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, extract_id) references data_audits.extracts (environment_id, id)
);
create index placements_path on data_audits.placements (environment_id, path) where path is not null;
select platform.protect_environment('data_audits.placements');

create table data_audits.audits (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  integration_id uuid,
  track text not null check (track in ('web-api', 'file-transfer')),
  state text not null default 'comparing' check (state in
    ('comparing', 'open', 'closed', 'refused', 'failed')),
  file_name text not null,
  object_key text not null,
  size_bytes bigint not null,
  sha256 text not null,
  refusal jsonb,
  attempts int not null default 0,
  failure jsonb,
  rows_ours int,
  rows_theirs int,
  rows_matched int,
  fields_compared text[] not null default '{}',
  columns_ignored text[] not null default '{}',
  cells_compared bigint not null default 0,
  cells_equal bigint not null default 0,
  runs int not null default 0,
  created_at timestamptz not null,
  compared_at timestamptz,
  closed_at timestamptz,
  primary key (environment_id, id),
  check ((state = 'failed') = (failure is not null))
);
select platform.protect_environment('data_audits.audits');

create table data_audits.differences (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  audit_id uuid not null,
  company_code text not null,
  employee_number text not null,
  field text not null,
  class text not null check (class in ('P0', 'P1', 'P2', 'P3', 'P4')),
  cause text not null,
  ours text,
  theirs text,
  digest bytea not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'corrected')),
  reason text,
  decided_by text,
  decided_at timestamptz,
  run int not null,
  primary key (environment_id, id),
  unique (environment_id, audit_id, company_code, employee_number, field),
  foreign key (environment_id, audit_id) references data_audits.audits (environment_id, id),
  check (class in ('P0', 'P1') or (ours is null and theirs is null)),
  check (state <> 'accepted' or reason is not null)
);
create index differences_open on data_audits.differences (environment_id, audit_id, state, cause);
select platform.protect_environment('data_audits.differences');

select platform.grant_app('data_audits');
