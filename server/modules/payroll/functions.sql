-- The engine that applies employees, one or fifty thousand at a time.

-- The session's own staging tables. Text as it came from a checked row: null says nothing, '' clears. `touches` has a
-- bit for each group that the row speaks of; `unreadable` names columns of a row that is judged, but never applied. Kept over commits for an import, else empty again at commit.
create or replace function payroll.open_staging(keep boolean) returns void language plpgsql as $$
declare
  cells constant text := '
    company_code text, employee_number text, external_id text, title text, first_name text, middle_names text,
    last_name text, preferred_name text, birth_date text, gender text, work_email text, personal_email text,
    mobile text, line1 text, line2 text, suburb text, city text, state text, postcode text, country text,
    continuous_service_date text, end_date text, termination_reason text, employment_type text, fixed_term_end text,
    agreement_code text, position_code text, position_title text, department_code text, location_code text,
    manager_employee_number text, cost_allocations text, pay_group text, pay_frequency text, hours_per_week text,
    pattern_code text, ird_number text, tax_code text, student_loan text, tax_rate_pct text, tax_rate_end text,
    sl_special_pct text, sl_special_end text, esct_pct text, declaration_date text, declaration_form text, tfn text,
    tfn_exemption text, residency_status text, tax_free_threshold text, study_loan text, super_usi text,
    super_member_no text, kiwisaver_status text, employee_pct text, employer_pct text, reduction_start text,
    reduction_end text, suspension_start text, suspension_end text, opt_out_date text, accounts text, rate_from text,
    rate_type text, amount text, currency text, rate_hours_per_week text, reason_code text, rates text';
begin
  if to_regclass('pg_temp.payroll_staged') is not null then
    if not keep then return; end if;
    drop table pg_temp.payroll_staged, pg_temp.payroll_work, pg_temp.payroll_facts;
  end if;
  execute format('create temp table payroll_staged (line int not null, touches int not null, effective_from text,
    start_date text, %s, unreadable text, left_out text, number_folded text, number_loose text, external_folded text) on commit %s rows', cells, case when keep then 'preserve' else 'delete' end);
  execute format('create temp table payroll_work (line int not null, touches int not null, is_new boolean not null,
    new_person boolean not null, leads_person boolean not null default true, rehired boolean not null,
    employment_id uuid not null, person_id uuid not null, version int not null, start_date date not null,
    today date not null, zone text not null, effective_from date not null, %s, external_folded text, left_out text) on commit delete rows', cells);
  create temp table payroll_facts (
    line int not null, rank int not null, type text, kind text, fields text[] not null, classes text[] not null,
    new_values jsonb, effective_from date not null, other jsonb
  ) on commit delete rows;
end $$;

-- Old and new of the fields that changed and that may be shown in an event (classes P0 and P1).
create or replace function payroll.value_changes(fields text[], old_values jsonb, new_values jsonb) returns jsonb
  language sql immutable parallel safe as $$
  select jsonb_object_agg(f, jsonb_build_object('old', old_values->f, 'new', new_values->f))
  from unnest(fields) f where new_values ? f
$$;

-- The facts of this application in the words of the log; one without a type is for its day only. P3 and P4 appear by name only. In SQL, so that the planner sees
-- through it; the session's tables it reads are not there yet when it is made. `other` names another employment of the person.
set local check_function_bodies = off;
create or replace function payroll.described_facts()
  returns table (line int, rank int, type text, effective_from date, subject jsonb, data jsonb) language sql stable as $$
  select f.line, f.rank, f.type, f.effective_from,
    coalesce(f.other->'subject', jsonb_build_object('employeeId', payroll.show_id('emp', w.employment_id),
      'personId', payroll.show_id('pp', w.person_id), 'companyCode', w.company_code, 'employeeNumber', w.employee_number)),
    jsonb_build_object('effectiveFrom', f.effective_from, 'version', coalesce((f.other->>'version')::int,
      w.version - (f.type in ('bank_account.change_held', 'bank_account.change_withdrawn'))::int), 'change', jsonb_build_object(
      'kind', case when f.rank = 0 then 'create' when f.rank = 8 then 'end' else 'update' end, 'fields', f.fields,
      'classes', f.classes, 'values', coalesce(f.new_values, '{}'),
      'timing', case when f.effective_from > w.today then 'future' when f.effective_from < w.today then 'past' else 'today' end))
  from pg_temp.payroll_facts f
  join pg_temp.payroll_work w on w.line = f.line
  where f.type is not null
