-- The rules of payroll about fields that stand beside each other. They judge records as they will be in force: what a row or
-- a body says, laid over what is there. A fault is written "code field", the field by its staged name.

-- These two are stable, as reading a date from text is: marked immutable they could not be inlined.
-- When somebody opted out: as told, else the day from which they did.
create or replace function payroll.opt_out_date(told text, told_status text, old_status text, old_date date, day date)
  returns date language sql stable parallel safe as $$
  select case when told is not null then nullif(told, '')::date
    when told_status = 'optedOut' and old_status is distinct from 'optedOut' then day else old_date end
$$;

-- When a temporary rate reduction started: as told, else as known, while its end lies 3 to 12 months from there. A new end is
-- a new notice, which counts from the day of the row, or earlier where it would be shorter than 3 months.
create or replace function payroll.reduction_start(told text, told_end text, told_status text, old_status text, old_start date,
    old_end date, day date)
  returns date language sql stable parallel safe as $$
  select case when told is not null then nullif(told, '')::date
    when coalesce(told_status, old_status) is distinct from 'temporaryRateReduction' then old_start
    when old_status = 'temporaryRateReduction' and coalesce(nullif(told_end, '')::date, old_end)
      between (old_start + interval '3 months')::date - 1 and (old_start + interval '12 months')::date then old_start
    else least(day, (coalesce(nullif(told_end, '')::date, old_end) + 1 - interval '3 months')::date) end
$$;

create or replace function payroll.person_faults(country text, postcode text) returns text[] language sql immutable parallel safe as $$
  select case when country in ('NZ', 'AU') and postcode !~ '^\d{4}$' then array['postcode postcode'] else '{}' end
$$;

create or replace function payroll.tax_nz_faults(ird text, code text, loan boolean, rate numeric, special numeric)
  returns text[] language sql immutable parallel safe as $$
  select array_remove(array[
    case when code is null then 'required-with-group tax_code' end,
    case when ird is null and code <> 'ND' then 'ird-missing-needs-nd tax_code' end,
    case when loan and code not in ('M', 'ME', 'SB', 'S', 'SH', 'ST', 'SA') then 'student-loan-code student_loan' end,
    case when rate is null and code in ('STC', 'WT') then 'tax-rate-missing tax_rate_pct' end,
    case when rate > 100 or (rate < 10 and code = 'WT') then 'tax-rate-range tax_rate_pct' end,
    case when special >= 12 or special <> trunc(special) then 'sl-special-rate sl_special_pct' end], null)
$$;

create or replace function payroll.kiwisaver_faults(status text, rate numeric, reduced_from date, reduced_to date, opted_out date,
    day date, elected numeric[])
  returns text[] language sql immutable parallel safe as $$
  select array_remove(array[
    case when status is null then 'required-with-group kiwisaver_status' end,
    case when status in ('optedOut', 'savingsSuspension', 'notEligible', 'casualTemporary', 'notMember') and rate is not null
      then 'kiwisaver-rate-unexpected employee_pct' end,
    case when status in ('autoEnrolled', 'existingMember', 'optedIn') and rate is null then 'kiwisaver-rate-missing employee_pct' end,
    case when status in ('autoEnrolled', 'existingMember', 'optedIn', 'complyingFund') and rate <> all (elected)
      then 'kiwisaver-rate employee_pct' end,
    case when status = 'optedOut' and opted_out is null then 'kiwisaver-opt-out-date opt_out_date' end,
    case when status = 'temporaryRateReduction' and rate is distinct from 3 then 'kiwisaver-reduction-rate employee_pct' end,
    case when status = 'temporaryRateReduction' and reduced_to is null then 'kiwisaver-reduction-end reduction_end' end,
    case when status = 'temporaryRateReduction' and reduced_from is null then 'kiwisaver-reduction-start reduction_start' end,
    case when status = 'temporaryRateReduction' and reduced_to < day then 'kiwisaver-reduction-over reduction_end'
      when status = 'temporaryRateReduction' and reduced_to not between (reduced_from + interval '3 months')::date - 1
        and (reduced_from + interval '12 months')::date then 'kiwisaver-reduction-length reduction_end' end], null)
$$;

create or replace function payroll.tax_au_faults(residency text, tfn text, exemption text)
  returns text[] language sql immutable parallel safe as $$
  select array_remove(array[
    case when residency is null then 'required-with-group residency_status' end,
    case when residency is not null and tfn is null and exemption is null then 'tfn-or-exemption tfn' end], null)
$$;

