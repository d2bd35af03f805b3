-- People who were joined wrongly are separated, and employments of one person are joined, when a person says so. What was told
-- stays as it was recorded; what counts from now on is recorded anew.

-- A person's details on a day; before the first record that one counts.
create or replace function payroll.person_on(p_environment uuid, p_person uuid, p_day date)
  returns payroll.person_details language sql stable as $$
  select d from payroll.person_details d
  where d.environment_id = p_environment and d.person_id = p_person and d.superseded_at is null
  order by d.effective_from <= p_day desc, abs(d.effective_from - p_day) limit 1
$$;

-- Records anew, as of now, for p_target what was told of p_source: by p_employment when p_own, else by everybody else. Of each
-- day the last record. Records that are still in force for p_target stay. Says whether there was any.
create or replace function payroll.restore_person(p_customer uuid, p_environment uuid, p_source uuid, p_target uuid, p_employment uuid,
    p_own boolean, p_now timestamptz, p_by text)
  returns boolean language plpgsql as $$
begin
  insert into payroll.person_details (environment_id, customer_id, person_id, effective_from, recorded_at, recorded_by, told_by,
    title, first_name, middle_names, last_name, preferred_name, birth_date, gender, work_email, personal_email, mobile, line1,
    line2, suburb, city, state, postcode, country)
  select p_environment, p_customer, p_target, r.effective_from, p_now, p_by, r.told_by, r.title, r.first_name, r.middle_names,
    r.last_name, r.preferred_name, r.birth_date, r.gender, r.work_email, r.personal_email, r.mobile, r.line1, r.line2, r.suburb,
    r.city, r.state, r.postcode, r.country
  from (
    select distinct on (d.effective_from) d.* from payroll.person_details d
    where d.environment_id = p_environment and (d.person_id = p_source or (p_own and d.told_by = p_employment))
      and (d.told_by is not distinct from p_employment) = p_own
    order by d.effective_from, d.superseded_at is null desc, d.recorded_at desc) r
  where not (r.superseded_at is null and r.person_id = p_target);
  return exists (select from payroll.person_details d
    where d.environment_id = p_environment and d.person_id = p_target and d.superseded_at is null);
end $$;

-- Gives an employment to the person p_to, or to a new one of its own when p_to is null. Answers `alone` when it has its person
-- to itself, `same` when it is that person's already, else the facts to emit for every employment that reads differently.
create or replace function payroll.move_employment(p_customer uuid, p_environment uuid, p_employment uuid, p_to uuid,
    p_now timestamptz, p_by text)
  returns jsonb language plpgsql as $$
declare
  source uuid;
  target uuid := p_to;
  touched uuid[];
  before jsonb;
  facts jsonb;
begin
  perform 1 from payroll.employments e
  where e.environment_id = p_environment and e.person_id in (
    select o.person_id from payroll.employments o where o.environment_id = p_environment and o.id = p_employment
    union all select p_to)
  order by e.id for update;
  select e.person_id into strict source from payroll.employments e where e.environment_id = p_environment and e.id = p_employment;
  if source = p_to then return jsonb_build_object('same', true); end if;
  select array_agg(e.id) into touched from payroll.employments e where e.environment_id = p_environment and e.person_id = source;
  if p_to is null and cardinality(touched) = 1 then return jsonb_build_object('alone', true); end if;
  select jsonb_object_agg(e.id, jsonb_build_object('externalId', x.external_id,
      'person', to_jsonb(payroll.person_on(p_environment, e.person_id, (p_now at time zone c.time_zone)::date)))) into before
  from payroll.employments e
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join payroll.people x on x.environment_id = p_environment and x.id = e.person_id
  where e.environment_id = p_environment and e.id = any (touched);

  if p_to is null then
    target := uuidv7();
    insert into payroll.people (environment_id, customer_id, id, created_at) values (p_environment, p_customer, target, p_now);
    -- Who never told anything of their own has what was told of them together.
    if not payroll.restore_person(p_customer, p_environment, source, target, p_employment, true, p_now, p_by) then
      perform payroll.restore_person(p_customer, p_environment, source, target, p_employment, false, p_now, p_by);
    elsif exists (select from payroll.person_details d where d.environment_id = p_environment and d.person_id = source
        and d.told_by is distinct from p_employment) then
      update payroll.person_details d set superseded_at = p_now
      where d.environment_id = p_environment and d.person_id = source and d.told_by = p_employment and d.superseded_at is null;
      perform payroll.restore_person(p_customer, p_environment, source, source, p_employment, false, p_now, p_by);
    end if;
  end if;
  update payroll.employments e set person_id = target where e.environment_id = p_environment and e.id = p_employment;

  delete from payroll.pending_changes p
  where p.environment_id = p_environment and p.employment_id = any (touched) and p.kind = 'employee';
  insert into payroll.pending_changes (environment_id, customer_id, effective_from, employment_id, kind)
  select p_environment, p_customer, d.effective_from, e.id, 'employee'
  from payroll.employments e
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join payroll.person_details d on d.environment_id = p_environment and d.person_id = e.person_id and d.superseded_at is null
    and d.effective_from > (p_now at time zone c.time_zone)::date
  where e.environment_id = p_environment and e.id = any (touched);

  with changed as (
    select e.id, (p_now at time zone c.time_zone)::date as today, x.external_id, payroll.changed_person_details(
        jsonb_populate_record(null::payroll.person_details, before->(e.id::text)->'person'),
        payroll.person_on(p_environment, e.person_id, (p_now at time zone c.time_zone)::date))
      || case when before->(e.id::text)->>'externalId' is distinct from x.external_id then '{externalId}'::text[] else '{}' end as fields
    from payroll.employments e
    join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
    join payroll.people x on x.environment_id = p_environment and x.id = e.person_id
    where e.environment_id = p_environment and e.id = any (touched)
  ), raised as (
    update payroll.employments e set version = e.version + 1, updated_at = p_now from changed c
    where e.environment_id = p_environment and e.id = c.id and (e.id = p_employment or c.fields <> '{}')
    returning e.*, c.today, c.external_id, c.fields
  )
  select jsonb_agg(jsonb_build_object('type', 'employee.updated', 'effective_from', r.today,
      'subject', jsonb_build_object('employeeId', payroll.show_id('emp', r.id), 'personId', payroll.show_id('pp', r.person_id),
        'companyCode', r.company_code, 'employeeNumber', r.employee_number),
      'data', jsonb_build_object('effectiveFrom', r.today, 'version', r.version, 'change', jsonb_build_object('kind', 'update',
        'fields', r.fields, 'classes', '{P1,P2}'::text[], 'timing', 'today',
        'values', case when 'externalId' = any (r.fields) then jsonb_build_object('externalId', jsonb_build_object(
          'old', before->(r.id::text)->>'externalId', 'new', r.external_id)) else '{}' end)))
    order by r.company_code, r.employee_number) into facts
  from raised r;
  return jsonb_build_object('facts', facts);
end $$;
