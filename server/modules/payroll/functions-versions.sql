-- Versions of employments, which stand for the whole document: an employment and its person.

-- Locks what a writing of these employments may change, in one order for all writers, so that none waits for another in a
-- ring: the employments themselves, and the other employments of their people, also of people they are about to join, by
-- their folded external ids.
create or replace function payroll.lock_employments(p_environment uuid, p_companies text[], p_numbers text[], p_external_ids text[])
  returns void language plpgsql as $$
begin
  perform 1 from payroll.employments e
  where e.environment_id = p_environment and e.id in (
    select k.id from unnest(p_companies, p_numbers) r(company_code, employee_number)
    join payroll.employments k on k.environment_id = p_environment and k.company_code = r.company_code
      and k.employee_number = r.employee_number
    union all
    select o.id from unnest(p_companies, p_numbers) r(company_code, employee_number)
    join payroll.employments k on k.environment_id = p_environment and k.company_code = r.company_code
      and k.employee_number = r.employee_number
    join payroll.employments o on o.environment_id = p_environment and o.person_id = k.person_id and o.id <> k.id
    union all
    select o.id from unnest(p_external_ids) r(external_id)
    join payroll.people x on x.environment_id = p_environment and x.external_id_folded = r.external_id and not x.external_id_twin
    join payroll.employments o on o.environment_id = p_environment and o.person_id = x.id)
  order by e.id for update;
end $$;

-- Lets one writer of an employee, by the loose form of the number, or of a person by the folded external id, go after the other, also while neither is there yet:
-- without this those who come at the same moment do all the work only to find out that one of them was first, and can wait
-- for each other's half-written rows in a ring. Taken before any row is locked, in one order.
create or replace function payroll.take_turn(p_environment uuid, p_company text, p_number text, p_external_id text)
  returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(k.key) from (
    select distinct hashtextextended(concat_ws(' ', 'payroll', p_environment, n.name), 0) as key
    from (values (jsonb_build_array(p_company, p_number)), (to_jsonb(nullif(p_external_id, '')))) n(name)
    where n.name is not null order by 1) k;
end $$;

-- Raises the versions of the other employments of the people whom this application changed: they read differently now. Whoever has
-- read one of them before is told, by a fact for each that is there. Reads the session's staging tables (functions.sql).
set local check_function_bodies = off;
create or replace function payroll.raise_other_employments(p_environment uuid, p_now timestamptz) returns void language plpgsql as $$
declare
  changed uuid[];
begin
  select array_agg(distinct w.person_id) into changed from pg_temp.payroll_work w
  where not w.new_person and exists (select from pg_temp.payroll_facts f where f.line = w.line and f.rank = 1);
  if changed is null then return; end if;
  with raised as (
    update payroll.employments e set version = e.version + 1, updated_at = p_now
    from unnest(changed) c(person_id)
    where e.environment_id = p_environment and e.person_id = c.person_id
      and not exists (select from pg_temp.payroll_work w where w.employment_id = e.id
        and (w.is_new or exists (select from pg_temp.payroll_facts f where f.line = w.line
          and f.type not in ('bank_account.change_held', 'bank_account.change_withdrawn'))))
    returning e.id, e.person_id, e.company_code, e.employee_number, e.version
  ), others as (
    select * from raised
    union all
    select w.employment_id, w.person_id, w.company_code, w.employee_number, w.version from pg_temp.payroll_work w
    where not w.is_new and w.person_id = any (changed)
      and exists (select from pg_temp.payroll_facts f where f.line = w.line
        and f.type not in ('bank_account.change_held', 'bank_account.change_withdrawn'))
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from, other)
  select f.line, 1, case when f.effective_from > w.today then 'employee.update_scheduled' else 'employee.updated' end, 'employee',
    f.fields, f.classes, f.new_values, f.effective_from, jsonb_build_object('employmentId', o.id, 'version', o.version,
      'subject', jsonb_build_object('employeeId', payroll.show_id('emp', o.id), 'personId', payroll.show_id('pp', o.person_id),
        'companyCode', o.company_code, 'employeeNumber', o.employee_number))
  from pg_temp.payroll_facts f
  join pg_temp.payroll_work w on w.line = f.line
  join others o on o.person_id = w.person_id and o.id <> w.employment_id
  where f.rank = 1 and f.fields <> '{}';
end $$;
set local check_function_bodies = on;