create or replace function payroll.employment_faults(employment_type text, fixed_term_end date)
  returns text[] language sql immutable parallel safe as $$
  select case when employment_type = 'fixedTerm' and fixed_term_end is null then array['fixed-term-end fixed_term_end']
    else '{}' end
$$;

create or replace function payroll.ending_faults(start_date date, end_date date, reason text)
  returns text[] language sql immutable parallel safe as $$
  select array_remove(array[
    case when end_date < start_date then 'end-before-start end_date' end,
    case when end_date is not null and reason is null then 'termination-reason termination_reason' end,
    case when end_date is null and reason is not null then 'end-date end_date' end], null)
$$;

-- The fields that a body left out and that had a value which its group clears.
create or replace function payroll.cleared_fields(left_out text, before jsonb, after jsonb)
  returns setof text language sql immutable parallel safe as $$
  select c.key from jsonb_each_text(before) c
  where c.key = any (string_to_array(left_out, ' ')) and c.value <> 'false' and coalesce(after->>c.key, 'false') = 'false'
$$;

-- The staged columns that a rule reads to find a fault in a field.
create or replace function payroll.read_by_rule(code text, field text) returns text[] language sql immutable parallel safe as $$
  select field || case
    when code = 'postcode' then '{country}'
    when code = 'required-when-new' and field = 'tax_code' then '{residency_status}'::text[]
    when code = 'ird-missing-needs-nd' then '{ird_number}'
    when code in ('student-loan-code', 'tax-rate-missing', 'tax-rate-range') then '{tax_code}'
    when code = 'nsw-kiwisaver' then '{tax_code,employee_pct}'
    when code like 'kiwisaver-reduction-%' then '{kiwisaver_status,reduction_end}'
    when code like 'kiwisaver-%' then '{kiwisaver_status}'
    when code = 'tfn-or-exemption' then '{tfn_exemption,residency_status}'
    when code = 'fixed-term-end' then '{employment_type}'
    when code in ('end-before-start', 'effective-before-start') then '{start_date}'
    when code in ('termination-reason', 'end-date') then '{end_date,termination_reason}'
    else '{}' end
$$;

-- Whether a non-resident seasonal worker would have KiwiSaver.
create or replace function payroll.has_kiwisaver(status text, rate numeric) returns boolean language sql immutable parallel safe as $$
  select status not in ('notEligible', 'notMember') or rate is not null
$$;

-- The rates that may be elected, by day; a day before the first step goes by the first.
create or replace function payroll.elected_rates(p_steps jsonb)
  returns table (from_day date, until_day date, elected numeric[]) language sql immutable as $$
  select case when lag(s."from") over steps is null then '-infinity' else s."from" end,
    coalesce(lead(s."from") over steps, 'infinity'), s.elected
  from jsonb_to_recordset(p_steps) as s("from" date, elected numeric[])
  window steps as (order by s."from")
$$;

set local check_function_bodies = off;

