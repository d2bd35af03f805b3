-- Payroll records. Every group of an employment is effective-dated: a row holds from its effective_from until the next
-- row's; a correction supersedes and never deletes. IRD, tax file and bank numbers are plain columns: the stores that
-- read them mask, and no constraint names a value, so that no error message can show one.

create schema payroll;

-- Legal employers, made by staff. Payroll dates are dates in their zone.
create table payroll.companies (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  code text not null check (code ~ '^[A-Z0-9]{2,12}$'),
  name text not null check (length(name) between 1 and 120),
  time_zone text not null,
  country text not null check (country in ('NZ', 'AU')),
  abn text,
  created_at timestamptz not null,
  primary key (environment_id, code)
);
select platform.protect_environment('payroll.companies');

-- Departments, locations, pay groups and cost centres; those a file uses first are registered by it.
create table payroll.codes (
  environment_id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('department', 'location', 'pay-group', 'cost-centre')),
  code text not null,
  name text,
  registered_by text not null,
  registered_at timestamptz not null,
  primary key (environment_id, kind, code)
);
select platform.protect_environment('payroll.codes');

create table payroll.people (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  external_id text,
  created_at timestamptz not null,
  primary key (environment_id, id)
);
create unique index people_external_id on payroll.people (environment_id, external_id) where external_id is not null;
select platform.protect_environment('payroll.people');

create table payroll.employments (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  person_id uuid not null,
  company_code text not null,
  employee_number text not null check (length(employee_number) between 1 and 20),
  start_date date not null,
  continuous_service_date date,
  version int not null default 1,
  import_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, company_code, employee_number),
  foreign key (environment_id, person_id) references payroll.people (environment_id, id),
  foreign key (environment_id, company_code) references payroll.companies (environment_id, code)
) with (fillfactor = 85);
create index employments_person on payroll.employments (environment_id, person_id);
select platform.protect_environment('payroll.employments');

create table payroll.person_details (
  environment_id uuid not null,
  customer_id uuid not null,
  person_id uuid not null,
  effective_from date not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  recorded_by text not null,
  import_id uuid,
  title text,
  first_name text not null,
  middle_names text,
  last_name text not null,
  preferred_name text,
  birth_date date not null,
  gender text,
  work_email text,
  personal_email text,
  mobile text,
  line1 text,
  line2 text,
  suburb text,
  city text,
  state text,
  postcode text,
  country text,
  foreign key (environment_id, person_id) references payroll.people (environment_id, id)
) with (fillfactor = 90);

create table payroll.employment_details (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  recorded_by text not null,
  import_id uuid,
  employment_type text not null,
  fixed_term_end date,
  agreement_code text,
  position_code text,
  position_title text,
  department_code text not null,
  location_code text not null,
  manager_employee_number text,
  cost_allocations jsonb not null,
  pay_group text not null,
  pay_frequency text not null,
  hours_per_week numeric(12, 4),
  pattern_code text,
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
) with (fillfactor = 90);

create table payroll.tax_nz (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  recorded_by text not null,
  import_id uuid,
  ird_number text,
  tax_code text not null,
  student_loan boolean not null,
  tax_rate_pct numeric(7, 4),
  tax_rate_end date,
  sl_special_pct numeric(7, 4),
  sl_special_end date,
  esct_pct numeric(7, 4),
  declaration_date date,
  declaration_form text,
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
) with (fillfactor = 90);

create table payroll.tax_au (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  recorded_by text not null,
  import_id uuid,
  tfn text,
  tfn_exemption text,
  residency_status text not null,
  tax_free_threshold boolean not null,
  study_loan boolean not null,
  super_usi text,
  super_member_no text,
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
) with (fillfactor = 90);

create table payroll.kiwisaver (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  recorded_by text not null,
  import_id uuid,
  status text not null,
  employee_pct numeric(7, 4),
  employer_pct numeric(7, 4),
  reduction_start date,
  reduction_end date,
  suspension_start date,
  suspension_end date,
  opt_out_date date,
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
) with (fillfactor = 90);

-- The ordered set of accounts as one value: [{country, account, accountName, reference, type, value}].
create table payroll.bank_account_sets (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  recorded_by text not null,
  import_id uuid,
  accounts jsonb not null,
  -- The accounts by their place, so that who else is paid to one of them is found by an index: under row-level security only
  -- plain equality reaches one.
  account_1 text generated always as (accounts->0->>'account') stored,
  account_2 text generated always as (accounts->1->>'account') stored,
  account_3 text generated always as (accounts->2->>'account') stored,
  account_4 text generated always as (accounts->3->>'account') stored,
  account_5 text generated always as (accounts->4->>'account') stored,
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
) with (fillfactor = 90);

