-- One function per group of an employment: inserts it for new ones; for others compares what was staged with what is live on
-- that day, supersedes the row of the same day, inserts the new one and notes the facts. They read the session's staging
-- tables (functions.sql).

-- The person.
create or replace function payroll.apply_person(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text)
  returns void language plpgsql as $$
begin
  insert into payroll.person_details (environment_id, customer_id, person_id, effective_from, recorded_at, recorded_by, import_id,
    title, first_name, middle_names, last_name, preferred_name, birth_date, gender, work_email, personal_email, mobile, line1, line2, suburb, city, state, postcode, country)
  select p_environment, p_customer, w.person_id, w.effective_from, p_now, recorded_by, p_import,
    nullif(w.title, ''), nullif(w.first_name, ''), nullif(w.middle_names, ''), nullif(w.last_name, ''), nullif(w.preferred_name, ''), nullif(w.birth_date, '')::date, nullif(w.gender, ''), nullif(w.work_email, ''), nullif(w.personal_email, ''), nullif(w.mobile, ''), nullif(w.line1, ''), nullif(w.line2, ''), nullif(w.suburb, ''), nullif(w.city, ''), nullif(w.state, ''), nullif(w.postcode, ''), nullif(w.country, '')
  from pg_temp.payroll_work w
  where w.new_person and w.touches & 1 <> 0 and w.leads_person;

  with next as materialized (
    select w.line, w.is_new, w.person_id, w.effective_from, w.today, b.effective_from as base_from,
      case when w.title is null then b.title else nullif(w.title, '') end as title, b.title as old_title,
      case when w.first_name is null then b.first_name else nullif(w.first_name, '') end as first_name, b.first_name as old_first_name,
      case when w.middle_names is null then b.middle_names else nullif(w.middle_names, '') end as middle_names, b.middle_names as old_middle_names,
      case when w.last_name is null then b.last_name else nullif(w.last_name, '') end as last_name, b.last_name as old_last_name,
      case when w.preferred_name is null then b.preferred_name else nullif(w.preferred_name, '') end as preferred_name, b.preferred_name as old_preferred_name,
      case when w.birth_date is null then b.birth_date else nullif(w.birth_date, '')::date end as birth_date, b.birth_date as old_birth_date,
      case when w.gender is null then b.gender else nullif(w.gender, '') end as gender, b.gender as old_gender,
      case when w.work_email is null then b.work_email else nullif(w.work_email, '') end as work_email, b.work_email as old_work_email,
      case when w.personal_email is null then b.personal_email else nullif(w.personal_email, '') end as personal_email, b.personal_email as old_personal_email,
      case when w.mobile is null then b.mobile else nullif(w.mobile, '') end as mobile, b.mobile as old_mobile,
      case when w.line1 is null then b.line1 else nullif(w.line1, '') end as line1, b.line1 as old_line1,
      case when w.line2 is null then b.line2 else nullif(w.line2, '') end as line2, b.line2 as old_line2,
      case when w.suburb is null then b.suburb else nullif(w.suburb, '') end as suburb, b.suburb as old_suburb,
      case when w.city is null then b.city else nullif(w.city, '') end as city, b.city as old_city,
      case when w.state is null then b.state else nullif(w.state, '') end as state, b.state as old_state,
      case when w.postcode is null then b.postcode else nullif(w.postcode, '') end as postcode, b.postcode as old_postcode,
      case when w.country is null then b.country else nullif(w.country, '') end as country, b.country as old_country,
      case when w.external_id is null or w.is_new then x.external_id else nullif(w.external_id, '') end as external_id, x.external_id as old_external_id
    from pg_temp.payroll_work w
    join payroll.people x on x.environment_id = p_environment and x.id = w.person_id
    left join lateral (
      (select d.* from payroll.person_details d
       where d.environment_id = p_environment and d.person_id = w.person_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d.* from payroll.person_details d
       where d.environment_id = p_environment and d.person_id = w.person_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.new_person and w.touches & 1 <> 0 and w.leads_person
  ), compared as materialized (
    select n.*, case when n.base_from is null then null else array_remove(array[
      case when n.title is distinct from n.old_title then 'title' end,
      case when n.first_name is distinct from n.old_first_name then 'legalFirstName' end,
      case when n.middle_names is distinct from n.old_middle_names then 'legalMiddleNames' end,
      case when n.last_name is distinct from n.old_last_name then 'legalLastName' end,
      case when n.preferred_name is distinct from n.old_preferred_name then 'preferredName' end,
      case when n.birth_date is distinct from n.old_birth_date then 'dateOfBirth' end,
      case when n.gender is distinct from n.old_gender then 'gender' end,
      case when n.work_email is distinct from n.old_work_email then 'workEmail' end,
      case when n.personal_email is distinct from n.old_personal_email then 'personalEmail' end,
      case when n.mobile is distinct from n.old_mobile then 'mobile' end,
      case when (n.line1, n.line2, n.suburb, n.city, n.state, n.postcode, n.country)
        is distinct from (n.old_line1, n.old_line2, n.old_suburb, n.old_city, n.old_state, n.old_postcode, n.old_country) then 'address' end], null) end as fields
      , case when n.external_id is distinct from n.old_external_id then array['externalId'] else '{}'::text[] end as own_fields
    from next n
  ), changed as materialized (
    select * from compared where base_from is null or fields <> '{}' or base_from > effective_from
  ), superseded as (
    update payroll.person_details d set superseded_at = p_now from changed c
    where c.base_from = c.effective_from and d.environment_id = p_environment and d.person_id = c.person_id
      and d.effective_from = c.effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.person_details (environment_id, customer_id, person_id, effective_from, recorded_at, recorded_by, import_id,
      title, first_name, middle_names, last_name, preferred_name, birth_date, gender, work_email, personal_email, mobile, line1, line2, suburb, city, state, postcode, country)
    select p_environment, p_customer, c.person_id, c.effective_from, p_now, recorded_by, p_import,
      c.title, c.first_name, c.middle_names, c.last_name, c.preferred_name, c.birth_date, c.gender, c.work_email, c.personal_email, c.mobile, c.line1, c.line2, c.suburb, c.city, c.state, c.postcode, c.country
    from changed c where (select count(*) from superseded) >= 0
    returning 1
  ), renamed as (
    update payroll.people x set external_id = c.external_id from compared c
    where c.own_fields <> '{}' and x.environment_id = p_environment and x.id = c.person_id
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select c.line, 1, case when c.effective_from > c.today then 'employee.update_scheduled' else 'employee.updated' end, 'employee',
    (coalesce(c.fields, '{}') || c.own_fields), case when (coalesce(c.fields, '{}') || c.own_fields) <@ '{title,legalFirstName,legalMiddleNames,legalLastName,preferredName,workEmail,externalId}' then '{P1}'::text[] else '{P1,P2}' end, payroll.value_changes((coalesce(c.fields, '{}') || c.own_fields),
      jsonb_build_object('title', c.old_title, 'legalFirstName', c.old_first_name, 'legalMiddleNames', c.old_middle_names, 'legalLastName', c.old_last_name, 'preferredName', c.old_preferred_name, 'workEmail', c.old_work_email),
      jsonb_build_object('title', c.title, 'legalFirstName', c.first_name, 'legalMiddleNames', c.middle_names, 'legalLastName', c.last_name, 'preferredName', c.preferred_name, 'workEmail', c.work_email)), c.effective_from
  from (select * from compared where base_from is null or fields <> '{}' or base_from > effective_from or own_fields <> '{}') c where not c.is_new and (select count(*) from inserted) >= 0;
end $$;

-- The employment.
create or replace function payroll.apply_employment(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text)
  returns void language plpgsql as $$
begin
  insert into payroll.employment_details (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
    employment_type, fixed_term_end, agreement_code, position_code, position_title, department_code, location_code, manager_employee_number, cost_allocations, pay_group, pay_frequency, hours_per_week, pattern_code)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import,
    nullif(w.employment_type, ''), nullif(w.fixed_term_end, '')::date, nullif(w.agreement_code, ''), nullif(w.position_code, ''), nullif(w.position_title, ''), nullif(w.department_code, ''), nullif(w.location_code, ''), nullif(w.manager_employee_number, ''), nullif(w.cost_allocations, '')::jsonb, nullif(w.pay_group, ''), nullif(w.pay_frequency, ''), nullif(w.hours_per_week, '')::numeric, nullif(w.pattern_code, '')
  from pg_temp.payroll_work w
  where w.is_new and w.touches & 2 <> 0;

  with next as materialized (
    select w.line, w.is_new, w.employment_id, w.effective_from, w.today, b.effective_from as base_from,
      case when w.employment_type is null then b.employment_type else nullif(w.employment_type, '') end as employment_type, b.employment_type as old_employment_type,
      case when w.fixed_term_end is null then b.fixed_term_end else nullif(w.fixed_term_end, '')::date end as fixed_term_end, b.fixed_term_end as old_fixed_term_end,
      case when w.agreement_code is null then b.agreement_code else nullif(w.agreement_code, '') end as agreement_code, b.agreement_code as old_agreement_code,
      case when w.position_code is null then b.position_code else nullif(w.position_code, '') end as position_code, b.position_code as old_position_code,
      case when w.position_title is null then b.position_title else nullif(w.position_title, '') end as position_title, b.position_title as old_position_title,
      case when w.department_code is null then b.department_code else nullif(w.department_code, '') end as department_code, b.department_code as old_department_code,
      case when w.location_code is null then b.location_code else nullif(w.location_code, '') end as location_code, b.location_code as old_location_code,
      case when w.manager_employee_number is null then b.manager_employee_number else nullif(w.manager_employee_number, '') end as manager_employee_number, b.manager_employee_number as old_manager_employee_number,
      case when w.cost_allocations is null then b.cost_allocations else nullif(w.cost_allocations, '')::jsonb end as cost_allocations, b.cost_allocations as old_cost_allocations,
      case when w.pay_group is null then b.pay_group else nullif(w.pay_group, '') end as pay_group, b.pay_group as old_pay_group,
      case when w.pay_frequency is null then b.pay_frequency else nullif(w.pay_frequency, '') end as pay_frequency, b.pay_frequency as old_pay_frequency,
      case when w.hours_per_week is null then b.hours_per_week else nullif(w.hours_per_week, '')::numeric end as hours_per_week, b.hours_per_week as old_hours_per_week,
      case when w.pattern_code is null then b.pattern_code else nullif(w.pattern_code, '') end as pattern_code, b.pattern_code as old_pattern_code,
      w.start_date, e.start_date as old_start_date,
      case when w.continuous_service_date is null then e.continuous_service_date else nullif(w.continuous_service_date, '')::date end as service_date, e.continuous_service_date as old_service_date
    from pg_temp.payroll_work w
    join payroll.employments e on e.environment_id = p_environment and e.id = w.employment_id
    left join lateral (
      (select d.* from payroll.employment_details d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d.* from payroll.employment_details d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.is_new and w.touches & 2 <> 0
  ), compared as materialized (
    select n.*, case when n.base_from is null then null else array_remove(array[
      case when n.employment_type is distinct from n.old_employment_type then 'employmentType' end,
      case when n.fixed_term_end is distinct from n.old_fixed_term_end then 'fixedTermEndDate' end,
      case when n.agreement_code is distinct from n.old_agreement_code then 'agreementCode' end,
      case when n.position_code is distinct from n.old_position_code then 'positionCode' end,
      case when n.position_title is distinct from n.old_position_title then 'positionTitle' end,
      case when n.department_code is distinct from n.old_department_code then 'departmentCode' end,
      case when n.location_code is distinct from n.old_location_code then 'locationCode' end,
      case when n.manager_employee_number is distinct from n.old_manager_employee_number then 'managerEmployeeNumber' end,
      case when n.cost_allocations is distinct from n.old_cost_allocations then 'costAllocations' end,
      case when n.pay_group is distinct from n.old_pay_group then 'payGroupCode' end,
      case when n.pay_frequency is distinct from n.old_pay_frequency then 'payFrequency' end,
      case when n.hours_per_week is distinct from n.old_hours_per_week then 'hoursPerWeek' end,
      case when n.pattern_code is distinct from n.old_pattern_code then 'workPatternCode' end], null) end as fields
      , array_remove(array[case when n.start_date is distinct from n.old_start_date then 'startDate' end,
        case when n.service_date is distinct from n.old_service_date then 'continuousServiceDate' end], null) as own_fields
    from next n
  ), changed as materialized (
    select * from compared where base_from is null or fields <> '{}' or base_from > effective_from
  ), superseded as (
    update payroll.employment_details d set superseded_at = p_now from changed c
    where c.base_from = c.effective_from and d.environment_id = p_environment and d.employment_id = c.employment_id
      and d.effective_from = c.effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.employment_details (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
      employment_type, fixed_term_end, agreement_code, position_code, position_title, department_code, location_code, manager_employee_number, cost_allocations, pay_group, pay_frequency, hours_per_week, pattern_code)
    select p_environment, p_customer, c.employment_id, c.effective_from, p_now, recorded_by, p_import,
      c.employment_type, c.fixed_term_end, c.agreement_code, c.position_code, c.position_title, c.department_code, c.location_code, c.manager_employee_number, c.cost_allocations, c.pay_group, c.pay_frequency, c.hours_per_week, c.pattern_code
    from changed c where (select count(*) from superseded) >= 0
    returning 1
  ), moved as (
    update payroll.employments e set start_date = c.start_date, continuous_service_date = c.service_date from compared c
    where c.own_fields <> '{}' and e.environment_id = p_environment and e.id = c.employment_id
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select c.line, 2, case when c.effective_from > c.today then 'employment.update_scheduled' else 'employment.updated' end, 'employment',
    (coalesce(c.fields, '{}') || c.own_fields), '{P1}'::text[], payroll.value_changes((coalesce(c.fields, '{}') || c.own_fields),
      jsonb_build_object('employmentType', c.old_employment_type, 'fixedTermEndDate', c.old_fixed_term_end, 'agreementCode', c.old_agreement_code, 'positionCode', c.old_position_code, 'positionTitle', c.old_position_title, 'departmentCode', c.old_department_code, 'locationCode', c.old_location_code, 'managerEmployeeNumber', c.old_manager_employee_number, 'costAllocations', c.old_cost_allocations, 'payGroupCode', c.old_pay_group, 'payFrequency', c.old_pay_frequency, 'hoursPerWeek', c.old_hours_per_week, 'workPatternCode', c.old_pattern_code, 'startDate', c.old_start_date, 'continuousServiceDate', c.old_service_date),
      jsonb_build_object('employmentType', c.employment_type, 'fixedTermEndDate', c.fixed_term_end, 'agreementCode', c.agreement_code, 'positionCode', c.position_code, 'positionTitle', c.position_title, 'departmentCode', c.department_code, 'locationCode', c.location_code, 'managerEmployeeNumber', c.manager_employee_number, 'costAllocations', c.cost_allocations, 'payGroupCode', c.pay_group, 'payFrequency', c.pay_frequency, 'hoursPerWeek', c.hours_per_week, 'workPatternCode', c.pattern_code, 'startDate', c.start_date, 'continuousServiceDate', c.service_date)), c.effective_from
  from (select * from compared where base_from is null or fields <> '{}' or base_from > effective_from or own_fields <> '{}') c where not c.is_new and (select count(*) from inserted) >= 0;
end $$;

-- Tax in New Zealand.
create or replace function payroll.apply_tax_nz(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text)
  returns void language plpgsql as $$
begin
  insert into payroll.tax_nz (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
    ird_number, tax_code, student_loan, tax_rate_pct, tax_rate_end, sl_special_pct, sl_special_end, esct_pct, declaration_date, declaration_form)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import,
    nullif(w.ird_number, ''), nullif(w.tax_code, ''), coalesce(nullif(w.student_loan, '')::boolean, false), nullif(w.tax_rate_pct, '')::numeric, nullif(w.tax_rate_end, '')::date, nullif(w.sl_special_pct, '')::numeric, nullif(w.sl_special_end, '')::date, nullif(w.esct_pct, '')::numeric, nullif(w.declaration_date, '')::date, nullif(w.declaration_form, '')
  from pg_temp.payroll_work w
  where w.is_new and w.touches & 4 <> 0;

  with next as materialized (
    select w.line, w.is_new, w.employment_id, w.effective_from, w.today, b.effective_from as base_from,
      case when w.ird_number is null then b.ird_number else nullif(w.ird_number, '') end as ird_number, b.ird_number as old_ird_number,
      case when w.tax_code is null then b.tax_code else nullif(w.tax_code, '') end as tax_code, b.tax_code as old_tax_code,
      coalesce(case when w.student_loan is null then b.student_loan else nullif(w.student_loan, '')::boolean end, false) as student_loan, b.student_loan as old_student_loan,
      case when w.tax_rate_pct is null then b.tax_rate_pct else nullif(w.tax_rate_pct, '')::numeric end as tax_rate_pct, b.tax_rate_pct as old_tax_rate_pct,
      case when w.tax_rate_end is null then b.tax_rate_end else nullif(w.tax_rate_end, '')::date end as tax_rate_end, b.tax_rate_end as old_tax_rate_end,
      case when w.sl_special_pct is null then b.sl_special_pct else nullif(w.sl_special_pct, '')::numeric end as sl_special_pct, b.sl_special_pct as old_sl_special_pct,
      case when w.sl_special_end is null then b.sl_special_end else nullif(w.sl_special_end, '')::date end as sl_special_end, b.sl_special_end as old_sl_special_end,
      case when w.esct_pct is null then b.esct_pct else nullif(w.esct_pct, '')::numeric end as esct_pct, b.esct_pct as old_esct_pct,
      case when w.declaration_date is null then b.declaration_date else nullif(w.declaration_date, '')::date end as declaration_date, b.declaration_date as old_declaration_date,
      case when w.declaration_form is null then b.declaration_form else nullif(w.declaration_form, '') end as declaration_form, b.declaration_form as old_declaration_form
    from pg_temp.payroll_work w
    left join lateral (
      (select d.* from payroll.tax_nz d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d.* from payroll.tax_nz d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.is_new and w.touches & 4 <> 0
  ), compared as materialized (
    select n.*, case when n.base_from is null then null else array_remove(array[
      case when n.ird_number is distinct from n.old_ird_number then 'irdNumber' end,
      case when n.tax_code is distinct from n.old_tax_code then 'taxCode' end,
      case when n.student_loan is distinct from n.old_student_loan then 'studentLoan' end,
      case when n.tax_rate_pct is distinct from n.old_tax_rate_pct then 'taxRatePercent' end,
      case when n.tax_rate_end is distinct from n.old_tax_rate_end then 'taxRateEndDate' end,
      case when n.sl_special_pct is distinct from n.old_sl_special_pct then 'slSpecialRatePercent' end,
      case when n.sl_special_end is distinct from n.old_sl_special_end then 'slSpecialRateEndDate' end,
      case when n.esct_pct is distinct from n.old_esct_pct then 'esctRatePercent' end,
      case when n.declaration_date is distinct from n.old_declaration_date then 'declarationDate' end,
      case when n.declaration_form is distinct from n.old_declaration_form then 'declarationForm' end], null) end as fields
    from next n
  ), changed as materialized (
    select * from compared where base_from is null or fields <> '{}' or base_from > effective_from
  ), superseded as (
    update payroll.tax_nz d set superseded_at = p_now from changed c
    where c.base_from = c.effective_from and d.environment_id = p_environment and d.employment_id = c.employment_id
      and d.effective_from = c.effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.tax_nz (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
      ird_number, tax_code, student_loan, tax_rate_pct, tax_rate_end, sl_special_pct, sl_special_end, esct_pct, declaration_date, declaration_form)
    select p_environment, p_customer, c.employment_id, c.effective_from, p_now, recorded_by, p_import,
      c.ird_number, c.tax_code, c.student_loan, c.tax_rate_pct, c.tax_rate_end, c.sl_special_pct, c.sl_special_end, c.esct_pct, c.declaration_date, c.declaration_form
    from changed c where (select count(*) from superseded) >= 0
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select c.line, 3, case when c.effective_from > c.today then 'tax_details.scheduled' else 'tax_details.changed' end, 'tax_details',
    coalesce(c.fields, '{}'), case when 'irdNumber' = any (coalesce(c.fields, '{}')) then '{P3,P4}'::text[] else '{P3}' end, null, c.effective_from
  from changed c where not c.is_new and (select count(*) from inserted) >= 0;
end $$;

-- Tax and super in Australia.
create or replace function payroll.apply_tax_au(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text)
  returns void language plpgsql as $$
begin
  insert into payroll.tax_au (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
    tfn, tfn_exemption, residency_status, tax_free_threshold, study_loan, super_usi, super_member_no)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import,
    nullif(w.tfn, ''), nullif(w.tfn_exemption, ''), nullif(w.residency_status, ''), coalesce(nullif(w.tax_free_threshold, '')::boolean, false), coalesce(nullif(w.study_loan, '')::boolean, false), nullif(w.super_usi, ''), nullif(w.super_member_no, '')
  from pg_temp.payroll_work w
  where w.is_new and w.touches & 8 <> 0;

  with next as materialized (
    select w.line, w.is_new, w.employment_id, w.effective_from, w.today, b.effective_from as base_from,
      case when w.tfn is null then b.tfn else nullif(w.tfn, '') end as tfn, b.tfn as old_tfn,
      case when w.tfn_exemption is null then b.tfn_exemption else nullif(w.tfn_exemption, '') end as tfn_exemption, b.tfn_exemption as old_tfn_exemption,
      case when w.residency_status is null then b.residency_status else nullif(w.residency_status, '') end as residency_status, b.residency_status as old_residency_status,
      coalesce(case when w.tax_free_threshold is null then b.tax_free_threshold else nullif(w.tax_free_threshold, '')::boolean end, false) as tax_free_threshold, b.tax_free_threshold as old_tax_free_threshold,
      coalesce(case when w.study_loan is null then b.study_loan else nullif(w.study_loan, '')::boolean end, false) as study_loan, b.study_loan as old_study_loan,
      case when w.super_usi is null then b.super_usi else nullif(w.super_usi, '') end as super_usi, b.super_usi as old_super_usi,
      case when w.super_member_no is null then b.super_member_no else nullif(w.super_member_no, '') end as super_member_no, b.super_member_no as old_super_member_no
    from pg_temp.payroll_work w
    left join lateral (
      (select d.* from payroll.tax_au d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d.* from payroll.tax_au d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.is_new and w.touches & 8 <> 0
  ), compared as materialized (
    select n.*, case when n.base_from is null then null else array_remove(array[
      case when n.tfn is distinct from n.old_tfn then 'tfn' end,
      case when n.tfn_exemption is distinct from n.old_tfn_exemption then 'tfnExemption' end,
      case when n.residency_status is distinct from n.old_residency_status then 'residencyStatus' end,
      case when n.tax_free_threshold is distinct from n.old_tax_free_threshold then 'taxFreeThresholdClaimed' end,
      case when n.study_loan is distinct from n.old_study_loan then 'studyLoan' end,
      case when n.super_usi is distinct from n.old_super_usi then 'superUsi' end,
      case when n.super_member_no is distinct from n.old_super_member_no then 'superMemberNumber' end], null) end as fields
    from next n
  ), changed as materialized (
    select * from compared where base_from is null or fields <> '{}' or base_from > effective_from
  ), superseded as (
    update payroll.tax_au d set superseded_at = p_now from changed c
    where c.base_from = c.effective_from and d.environment_id = p_environment and d.employment_id = c.employment_id
      and d.effective_from = c.effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.tax_au (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
      tfn, tfn_exemption, residency_status, tax_free_threshold, study_loan, super_usi, super_member_no)
    select p_environment, p_customer, c.employment_id, c.effective_from, p_now, recorded_by, p_import,
      c.tfn, c.tfn_exemption, c.residency_status, c.tax_free_threshold, c.study_loan, c.super_usi, c.super_member_no
    from changed c where (select count(*) from superseded) >= 0
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select c.line, 4, case when c.effective_from > c.today then 'tax_details.scheduled' else 'tax_details.changed' end, 'tax_details',
    coalesce(c.fields, '{}'), case when 'tfn' = any (coalesce(c.fields, '{}')) then '{P3,P4}'::text[] else '{P3}' end, null, c.effective_from
  from changed c where not c.is_new and (select count(*) from inserted) >= 0;
end $$;

-- KiwiSaver.
create or replace function payroll.apply_kiwisaver(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text)
  returns void language plpgsql as $$
begin
  insert into payroll.kiwisaver (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
    status, employee_pct, employer_pct, reduction_start, reduction_end, suspension_start, suspension_end, opt_out_date)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import,
    nullif(w.kiwisaver_status, ''), nullif(w.employee_pct, '')::numeric, nullif(w.employer_pct, '')::numeric, nullif(w.reduction_start, '')::date, nullif(w.reduction_end, '')::date, nullif(w.suspension_start, '')::date, nullif(w.suspension_end, '')::date,
    coalesce(nullif(w.opt_out_date, '')::date, case when w.kiwisaver_status = 'optedOut' and w.opt_out_date is null then w.effective_from end)
  from pg_temp.payroll_work w
  where w.is_new and w.touches & 16 <> 0;

  with next as materialized (
    select w.line, w.is_new, w.employment_id, w.effective_from, w.today, b.effective_from as base_from,
      case when w.kiwisaver_status is null then b.status else nullif(w.kiwisaver_status, '') end as status, b.status as old_status,
      case when w.employee_pct is null then b.employee_pct else nullif(w.employee_pct, '')::numeric end as employee_pct, b.employee_pct as old_employee_pct,
      case when w.employer_pct is null then b.employer_pct else nullif(w.employer_pct, '')::numeric end as employer_pct, b.employer_pct as old_employer_pct,
      case when w.reduction_start is null then b.reduction_start else nullif(w.reduction_start, '')::date end as reduction_start, b.reduction_start as old_reduction_start,
      case when w.reduction_end is null then b.reduction_end else nullif(w.reduction_end, '')::date end as reduction_end, b.reduction_end as old_reduction_end,
      case when w.suspension_start is null then b.suspension_start else nullif(w.suspension_start, '')::date end as suspension_start, b.suspension_start as old_suspension_start,
      case when w.suspension_end is null then b.suspension_end else nullif(w.suspension_end, '')::date end as suspension_end, b.suspension_end as old_suspension_end,
      case when w.opt_out_date is not null then nullif(w.opt_out_date, '')::date
        when w.kiwisaver_status = 'optedOut' and b.status is distinct from 'optedOut' then w.effective_from
        else b.opt_out_date end as opt_out_date, b.opt_out_date as old_opt_out_date
    from pg_temp.payroll_work w
    left join lateral (
      (select d.* from payroll.kiwisaver d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d.* from payroll.kiwisaver d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.is_new and w.touches & 16 <> 0
  ), compared as materialized (
    select n.*, case when n.base_from is null then null else array_remove(array[
      case when n.status is distinct from n.old_status then 'status' end,
      case when n.employee_pct is distinct from n.old_employee_pct then 'employeeRatePercent' end,
      case when n.employer_pct is distinct from n.old_employer_pct then 'employerRatePercent' end,
      case when n.reduction_start is distinct from n.old_reduction_start then 'rateReductionStart' end,
      case when n.reduction_end is distinct from n.old_reduction_end then 'rateReductionEnd' end,
      case when n.suspension_start is distinct from n.old_suspension_start then 'suspensionStart' end,
      case when n.suspension_end is distinct from n.old_suspension_end then 'suspensionEnd' end,
      case when n.opt_out_date is distinct from n.old_opt_out_date then 'optOutDate' end], null) end as fields
    from next n
  ), changed as materialized (
    select * from compared where base_from is null or fields <> '{}' or base_from > effective_from
  ), superseded as (
    update payroll.kiwisaver d set superseded_at = p_now from changed c
    where c.base_from = c.effective_from and d.environment_id = p_environment and d.employment_id = c.employment_id
      and d.effective_from = c.effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.kiwisaver (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
      status, employee_pct, employer_pct, reduction_start, reduction_end, suspension_start, suspension_end, opt_out_date)
    select p_environment, p_customer, c.employment_id, c.effective_from, p_now, recorded_by, p_import,
      c.status, c.employee_pct, c.employer_pct, c.reduction_start, c.reduction_end, c.suspension_start, c.suspension_end, c.opt_out_date
    from changed c where (select count(*) from superseded) >= 0
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select c.line, 5, case when c.effective_from > c.today then 'kiwisaver.scheduled' else 'kiwisaver.changed' end, 'kiwisaver',
    coalesce(c.fields, '{}'), '{P3}'::text[], null, c.effective_from
  from changed c where not c.is_new and (select count(*) from inserted) >= 0;
end $$;
