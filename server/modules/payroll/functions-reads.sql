-- The hot reads of payroll records.

-- The shown form of an id, as contract/ids.ts makes it: prefix and 26 characters of Crockford base32.
create or replace function payroll.show_id(prefix text, id uuid) returns text language plpgsql immutable strict parallel safe as $$
declare
  b bytea := uuid_send(id);
  a bytea := '0123456789abcdefghjkmnpqrstvwxyz'::bytea;
  buf bytea := '00000000000000000000000000'::bytea;
begin
  return prefix || '_' || encode(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(buf, 0, get_byte(a, get_byte(b, 0) >> 5)), 1, get_byte(a, (get_byte(b, 0)) & 31)), 2, get_byte(a, (get_byte(b, 1) >> 3) & 31)), 3, get_byte(a, ((get_byte(b, 1) << 2) | (get_byte(b, 2) >> 6)) & 31)), 4, get_byte(a, (get_byte(b, 2) >> 1) & 31)), 5, get_byte(a, ((get_byte(b, 2) << 4) | (get_byte(b, 3) >> 4)) & 31)), 6, get_byte(a, ((get_byte(b, 3) << 1) | (get_byte(b, 4) >> 7)) & 31)), 7, get_byte(a, (get_byte(b, 4) >> 2) & 31)), 8, get_byte(a, ((get_byte(b, 4) << 3) | (get_byte(b, 5) >> 5)) & 31)), 9, get_byte(a, (get_byte(b, 5)) & 31)), 10, get_byte(a, (get_byte(b, 6) >> 3) & 31)), 11, get_byte(a, ((get_byte(b, 6) << 2) | (get_byte(b, 7) >> 6)) & 31)), 12, get_byte(a, (get_byte(b, 7) >> 1) & 31)), 13, get_byte(a, ((get_byte(b, 7) << 4) | (get_byte(b, 8) >> 4)) & 31)), 14, get_byte(a, ((get_byte(b, 8) << 1) | (get_byte(b, 9) >> 7)) & 31)), 15, get_byte(a, (get_byte(b, 9) >> 2) & 31)), 16, get_byte(a, ((get_byte(b, 9) << 3) | (get_byte(b, 10) >> 5)) & 31)), 17, get_byte(a, (get_byte(b, 10)) & 31)), 18, get_byte(a, (get_byte(b, 11) >> 3) & 31)), 19, get_byte(a, ((get_byte(b, 11) << 2) | (get_byte(b, 12) >> 6)) & 31)), 20, get_byte(a, (get_byte(b, 12) >> 1) & 31)), 21, get_byte(a, ((get_byte(b, 12) << 4) | (get_byte(b, 13) >> 4)) & 31)), 22, get_byte(a, ((get_byte(b, 13) << 1) | (get_byte(b, 14) >> 7)) & 31)), 23, get_byte(a, (get_byte(b, 14) >> 2) & 31)), 24, get_byte(a, ((get_byte(b, 14) << 3) | (get_byte(b, 15) >> 5)) & 31)), 25, get_byte(a, (get_byte(b, 15)) & 31)), 'escape');
end $$;

-- Money as text with two decimals, more only where they say something.
create or replace function payroll.decimal_text(value numeric) returns text language sql immutable parallel safe as $$
  select case when scale(trim_scale(value)) < 2 then round(value, 2)::text else trim_scale(value)::text end
$$;

