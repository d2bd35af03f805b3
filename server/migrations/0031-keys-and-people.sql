-- Keys are compared in a folded form that the database keeps beside them. Keys that look the same to a person share a loose
-- form (platform.loose_key). A key from before this rule that folds like an older one is a twin: it stays, and is no longer new.

alter table payroll.people
  add external_id_folded text generated always as (platform.fold_code(external_id)) stored,
  add external_id_twin boolean not null default false;
alter table payroll.employments
  add number_folded text not null generated always as (platform.fold_code(employee_number)) stored,
  add number_loose text not null generated always as (case when employee_number ~ '^[0-9]+$'
    then coalesce(nullif(ltrim(employee_number, '0'), ''), '0') else platform.loose_key(employee_number) end) stored,
  add number_twin boolean not null default false;
alter table payroll.codes
  add code_loose text not null generated always as (platform.loose_key(code)) stored;

alter table payroll.people no force row level security;
alter table payroll.employments no force row level security;
update payroll.people p set external_id_twin = true
where exists (select from payroll.people o where o.environment_id = p.environment_id
  and o.external_id_folded = p.external_id_folded and o.id < p.id);
update payroll.employments e set number_twin = true
where exists (select from payroll.employments o where o.environment_id = e.environment_id and o.company_code = e.company_code
  and o.number_folded = e.number_folded and o.id < e.id);
alter table payroll.people force row level security;
alter table payroll.employments force row level security;

drop index payroll.people_external_id;
create unique index people_external_id on payroll.people (environment_id, external_id_folded)
  where external_id_folded is not null and not external_id_twin;
create unique index employments_number_folded on payroll.employments (environment_id, company_code, number_folded)
  where not number_twin;
create index employments_number_loose on payroll.employments (environment_id, company_code, number_loose);
create index codes_loose on payroll.codes (environment_id, kind, code_loose);

-- The employment through which a record of a person was told, so that people who were joined can be separated again; and the
-- name as searches compare it.
alter table payroll.person_details
  add told_by uuid,
  add name_folded text generated always as (platform.fold_search(
    first_name || ' ' || coalesce(middle_names || ' ', '') || last_name || coalesce(' ' || preferred_name, ''))) stored;

-- What a person confirmed about keys: that an employment is of the person with an external id, or that a number or a code
-- which looks like another is meant. `subject` and `value` are folded.
create table payroll.confirmations (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  kind text not null check (kind in ('person', 'employee-number', 'department', 'location', 'pay-group')),
  subject text not null,
  value text not null default '',
  reason text not null,
  confirmed_at timestamptz not null,
  confirmed_by text not null,
  primary key (environment_id, id),
  unique (environment_id, kind, subject, value)
);
select platform.protect_environment('payroll.confirmations');
grant select, insert on payroll.confirmations to fairlead_app;
grant select on payroll.confirmations to fairlead_staff;