-- What the staged rows of new employments break: all their record is in the row. holds_from is null where the fault is in the
-- record of the row's own day.
create or replace function payroll.judge_new(p_environment uuid, p_from int, p_to int, p_now timestamptz, p_steps jsonb)
  returns table (line int, code text, field text, holds_from date) language sql stable as $$
  with fresh as materialized (
    select s.line, s.touches, d.day, nullif(s.country, '') as country, nullif(s.postcode, '') as postcode, nullif(s.start_date, '')::date as start_date, nullif(s.end_date, '')::date as end_date,
      nullif(s.termination_reason, '') as reason, nullif(s.employment_type, '') as employment_type,
      nullif(s.fixed_term_end, '')::date as fixed_term_end, nullif(s.ird_number, '') as ird, nullif(s.tax_code, '') as code,
      nullif(s.student_loan, '')::boolean as loan, nullif(s.tax_rate_pct, '')::numeric as rate,
      nullif(s.sl_special_pct, '')::numeric as special, nullif(s.residency_status, '') as residency, nullif(s.tfn, '') as tfn,
      nullif(s.tfn_exemption, '') as exemption, nullif(s.kiwisaver_status, '') as status,
      nullif(s.employee_pct, '')::numeric as employee_pct, nullif(s.reduction_end, '')::date as reduced_to,
      payroll.reduction_start(s.reduction_start, s.reduction_end, s.kiwisaver_status, null, null, null, d.day) as reduced_from,
      payroll.opt_out_date(s.opt_out_date, s.kiwisaver_status, null, null, d.day) as opted_out
    from pg_temp.payroll_staged s
    join payroll.companies c on c.environment_id = p_environment and c.code = s.company_code
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    cross join lateral (select coalesce(nullif(s.effective_from, '')::date,
      greatest((p_now at time zone c.time_zone)::date, nullif(s.start_date, '')::date)) as day) d
    where s.line between p_from and p_to and e.id is null
  ), judged as materialized (
    select f.line, f.day,
      case when f.touches & 1 <> 0 then payroll.person_faults(f.country, f.postcode) else '{}' end
      || case when f.touches & 2 <> 0 then payroll.employment_faults(f.employment_type, f.fixed_term_end) else '{}' end
      || case when f.touches & 4 <> 0 then payroll.tax_nz_faults(f.ird, f.code, f.loan, f.rate, f.special) else '{}' end
      || case when f.touches & 8 <> 0 then payroll.tax_au_faults(f.residency, f.tfn, f.exemption) else '{}' end
      || case when f.touches & 16 <> 0 then payroll.kiwisaver_faults(f.status, f.employee_pct, f.reduced_from, f.reduced_to,
          f.opted_out, f.day, r.elected) else '{}' end
      || payroll.ending_faults(f.start_date, f.end_date, f.reason)
      || case when f.day < f.start_date then '{effective-before-start effective_from}'::text[] else '{}' end
      || case when f.code = 'NSW' and payroll.has_kiwisaver(f.status, f.employee_pct)
          then '{nsw-kiwisaver kiwisaver_status}'::text[] else '{}' end as faults
    from fresh f
    left join payroll.elected_rates(p_steps) r on f.day >= r.from_day and f.day < r.until_day
  )
  select j.line, split_part(fault, ' ', 1), split_part(fault, ' ', 2), null::date
  from judged j cross join lateral unnest(j.faults) fault
  where j.faults <> '{}'
$$;