-- Employee documents true on p_as_of (today in the employer's zone when null) for employments of one environment, which
-- is set here, in the same round trip. An employment has no gap: before its first record, that one counts from the start.
create or replace function payroll.documents(p_environment uuid, p_ids uuid[], p_as_of date, p_at timestamptz)
  returns table (employment_id uuid, person_id uuid, version int, document json) language plpgsql as $$
begin
  perform set_config('app.environment', p_environment::text, true);
  return query
  select e.id, e.person_id, e.version, json_build_object(
    'employeeId', payroll.show_id('emp', e.id), 'personId', payroll.show_id('pp', e.person_id),
    'companyCode', e.company_code, 'employeeNumber', e.employee_number, 'version', e.version,
    'status', case when n.end_date < t.as_of then 'terminated' when e.start_date > t.as_of then 'pending' else 'active' end,
    'asOf', t.as_of, 'masked', '[]'::json,
    'person', case when p.person_id is not null then json_build_object(
      'externalId', x.external_id, 'title', p.title, 'legalFirstName', p.first_name, 'legalMiddleNames', p.middle_names,
      'legalLastName', p.last_name, 'preferredName', p.preferred_name, 'dateOfBirth', p.birth_date, 'gender', p.gender,
      'workEmail', p.work_email, 'personalEmail', p.personal_email, 'mobile', p.mobile,
      'address', case when p.country is not null then json_build_object('line1', p.line1, 'line2', p.line2, 'suburb', p.suburb,
        'city', p.city, 'state', p.state, 'postcode', p.postcode, 'country', p.country) end,
      'effectiveFrom', p.effective_from) end,
    'employment', case when d.employment_id is not null then json_build_object(
      'startDate', e.start_date, 'continuousServiceDate', e.continuous_service_date, 'endDate', n.end_date,
      'terminationReason', n.termination_reason, 'employmentType', d.employment_type, 'fixedTermEndDate', d.fixed_term_end,
      'agreementCode', d.agreement_code, 'positionCode', d.position_code, 'positionTitle', d.position_title,
      'departmentCode', d.department_code, 'locationCode', d.location_code,
      'managerEmployeeNumber', d.manager_employee_number, 'costAllocations', d.cost_allocations,
      'payGroupCode', d.pay_group, 'payFrequency', d.pay_frequency, 'hoursPerWeek', payroll.decimal_text(d.hours_per_week),
      'workPatternCode', d.pattern_code, 'effectiveFrom', d.effective_from) end,
    'taxNz', case when z.employment_id is not null then json_build_object(
      'irdNumber', z.ird_number, 'taxCode', z.tax_code, 'studentLoan', z.student_loan,
      'taxRatePercent', payroll.decimal_text(z.tax_rate_pct), 'taxRateEndDate', z.tax_rate_end,
      'slSpecialRatePercent', payroll.decimal_text(z.sl_special_pct), 'slSpecialRateEndDate', z.sl_special_end,
      'esctRatePercent', trim_scale(z.esct_pct)::text, 'declarationDate', z.declaration_date,
      'declarationForm', z.declaration_form, 'effectiveFrom', z.effective_from) end,
    'taxAu', case when a.employment_id is not null then json_build_object(
      'tfn', a.tfn, 'tfnExemption', a.tfn_exemption, 'residencyStatus', a.residency_status,
      'taxFreeThresholdClaimed', a.tax_free_threshold, 'studyLoan', a.study_loan, 'superUsi', a.super_usi,
      'superMemberNumber', a.super_member_no, 'effectiveFrom', a.effective_from) end,
    'kiwiSaver', case when k.employment_id is not null then json_build_object(
      'status', k.status, 'employeeRatePercent', payroll.decimal_text(k.employee_pct),
      'employerRatePercent', payroll.decimal_text(k.employer_pct), 'rateReductionStart', k.reduction_start,
      'rateReductionEnd', k.reduction_end, 'suspensionStart', k.suspension_start, 'suspensionEnd', k.suspension_end,
      'optOutDate', k.opt_out_date, 'effectiveFrom', k.effective_from) end,
    'bankAccounts', coalesce((select json_agg(json_build_object('country', i->>'country', 'account', i->>'account',
        'accountName', i->>'accountName', 'reference', i->>'reference',
        'allocation', json_build_object('type', i->>'type', 'value', i->>'value')))
      from jsonb_array_elements(b.accounts) i), '[]'),
    'payRates', coalesce((select json_agg(json_build_object('effectiveFrom', r.effective_from, 'rateType', r.rate_type,
        'amount', payroll.decimal_text(r.amount), 'currency', r.currency,
        'hoursPerWeek', payroll.decimal_text(r.rate_hours_per_week), 'reasonCode', r.reason_code) order by r.effective_from)
      from payroll.pay_rates r
      where r.environment_id = p_environment and r.employment_id = e.id and r.superseded_at is null), '[]'))
  from payroll.employments e
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join payroll.people x on x.environment_id = p_environment and x.id = e.person_id
  cross join lateral (select coalesce(p_as_of, (p_at at time zone c.time_zone)::date) as as_of) t
  left join payroll.endings n on n.environment_id = p_environment and n.employment_id = e.id and n.superseded_at is null
  left join lateral (
    (select d.* from payroll.person_details d where d.environment_id = p_environment and d.person_id = e.person_id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.person_details d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.person_id = e.person_id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) p on true
  left join lateral (
    (select d.* from payroll.employment_details d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.employment_details d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) d on true
  left join lateral (
    (select d.* from payroll.tax_nz d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.tax_nz d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) z on true
  left join lateral (
    (select d.* from payroll.tax_au d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.tax_au d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) a on true
  left join lateral (
    (select d.* from payroll.kiwisaver d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.kiwisaver d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) k on true
  left join lateral (
    (select d.* from payroll.bank_account_sets d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.bank_account_sets d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) b on true
  where e.environment_id = p_environment and e.id = any (p_ids)
  order by e.company_code, e.employee_number;
end $$;

-- One employee by business key: the hot read of the Web API. No row when there is none.
create or replace function payroll.employee_document(p_environment uuid, p_company text, p_number text, p_as_of date,
    p_at timestamptz default now())
  returns table (employment_id uuid, person_id uuid, version int, document json) language plpgsql as $$
declare
  found_id uuid;
begin
  perform set_config('app.environment', p_environment::text, true);
  select e.id into found_id from payroll.employments e
  where e.environment_id = p_environment and e.company_code = p_company and e.employee_number = p_number;
  if found_id is null then
    select e.id into found_id from payroll.employments e
    where e.environment_id = p_environment and e.company_code = p_company and e.number_folded = platform.fold_code(p_number)
      and not e.number_twin;
  end if;
  if found_id is null then return; end if;
  return query select * from payroll.documents(p_environment, array[found_id], p_as_of, p_at);
end $$;

-- Whether there is an employment with this key.
create or replace function payroll.has_employment(p_environment uuid, p_company text, p_number text)
  returns boolean language sql stable set search_path = '' as $$
  select exists (select from payroll.employments e
    where e.environment_id = p_environment and e.company_code = p_company and e.employee_number = p_number)
$$;

-- A page of employees in the order of their keys, P1 only. p_search is in the folded form, escaped for LIKE; the folded names are
-- kept, since under row-level security no index answers a pattern.
create or replace function payroll.employee_page(p_environment uuid, p_after_company text, p_after_number text,
    p_limit int, p_search text, p_status text, p_at timestamptz)
  returns table (employment_id uuid, person_id uuid, company_code text, employee_number text, name text,
    position_title text, department_code text, location_code text, employment_type text, start_date date, end_date date,
    status text, version int, updated_at timestamptz) language plpgsql as $$
begin
  perform set_config('app.environment', p_environment::text, true);
  return query
  select e.id, e.person_id, e.company_code, e.employee_number, coalesce(p.preferred_name, p.first_name) || ' ' || p.last_name,
    d.position_title, d.department_code, d.location_code, d.employment_type, e.start_date, n.end_date, t.status, e.version,
    e.updated_at
  from payroll.employments e
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  left join payroll.endings n on n.environment_id = p_environment and n.employment_id = e.id and n.superseded_at is null
  cross join lateral (select (p_at at time zone c.time_zone)::date as today) day
  cross join lateral (select case when n.end_date < day.today then 'terminated'
    when e.start_date > day.today then 'pending' else 'active' end as status) t
  left join lateral (
    select d.first_name, d.preferred_name, d.last_name, d.name_folded from payroll.person_details d
    where d.environment_id = p_environment and d.person_id = e.person_id and d.superseded_at is null
    order by d.effective_from <= day.today desc, abs(d.effective_from - day.today) limit 1) p on true
  left join lateral (
    select d.position_title, d.department_code, d.location_code, d.employment_type from payroll.employment_details d
    where d.environment_id = p_environment and d.employment_id = e.id and d.superseded_at is null
    order by d.effective_from <= day.today desc, abs(d.effective_from - day.today) limit 1) d on true
  where e.environment_id = p_environment
    and (p_after_company is null or (e.company_code, e.employee_number) > (p_after_company, p_after_number))
    and (p_status is null or t.status = p_status)
    and (p_search is null or e.number_folded like p_search || '%' or p.name_folded like '%' || p_search || '%'
         or case when octet_length(d.position_title) = length(d.position_title) then lower(d.position_title)
              else platform.fold_search(d.position_title) end like '%' || p_search || '%'
         or lower(d.department_code) like p_search || '%')
  order by e.company_code, e.employee_number
  limit p_limit;
end $$;

-- The fields that the records of one day change, by what is in force now.
create or replace function payroll.fields_effective(p_environment uuid, p_kind text, p_employment uuid, p_person uuid, p_day date)
  returns text[] language sql stable as $$
  select case p_kind
    when 'start' then '{startDate}'
    when 'end' then '{endDate,terminationReason}'
    when 'bank_account' then (
      select case when d.accounts is distinct from b.accounts then '{bankAccounts}'::text[] end
      from payroll.bank_account_sets d
      left join lateral (
        select o.accounts from payroll.bank_account_sets o
        where o.environment_id = p_environment and o.employment_id = p_employment and o.superseded_at is null
          and o.effective_from < p_day order by o.effective_from desc limit 1) b on true
      where d.environment_id = p_environment and d.employment_id = p_employment and d.superseded_at is null
        and d.effective_from = p_day)
    when 'employee' then payroll.fields_on_person_details(p_environment, p_person, p_day)
    when 'employment' then payroll.fields_on_employment_details(p_environment, p_employment, p_day)
    when 'kiwisaver' then payroll.fields_on_kiwisaver(p_environment, p_employment, p_day)
    when 'tax_details' then payroll.fields_on_tax_nz(p_environment, p_employment, p_day)
      || payroll.fields_on_tax_au(p_environment, p_employment, p_day)
    when 'pay_rate' then (
      select array_remove(array[
        case when d.rate_type is distinct from b.rate_type then 'rateType' end,
        case when d.amount is distinct from b.amount then 'amount' end,
        case when d.currency is distinct from b.currency then 'currency' end,
        case when d.rate_hours_per_week is distinct from b.rate_hours_per_week then 'rateHoursPerWeek' end,
        case when d.reason_code is distinct from b.reason_code then 'reasonCode' end], null)
      from payroll.pay_rates d
      left join lateral (
        select o.* from payroll.pay_rates o
        where o.environment_id = p_environment and o.employment_id = p_employment and o.superseded_at is null
          and o.effective_from < p_day order by o.effective_from desc limit 1) b on true
      where d.environment_id = p_environment and d.employment_id = p_employment and d.superseded_at is null
        and d.effective_from = p_day) end
$$;