$$;
set local check_function_bodies = on;

-- Resolves the staged rows of lines p_from to p_to: whose they are, new or not, and from which day they hold.
create or replace function payroll.fill_work(p_environment uuid, p_from int, p_to int, p_now timestamptz, p_existing boolean)
  returns void language plpgsql as $$
begin
  insert into pg_temp.payroll_work (line, touches, is_new, new_person, rehired, employment_id, person_id, version,
    start_date, today, zone, effective_from,
    company_code, employee_number, external_id, title, first_name, middle_names, last_name, preferred_name,
    birth_date, gender, work_email, personal_email, mobile, line1, line2, suburb, city, state, postcode, country,
    continuous_service_date, end_date, termination_reason, employment_type, fixed_term_end, agreement_code,
    position_code, position_title, department_code, location_code, manager_employee_number, cost_allocations,
    pay_group, pay_frequency, hours_per_week, pattern_code, ird_number, tax_code, student_loan, tax_rate_pct,
    tax_rate_end, sl_special_pct, sl_special_end, esct_pct, declaration_date, declaration_form, tfn, tfn_exemption,
    residency_status, tax_free_threshold, study_loan, super_usi, super_member_no, kiwisaver_status, employee_pct,
    employer_pct, reduction_start, reduction_end, suspension_start, suspension_end, opt_out_date, accounts, rate_from,
    rate_type, amount, currency, rate_hours_per_week, reason_code, rates, external_folded, left_out)
  select s.line, s.touches, e.id is null, e.id is null and x.id is null, e.id is null and x.id is not null,
    coalesce(e.id, uuidv7()), coalesce(e.person_id, x.id, uuidv7()), coalesce(e.version + 1, 1),
    coalesce(nullif(s.start_date, '')::date, e.start_date), t.today, c.time_zone,
    coalesce(nullif(s.effective_from, '')::date,
             greatest(t.today, coalesce(nullif(s.start_date, '')::date, e.start_date))),
    s.company_code, s.employee_number, s.external_id, s.title, s.first_name, s.middle_names, s.last_name,
    s.preferred_name, s.birth_date, s.gender, s.work_email, s.personal_email, s.mobile, s.line1, s.line2, s.suburb,
    s.city, s.state, s.postcode, s.country, s.continuous_service_date, s.end_date, s.termination_reason,
    s.employment_type, s.fixed_term_end, s.agreement_code, s.position_code, s.position_title, s.department_code,
    s.location_code, s.manager_employee_number, s.cost_allocations, s.pay_group, s.pay_frequency, s.hours_per_week,
    s.pattern_code, s.ird_number, s.tax_code, s.student_loan, s.tax_rate_pct, s.tax_rate_end, s.sl_special_pct,
    s.sl_special_end, s.esct_pct, s.declaration_date, s.declaration_form, s.tfn, s.tfn_exemption, s.residency_status,
    s.tax_free_threshold, s.study_loan, s.super_usi, s.super_member_no, s.kiwisaver_status, s.employee_pct,
    s.employer_pct, s.reduction_start, s.reduction_end, s.suspension_start, s.suspension_end, s.opt_out_date,
    s.accounts, s.rate_from, s.rate_type, s.amount,
    coalesce(nullif(s.currency, ''), case c.country when 'AU' then 'AUD' else 'NZD' end),
    s.rate_hours_per_week, s.reason_code, s.rates, s.external_folded, s.left_out
  from pg_temp.payroll_staged s
  join payroll.companies c on c.environment_id = p_environment and c.code = s.company_code
  cross join lateral (select (p_now at time zone c.time_zone)::date as today) t
  left join payroll.employments e
    on e.environment_id = p_environment and e.company_code = s.company_code and e.employee_number = s.employee_number
  left join payroll.people x on e.id is null and x.environment_id = p_environment
    and x.external_id_folded = nullif(s.external_folded, '') and not x.external_id_twin
  where s.line between p_from and p_to and (e.id is not null or not p_existing);