create table payroll.pay_rates (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  recorded_by text not null,
  import_id uuid,
  rate_type text not null,
  amount numeric(12, 4) not null,
  currency text not null,
  rate_hours_per_week numeric(12, 4),
  reason_code text,
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
) with (fillfactor = 90);

-- An ending is a row of its own; the last day employed, inclusive. A cancelled ending is superseded by one without a date.
create table payroll.endings (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  recorded_by text not null,
  import_id uuid,
  end_date date,
  termination_reason text,
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
);
create unique index endings_live on payroll.endings (environment_id, employment_id) where superseded_at is null;
create index endings_history on payroll.endings (environment_id, employment_id) where superseded_at is not null;

do $$
declare
  target text;
  owner_column text;
begin
  foreach target in array array['person_details', 'employment_details', 'tax_nz', 'tax_au', 'kiwisaver',
                                'bank_account_sets', 'pay_rates'] loop
    owner_column := case when target = 'person_details' then 'person_id' else 'employment_id' end;
    execute format('create unique index %1$s_live on payroll.%1$s (environment_id, %2$s, effective_from) where superseded_at is null', target, owner_column);
    execute format('create index %1$s_history on payroll.%1$s (environment_id, %2$s) where superseded_at is not null', target, owner_column);
    perform platform.protect_environment('payroll.' || target);
  end loop;
end $$;
select platform.protect_environment('payroll.endings');

-- By what one employee is compared with others (functions-cross-findings.sql).
create index tax_nz_ird_number on payroll.tax_nz (environment_id, ird_number)
  where superseded_at is null and ird_number is not null;
do $$
begin
  for place in 1..5 loop
    execute format('create index bank_account_sets_account_%1$s on payroll.bank_account_sets (environment_id, account_%1$s) where superseded_at is null and account_%1$s is not null', place);
  end loop;
end $$;

-- What was saved for a day that has not come: announced again, as effective, on that day in the employer's zone.
create table payroll.pending_changes (
  environment_id uuid not null,
  customer_id uuid not null,
  effective_from date not null,
  employment_id uuid not null,
  kind text not null check (kind in ('employee', 'employment', 'tax_details', 'kiwisaver', 'bank_account', 'pay_rate', 'start', 'end')),
  primary key (environment_id, effective_from, employment_id, kind),
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
);
create index pending_changes_employment on payroll.pending_changes (environment_id, employment_id);
select platform.protect_environment('payroll.pending_changes');

-- Bank changes that wait for somebody other than who asked for them.
create table payroll.held_bank_changes (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  employment_id uuid not null,
  effective_from date not null,
  accounts jsonb not null,
  status text not null default 'held' check (status in ('held', 'approved', 'refused', 'replaced', 'withdrawn')),
  requested_at timestamptz not null,
  requested_by jsonb not null,
  source jsonb not null,
  import_id uuid,
  decided_at timestamptz,
  decided_by text,
  reason text,
  primary key (environment_id, id),
  foreign key (environment_id, employment_id) references payroll.employments (environment_id, id)
);
create unique index held_bank_changes_open on payroll.held_bank_changes (environment_id, employment_id, effective_from) where status = 'held';
create index held_bank_changes_listed on payroll.held_bank_changes (environment_id, status, requested_at, id);
select platform.protect_environment('payroll.held_bank_changes');

-- What the customer calls the systems whose keys have written here, so that people read a name beside what they wrote.
create table payroll.writing_keys (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  label text not null,
  primary key (environment_id, id)
);
select platform.protect_environment('payroll.writing_keys');

-- Imports and the chunks of them that were applied: what makes an import resumable and never applied twice.
create table payroll.imports (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  mode text not null check (mode in ('FULL', 'DELTA')),
  source jsonb not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  counts jsonb,
  primary key (environment_id, id)
);
create table payroll.import_chunks (
  environment_id uuid not null,
  customer_id uuid not null,
  import_id uuid not null,
  chunk int not null,
  applied_at timestamptz not null,
  counts jsonb not null,
  primary key (environment_id, import_id, chunk),
  foreign key (environment_id, import_id) references payroll.imports (environment_id, id)
);
select platform.protect_environment('payroll.imports');
select platform.protect_environment('payroll.import_chunks');

select platform.grant_app('payroll');
revoke delete on payroll.people, payroll.employments, payroll.person_details, payroll.employment_details,
  payroll.tax_nz, payroll.tax_au, payroll.kiwisaver, payroll.bank_account_sets, payroll.pay_rates, payroll.endings,
  payroll.held_bank_changes, payroll.imports, payroll.import_chunks from fairlead_app;
-- An import that changed much refreshes the planner's statistics itself.
grant maintain on all tables in schema payroll to fairlead_app;