-- What the rows in payroll_work would break of employments that exist, in each record that they leave in force: holds_from is
-- the day of a later one. With p_stands also the fields that a later record sets to something else again.
create or replace function payroll.judge_changes(p_environment uuid, p_steps jsonb, p_stands boolean)
  returns table (line int, code text, field text, holds_from date) language sql stable as $$
  with person as materialized (
    select * from payroll.next_person_details(p_environment)
  ), job as materialized (
    select * from payroll.next_employment_details(p_environment)
  ), tax as materialized (
    select * from payroll.next_tax_nz(p_environment)
  ), australian as materialized (
    select * from payroll.next_tax_au(p_environment)
  ), saver as materialized (
    select * from payroll.next_kiwisaver(p_environment)
  ), seasonal as materialized (
    select c.line, c.owner_id
    from (select n.line, n.owner_id from tax n where n.writes union select n.line, n.owner_id from saver n where n.writes) c
    where c.line in (select n.line from tax n where (n.after).tax_code = 'NSW')
      or exists (select from payroll.tax_nz d where d.environment_id = p_environment and d.employment_id = c.owner_id
        and d.superseded_at is null and d.tax_code = 'NSW')
  ), tax_days as (
    select k.*, lead(k.day, 1, 'infinity') over (partition by k.line order by k.day) as until_day
    from (
      select n.line, (n.after).effective_from as day, (n.after).tax_code from tax n where n.writes
      union all
      select c.line, d.effective_from, d.tax_code from seasonal c
      join payroll.tax_nz d on d.environment_id = p_environment and d.employment_id = c.owner_id and d.superseded_at is null
      where not exists (select from tax n where n.line = c.line and n.writes and (n.after).effective_from = d.effective_from)) k
  ), saver_days as (
    select k.*, lead(k.day, 1, 'infinity') over (partition by k.line order by k.day) as until_day
    from (
      select n.line, (n.after).effective_from as day, (n.after).status, (n.after).employee_pct from saver n where n.writes
      union all
      select c.line, d.effective_from, d.status, d.employee_pct from seasonal c
      join payroll.kiwisaver d on d.environment_id = p_environment and d.employment_id = c.owner_id and d.superseded_at is null
      where not exists (select from saver n where n.line = c.line and n.writes and (n.after).effective_from = d.effective_from)) k
  ), judged as (
    select n.line, case when n.carried then (n.after).effective_from end as later_day,
      payroll.person_faults((n.after).country, (n.after).postcode) as faults
    from person n where n.writes
    union all
    select n.line, case when n.carried then (n.after).effective_from end,
      payroll.employment_faults((n.after).employment_type, (n.after).fixed_term_end)
    from job n where n.writes
    union all
    select n.line, case when n.carried then (n.after).effective_from end,
      payroll.tax_nz_faults((n.after).ird_number, (n.after).tax_code, (n.after).student_loan, (n.after).tax_rate_pct, (n.after).sl_special_pct)
      || case when not n.carried and (n.after).effective_from < n.today and 'slSpecialRatePercent' = any (n.fields)
          and (n.after).sl_special_pct is not null then '{sl-special-retrospective sl_special_pct}'::text[] else '{}' end
    from tax n where n.writes
    union all
    select n.line, case when n.carried then (n.after).effective_from end,
      payroll.tax_au_faults((n.after).residency_status, (n.after).tfn, (n.after).tfn_exemption)
    from australian n where n.writes
    union all
    select n.line, case when n.carried then (n.after).effective_from end,
      payroll.kiwisaver_faults((n.after).status, (n.after).employee_pct, (n.after).reduction_start, (n.after).reduction_end,
        (n.after).opt_out_date, (n.after).effective_from, r.elected)
    from saver n
    left join payroll.elected_rates(p_steps) r on (n.after).effective_from >= r.from_day and (n.after).effective_from < r.until_day
    where n.writes
    union all
    select t.line, greatest(t.day, s.day), '{nsw-kiwisaver kiwisaver_status}'::text[]
    from tax_days t join saver_days s on s.line = t.line and s.day < t.until_day and t.day < s.until_day
    where t.tax_code = 'NSW' and payroll.has_kiwisaver(s.status, s.employee_pct)
    union all
    select w.line, null,
      payroll.ending_faults(w.start_date,
        case when w.end_date is null then n.end_date else nullif(w.end_date, '')::date end,
        case when w.termination_reason is null then n.termination_reason else nullif(w.termination_reason, '') end)
    from pg_temp.payroll_work w
    left join payroll.endings n on n.environment_id = p_environment and n.employment_id = w.employment_id and n.superseded_at is null
    where not w.is_new and w.touches & 130 <> 0
    union all
    select w.line, null, '{effective-before-start effective_from}'::text[]
    from pg_temp.payroll_work w where not w.is_new and w.effective_from < w.start_date
    union all
    -- A date of birth that changes with both names, or with a name and the IRD number, is another person's.
    select p.line, null, '{employee-number-taken employee_number}'
    from person p
    left join tax x on x.line = p.line and not x.carried
      and (x.after).ird_number <> (x.base).ird_number
    where not p.is_new and not p.carried and p.fields @> '{dateOfBirth}' and p.fields && '{legalFirstName,legalLastName}'
      and (platform.fold_search((p.after).first_name) <> platform.fold_search((p.base).first_name))::int
        + (platform.fold_search((p.after).last_name) <> platform.fold_search((p.base).last_name))::int
        + (x.line is not null)::int >= 2
  )
  select j.line, split_part(fault, ' ', 1), split_part(fault, ' ', 2),
    case when bool_and(j.later_day is not null) then min(j.later_day) end
  from judged j cross join lateral unnest(j.faults) fault
  where j.faults <> '{}'
  group by j.line, fault
  union all
  select n.line, 'later-change-stands', f.field, min(n.day)
  from (
    select n.line, (n.after).effective_from as day, n.stands from person n
    union all select n.line, (n.after).effective_from, n.stands from job n
    union all select n.line, (n.after).effective_from, n.stands from tax n
    union all select n.line, (n.after).effective_from, n.stands from australian n
    union all select n.line, (n.after).effective_from, n.stands from saver n
    union all
    select t.line, payroll.accounts_stand_from(p_environment, t.employment_id, t.counts_from, t.old_accounts, t.accounts),
      '{accounts}'
    from payroll.told_accounts(p_environment) t
    where p_stands and t.base_from is not null and t.accounts <> t.old_accounts) n
  cross join lateral unnest(n.stands) f(field)
  where p_stands and n.day is not null
  group by n.line, f.field
  union all
  select n.line, 'field-cleared', n.field, null
  from (
    select n.line, f.field from person n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried
    union all
    select n.line, f.field from job n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried
    union all
    select n.line, 'continuous_service_date' from job n join pg_temp.payroll_work w on w.line = n.line
      and 'continuous_service_date' = any (string_to_array(w.left_out, ' '))
    where n.own #>> '{continuousServiceDate,new}' = ''
    union all
    select n.line, f.field from tax n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried
    union all
    select n.line, f.field from australian n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried
    union all
    select n.line, f.field from saver n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried) n
  where p_stands
$$;
set local check_function_bodies = on;