end $$;

-- Applies the staged rows of lines p_from to p_to in the caller's transaction: new employments, changed groups by date,
-- endings, codes, what becomes effective later, and one fact per kind and row. For a chunk of an import the facts go to the
-- environment's log as the last statements; else they are returned for the caller to emit. Bank accounts that replace
-- others are held for a second approver. Rows that would break a rule are left out and named as "broken";
-- of a chunk, whose rows were judged before, only those can that speak of somebody who was there or has come since.
create or replace function payroll.apply_staged(p_customer uuid, p_environment uuid, p_from int, p_to int, p_actor jsonb,
    p_source jsonb, p_now timestamptz, p_import uuid, p_chunk int, p_steps jsonb)
  returns jsonb language plpgsql as $$
declare
  recorded_by text := (p_actor->>'kind') || ':' || (p_actor->>'id');
  counted jsonb;
  facts jsonb;
  found jsonb;
  broken jsonb;
  added int;
  new_head bigint;
begin
  perform payroll.lock_employments(p_environment, array_agg(s.company_code), array_agg(s.employee_number), array_agg(s.external_folded))
  from pg_temp.payroll_staged s where s.line between p_from and p_to;

  perform payroll.fill_work(p_environment, p_from, p_to, p_now, false);
  select jsonb_agg(to_jsonb(j) order by j.line, j.code, j.field),
      coalesce(jsonb_agg(to_jsonb(j) order by j.line, j.code, j.field) filter (where not payroll.is_note(j.code)), '[]')
    into found, broken from (
    select j.*, null as other from payroll.judge_new(p_environment, p_from, p_to, p_now, p_steps) j where p_chunk is null
    union all select j.*, null from payroll.judge_changes(p_environment, p_steps, p_chunk is null) j
      where exists (select from pg_temp.payroll_work w where not w.is_new)
    union all select j.line, j.code, j.field, null, j.other from payroll.judge_identity(p_environment, p_from, p_to) j
      where exists (select from pg_temp.payroll_work w where w.is_new)
    union all select j.line, j.code, j.field, null, j.other from payroll.judge_codes(p_environment, p_from, p_to) j
      where p_chunk is null) j;
  if broken <> '[]' then
    if p_chunk is null then return jsonb_build_object('broken', broken); end if;
    delete from pg_temp.payroll_work w using jsonb_to_recordset(broken) as b(line int) where b.line = w.line;
  end if;

  -- Two rows that name one person: new people are made once, and the later row speaks for the person.
  update pg_temp.payroll_work w
  set person_id = f.person_id, new_person = w.line = f.line, rehired = w.line <> f.line
  from (select n.external_folded, min(n.line) as line, (array_agg(n.person_id order by n.line))[1] as person_id
        from pg_temp.payroll_work n
        where n.new_person and n.external_folded <> '' group by n.external_folded having count(*) > 1) f
  where f.external_folded = w.external_folded and w.is_new;
  update pg_temp.payroll_work w set leads_person = w.line = f.line
  from (select person_id, max(line) as line from pg_temp.payroll_work group by person_id having count(*) > 1) f
  where w.person_id = f.person_id;

  insert into payroll.people (environment_id, customer_id, id, external_id, created_at)
  select p_environment, p_customer, w.person_id, nullif(w.external_id, ''), p_now
  from pg_temp.payroll_work w where w.new_person;
  insert into payroll.employments (environment_id, customer_id, id, person_id, company_code, employee_number, start_date,
    continuous_service_date, import_id, created_at, updated_at)
  select p_environment, p_customer, w.employment_id, w.person_id, w.company_code, w.employee_number, w.start_date,
    nullif(w.continuous_service_date, '')::date, p_import, p_now, p_now
  from pg_temp.payroll_work w where w.is_new;
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, effective_from)
  select w.line, 0, case when w.new_person then 'employee.created' when w.rehired and exists (
      select from payroll.employments o join payroll.endings n on n.environment_id = p_environment
        and n.employment_id = o.id and n.superseded_at is null and n.end_date < w.start_date
      where o.environment_id = p_environment and o.person_id = w.person_id) then 'employment.rehired'
      else 'employment.created' end,
    case when w.start_date > w.today then 'start' end,
    array_remove(array['person', 'employment', case when w.touches & 4 <> 0 then 'taxNz' end,
      case when w.touches & 8 <> 0 then 'taxAu' end, case when w.touches & 16 <> 0 then 'kiwiSaver' end,
      case when w.touches & 32 <> 0 then 'bankAccounts' end, case when w.touches & 64 <> 0 then 'payRates' end], null),
    '{P1,P2,P3,P4}', w.start_date
  from pg_temp.payroll_work w where w.is_new;
  -- Who starts before the day from which the record holds has nothing else that announces that day.
  insert into pg_temp.payroll_facts (line, rank, kind, fields, classes, effective_from)
  select w.line, 0, k.kind, '{}', '{}', w.effective_from
  from pg_temp.payroll_work w
  cross join (values (1, 'employee'), (2, 'employment'), (12, 'tax_details'), (16, 'kiwisaver'), (32, 'bank_account')) k(bits, kind)
  where w.is_new and w.effective_from > greatest(w.today, w.start_date) and w.touches & k.bits <> 0;

  insert into payroll.codes (environment_id, customer_id, kind, code, registered_by, registered_at)
  select distinct p_environment, p_customer, k.kind, k.code, p_source->>'channel', p_now
  from (select distinct w.department_code, w.location_code, w.pay_group from pg_temp.payroll_work w where w.touches & 2 <> 0) s
  cross join lateral (values ('department', s.department_code), ('location', s.location_code), ('pay-group', s.pay_group)) k(kind, code)
  where k.code <> ''
  on conflict do nothing;
  insert into payroll.codes (environment_id, customer_id, kind, code, registered_by, registered_at)
  select p_environment, p_customer, 'cost-centre', a->>'costCentre', p_source->>'channel', p_now
  from (select distinct w.cost_allocations from pg_temp.payroll_work w where w.cost_allocations <> '') s, jsonb_array_elements(s.cost_allocations::jsonb) a
  on conflict do nothing;

  -- Each group; one statement per group supersedes, inserts and notes the facts.
  perform payroll.apply_person_details(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_employment_details(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_tax_nz(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_tax_au(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_kiwisaver(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_bank_accounts(p_customer, p_environment, p_now, p_import, recorded_by, p_actor, p_source);
  perform payroll.apply_pay_rates(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_endings(p_customer, p_environment, p_now, p_import, recorded_by);

  perform payroll.raise_other_employments(p_environment, p_now);
  -- What becomes effective later, with a timer for each such day and zone. A timer that is there already is locked: one that
  -- fires meanwhile would not see what is pending here, and leave it for ever.
  insert into payroll.pending_changes (environment_id, customer_id, effective_from, employment_id, kind)
  select p_environment, p_customer, f.effective_from, coalesce((f.other->>'employmentId')::uuid, w.employment_id), f.kind
  from pg_temp.payroll_facts f join pg_temp.payroll_work w on w.line = f.line
  where f.kind is not null and (f.effective_from > w.today or f.type is null)
  on conflict do nothing;
  -- Who joins a person has the changes ahead that were told through the other employments.
  if exists (select from pg_temp.payroll_work w where w.rehired) then
    insert into payroll.pending_changes (environment_id, customer_id, effective_from, employment_id, kind)
    select distinct p_environment, p_customer, p.effective_from, w.employment_id, p.kind
    from pg_temp.payroll_work w
    join payroll.employments o on o.environment_id = p_environment and o.person_id = w.person_id and o.id <> w.employment_id
    join payroll.pending_changes p on p.environment_id = p_environment and p.employment_id = o.id and p.kind = 'employee'
      and p.effective_from > w.today
    where w.rehired
    on conflict do nothing;
  end if;
  insert into platform.timers as t (kind, key, due_at, customer_id, environment_id, payload)
  select 'payroll.effective', p_environment || ':' || d.effective_from || ':' || d.zone,
    d.effective_from::timestamp at time zone d.zone, p_customer, p_environment, 'null'
  from (select distinct f.effective_from, w.zone from pg_temp.payroll_facts f join pg_temp.payroll_work w on w.line = f.line
        where f.kind is not null and (f.effective_from > w.today or f.type is null)) d
  order by 2
  on conflict (kind, key) do update set due_at = t.due_at;

  update payroll.employments e set version = w.version, updated_at = p_now, import_id = coalesce(p_import, e.import_id)
  from pg_temp.payroll_work w
  where not w.is_new and e.environment_id = p_environment and e.id = w.employment_id
    and exists (select from pg_temp.payroll_facts f where f.line = w.line and f.type not in ('bank_account.change_held', 'bank_account.change_withdrawn'));
  get diagnostics added = row_count;

  select jsonb_build_object('created', count(*) filter (where w.is_new), 'updated', added,
    'unchanged', count(*) filter (where not w.is_new) - added) into counted from pg_temp.payroll_work w;
  select counted || jsonb_build_object('events', count(f.type), 'ended', count(*) filter (where f.rank = 8 and f.type <> 'employment.termination_cancelled'),
    'held', count(*) filter (where f.type = 'bank_account.change_held')) into counted from pg_temp.payroll_facts f;

  if p_chunk is not null then
    if broken <> '[]' then counted := counted || jsonb_build_object('broken', broken); end if;
    update payroll.import_chunks c set counts = counted
    where c.environment_id = p_environment and c.import_id = p_import and c.chunk = p_chunk;
    added := (counted->>'events')::int;
    if added > 0 then
      update platform.streams set head = head + added where id = p_environment returning head into strict new_head;
      insert into platform.events (stream_id, sequence, recorded_at, type, subject, data, effective_from, actor, source)
      select p_environment, new_head - added + row_number() over (order by f.line, f.rank, f.effective_from), p_now, f.type, f.subject, f.data,
        f.effective_from, p_actor, p_source
      from payroll.described_facts() f;
    end if;
    return counted;
  end if;
  select jsonb_agg(to_jsonb(f) order by f.line, f.rank, f.effective_from) into facts from payroll.described_facts() f;
  return counted || jsonb_build_object('facts', coalesce(facts, '[]'), 'noted', coalesce(found, '[]'),
    'employmentId', (select w.employment_id from pg_temp.payroll_work w limit 1),
    'version', (select e.version from pg_temp.payroll_work w join payroll.employments e
                on e.environment_id = p_environment and e.id = w.employment_id limit 1));
end $$;

-- Says which staged rows the database refuses and why: keys that occur twice, companies nobody made, new employees without
-- required columns, records that would break a rule; and which fields a later record sets again, which refuses nothing. Of rows
-- whose cells were refused only what the readable ones show.
create or replace function payroll.refuse_staged(p_environment uuid, p_required text[], p_now timestamptz, p_steps jsonb)
  returns void language plpgsql as $$
declare
  slice constant int := 50000;
  first_line int;
  last_line int;
begin
  drop table if exists pg_temp.payroll_refused;
  create temp table payroll_refused (line int not null, code text not null, field text not null, key text not null,
    other_line int, holds_from date, refuses boolean not null default true, other text);
  create index on pg_temp.payroll_staged (line);
  perform set_config('default_statistics_target', '10', true);
  analyze pg_temp.payroll_staged (line, company_code, employee_number, number_folded);
  insert into pg_temp.payroll_refused
  select s.line, 'duplicate-key', 'employee_number', s.company_code || '/' || s.employee_number, d.first_line
  from (select company_code, number_folded, min(line) as first_line from pg_temp.payroll_staged
        group by company_code, number_folded having count(*) > 1) d
  join pg_temp.payroll_staged s on s.company_code = d.company_code and s.number_folded = d.number_folded;
  insert into pg_temp.payroll_refused
  select s.line, 'company-unknown', 'company_code', s.company_code || '/' || s.employee_number
  from pg_temp.payroll_staged s
  where not exists (select from payroll.companies c where c.environment_id = p_environment and c.code = s.company_code);
  insert into pg_temp.payroll_refused
  select n.line, 'required-when-new', r.field, n.key
  from (select s.*, s.company_code || '/' || s.employee_number as key, to_jsonb(s) as cells from pg_temp.payroll_staged s
        left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
          and e.employee_number = s.employee_number
        where e.id is null and (s.touches & 3 <> 3 or coalesce(s.first_name, '') = '' or coalesce(s.last_name, '') = ''
          or coalesce(s.birth_date, '') = '' or coalesce(s.country, '') = '' or coalesce(s.start_date, '') = ''
          or coalesce(s.employment_type, '') = '' or coalesce(s.department_code, '') = ''
          or coalesce(s.location_code, '') = '' or coalesce(s.cost_allocations, '') = '' or coalesce(s.pay_group, '') = ''
          or coalesce(s.pay_frequency, '') = '' or coalesce(s.accounts, '') = ''
          or (coalesce(s.tax_code, '') = '' and coalesce(s.residency_status, '') = ''))) n
  cross join lateral unnest(p_required) r(field)
  where coalesce(n.cells->>r.field, '') = '' and (r.field <> 'tax_code' or coalesce(n.residency_status, '') = '');
  -- An external id names one person: not one who has it already, nor two in the file of whom neither has it yet.
  insert into pg_temp.payroll_refused
  with claims as (
    select s.line, s.company_code || '/' || s.employee_number as key, x.id as holder,
      coalesce(e.person_id, x.id) as person,
      first_value(s.line) over same as first_line, first_value(coalesce(e.person_id, x.id)) over same as first_person
    from pg_temp.payroll_staged s
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    left join payroll.people x on x.environment_id = p_environment and x.external_id_folded = s.external_folded
      and not x.external_id_twin
    where s.external_folded <> ''
    window same as (partition by s.external_folded order by s.line))
  select c.line, 'external-id-taken', 'external_id', c.key, case when c.holder is null then c.first_line end
  from claims c
  where c.person <> c.holder or (c.holder is null and c.person is distinct from c.first_person);
  if (select count(*) from pg_temp.payroll_staged) >= 1000 then perform set_config('enable_nestloop', 'off', true); end if;
  insert into pg_temp.payroll_refused
  select j.line, j.code, j.field, s.company_code || '/' || s.employee_number, j.other_line, null, not payroll.is_note(j.code), j.other
  from (select * from payroll.judge_identity(p_environment, 0, 2147483647)
        union all select * from payroll.judge_codes(p_environment, 0, 2147483647)
        union all select * from payroll.judge_identity_within(p_environment)) j
  join pg_temp.payroll_staged s on s.line = j.line
  where not exists (select from pg_temp.payroll_refused r where r.line = j.line and (r.field = j.field or r.code = 'duplicate-key'));
  select min(s.line), max(s.line) into first_line, last_line from pg_temp.payroll_staged s;
  while first_line <= last_line loop
    truncate pg_temp.payroll_work;
    perform payroll.fill_work(p_environment, first_line, first_line + slice - 1, p_now, true);
    insert into pg_temp.payroll_refused
    select j.line, j.code, j.field, s.company_code || '/' || s.employee_number, null, j.holds_from, not payroll.is_note(j.code)
    from (select * from payroll.judge_new(p_environment, first_line, first_line + slice - 1, p_now, p_steps)
          union all select * from payroll.judge_changes(p_environment, p_steps, true)) j
    join pg_temp.payroll_staged s on s.line = j.line
    where not exists (select from pg_temp.payroll_refused r where r.line = j.line and (r.field = j.field or r.code = 'duplicate-key'));
    first_line := first_line + slice;
  end loop;
  truncate pg_temp.payroll_work;
  delete from pg_temp.payroll_refused r using pg_temp.payroll_staged s
  where s.line = r.line and s.unreadable is not null
    and string_to_array(s.unreadable, ' ') && payroll.read_by_rule(r.code, r.field);
end $$;

-- Applies one chunk of an import unless it was applied before, and remembers that it was.
create or replace function payroll.apply_import_chunk(p_customer uuid, p_environment uuid, p_import uuid, p_chunk int,
    p_from int, p_to int, p_actor jsonb, p_source jsonb, p_now timestamptz, p_steps jsonb)
  returns jsonb language plpgsql as $$
declare
  counted jsonb;
begin
  perform set_config('app.customer', p_customer::text, true), set_config('app.environment', p_environment::text, true),
    set_config('work_mem', '64MB', true);
  -- Right after a bulk load the tables have no statistics yet, and a nested loop over guesses would take hours.
  if p_to - p_from >= 1000 then perform set_config('enable_nestloop', 'off', true); end if;
  select c.counts into counted from payroll.import_chunks c
  where c.environment_id = p_environment and c.import_id = p_import and c.chunk = p_chunk;
  if counted is not null then return counted; end if;
  -- The row first: a second worker with the same chunk waits here, and then finds it taken.
  insert into payroll.import_chunks (environment_id, customer_id, import_id, chunk, applied_at, counts)
  values (p_environment, p_customer, p_import, p_chunk, p_now, '{}');
  counted := payroll.apply_staged(p_customer, p_environment, p_from, p_to, p_actor,
    p_source || jsonb_build_object('importId', p_import), p_now, p_import, p_chunk, p_steps);
  return counted;
end $$;

-- What would show beside other employees if one chunk of an import were applied: it is, and undone before anybody could see it.
-- It holds the locks of a chunk for as long, but for that of the log.
create or replace function payroll.preview_import_chunk(p_customer uuid, p_environment uuid, p_from int, p_to int, p_actor jsonb,
    p_source jsonb, p_now timestamptz, p_steps jsonb, p_limit int)
  returns jsonb language plpgsql as $$
declare
  found jsonb;
begin
  perform set_config('app.customer', p_customer::text, true), set_config('app.environment', p_environment::text, true),
    set_config('work_mem', '64MB', true);
  if p_to - p_from >= 1000 then perform set_config('enable_nestloop', 'off', true); end if;
  begin
    perform payroll.apply_staged(p_customer, p_environment, p_from, p_to, p_actor, p_source, p_now, null, null, p_steps);
    select jsonb_agg(to_jsonb(f) order by f.line, f.code) into found
    from payroll.staged_cross_findings(p_environment, p_from, p_to, p_now, p_limit) f;
    raise exception 'undone' using errcode = 'FL001';
  exception when sqlstate 'FL001' then null;
  end;
  return coalesce(found, '[]');
end $$;

-- Creates or updates one employee from a staged row given as an object, in the caller's transaction. Says `missing` when a
-- new employee comes without a group it needs, `unknownCompany`, `conflict` with the version that is there, or what would be `broken`.
-- An expected version of 0 means that it must not exist, -1 that it must. With p_judge it only judges.
create or replace function payroll.put_employee(p_customer uuid, p_environment uuid, p_row jsonb, p_actor jsonb, p_source jsonb,
    p_now timestamptz, p_expected int, p_steps jsonb, p_judge boolean)
  returns jsonb language plpgsql as $$
declare
  found_version int;
  outcome jsonb;
begin
  perform payroll.take_turn(p_environment, p_row->>'company_code', p_row->>'number_loose', p_row->>'external_folded');
  perform payroll.lock_employments(p_environment, array[p_row->>'company_code'], array[p_row->>'employee_number'],
    array[p_row->>'external_folded']);
  select e.version into found_version from payroll.employments e
  where e.environment_id = p_environment and e.company_code = p_row->>'company_code'
    and e.employee_number = p_row->>'employee_number';
  if (p_expected = -1 and found_version is null) or (p_expected >= 0 and p_expected <> coalesce(found_version, 0)) then
    return jsonb_build_object('conflict', coalesce(found_version, 0));
  end if;
  if not exists (select from payroll.companies c where c.environment_id = p_environment and c.code = p_row->>'company_code') then
    return jsonb_build_object('unknownCompany', true);
  end if;
  if found_version is null and (p_row->>'touches')::int & 3 <> 3 then
    return jsonb_build_object('missing', true);
  end if;
  perform payroll.open_staging(false);
  delete from pg_temp.payroll_staged;
  delete from pg_temp.payroll_work;
  delete from pg_temp.payroll_facts;
  insert into pg_temp.payroll_staged select (jsonb_populate_record(null::pg_temp.payroll_staged, p_row)).*;
  if p_judge then
    perform payroll.fill_work(p_environment, 1, 1, p_now, false);
    return jsonb_build_object('broken', coalesce((select jsonb_agg(to_jsonb(j) order by j.code, j.field) from (
      select j.*, null as other from payroll.judge_new(p_environment, 1, 1, p_now, p_steps) j
      union all select j.*, null from payroll.judge_changes(p_environment, p_steps, false) j
      union all select j.line, j.code, j.field, null, j.other from payroll.judge_identity(p_environment, 1, 1) j
      union all select j.line, j.code, j.field, null, j.other from payroll.judge_codes(p_environment, 1, 1) j) j
      where not payroll.is_note(j.code)), '[]'));
  end if;
  outcome := payroll.apply_staged(p_customer, p_environment, 1, 1, p_actor, p_source, p_now, null, null, p_steps);
  -- What another writer made since we looked was updated just now; the caller, who must only create, undoes that.
  if p_expected = 0 and (outcome->>'created')::int = 0 then
    return jsonb_build_object('conflict', (outcome->>'version')::int);
  end if;
  return outcome;
end $$;

-- Registers an import, or finds it again after a crash.
create or replace function payroll.register_import(p_customer uuid, p_environment uuid, p_import uuid, p_mode text,
    p_source jsonb, p_now timestamptz)
  returns void language plpgsql as $$
begin
  perform set_config('app.environment', p_environment::text, true);
  insert into payroll.imports (environment_id, customer_id, id, mode, source, started_at)
  values (p_environment, p_customer, p_import, p_mode, p_source, p_now)
  on conflict do nothing;
end $$;

-- Statistics for the planner after a load that changed much; cheap, because few rows are sampled.
create or replace function payroll.analyze_tables() returns void language plpgsql as $$
begin
  perform set_config('default_statistics_target', '10', true);
  analyze payroll.people, payroll.employments, payroll.person_details, payroll.employment_details, payroll.tax_nz,
    payroll.kiwisaver, payroll.bank_account_sets, payroll.pay_rates, payroll.endings;
end $$;
