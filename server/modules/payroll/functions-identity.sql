-- Whose row is it: keys that look like another, and people who would be joined by an external id. A fault names the other
-- employment, person or code (`other`) or the other line of the file, and never a value above P1.

-- Findings that refuse nothing.
create or replace function payroll.is_note(code text) returns boolean language sql immutable parallel safe as $$
  select code in ('later-change-stands', 'field-cleared', 'number-looks-alike')
$$;

set local check_function_bodies = off;

-- Whether a staged row and an employment are about the same person: name and date of birth, or a tax number.
create or replace function payroll.is_same_person(p_environment uuid, p_person uuid, p_employment uuid, first_name text,
    last_name text, birth_date text, ird_number text, tfn text)
  returns boolean language sql stable as $$
  select exists (select from payroll.person_details d
      where d.environment_id = p_environment and d.person_id = p_person and d.superseded_at is null
        and d.birth_date = nullif(is_same_person.birth_date, '')::date
        and platform.fold_search(d.first_name || ' ' || d.last_name) = platform.fold_search(is_same_person.first_name || ' ' || is_same_person.last_name))
    or exists (select from payroll.tax_nz z
      where z.environment_id = p_environment and z.employment_id = p_employment and z.superseded_at is null
        and z.ird_number = nullif(is_same_person.ird_number, ''))
    or exists (select from payroll.tax_au a
      where a.environment_id = p_environment and a.employment_id = p_employment and a.superseded_at is null
        and a.tfn = nullif(is_same_person.tfn, ''))
$$;

-- In which marks a staged row differs from the person it would be joined to. A tax number that is missing on a side differs.
create or replace function payroll.differs_from_person(p_environment uuid, p_person uuid, p_first text, p_last text,
    p_birth text, p_ird text, p_tfn text, p_residency text)
  returns text[] language sql stable as $$
  select array_remove(array[
    case when not exists (select from payroll.person_details d where d.environment_id = p_environment and d.person_id = p_person
      and d.superseded_at is null and platform.fold_search(d.first_name) = platform.fold_search(p_first)) then 'first_name' end,
    case when not exists (select from payroll.person_details d where d.environment_id = p_environment and d.person_id = p_person
      and d.superseded_at is null and platform.fold_search(d.last_name) = platform.fold_search(p_last)) then 'last_name' end,
    case when not exists (select from payroll.person_details d where d.environment_id = p_environment and d.person_id = p_person
      and d.superseded_at is null and d.birth_date = nullif(p_birth, '')::date) then 'birth_date' end,
    case when not exists (
        select from payroll.employments o
        join payroll.tax_nz z on z.environment_id = p_environment and z.employment_id = o.id and z.superseded_at is null
        where o.environment_id = p_environment and o.person_id = p_person and z.ird_number = nullif(p_ird, ''))
      and not exists (
        select from payroll.employments o
        join payroll.tax_au a on a.environment_id = p_environment and a.employment_id = o.id and a.superseded_at is null
        where o.environment_id = p_environment and o.person_id = p_person and a.tfn = nullif(p_tfn, ''))
      then case when coalesce(p_residency, '') <> '' then 'tfn' else 'ird_number' end end], null)
$$;

-- What the staged rows of new employments would make twice, or join, compared with what is there.
create or replace function payroll.judge_identity(p_environment uuid, p_from int, p_to int)
  returns table (line int, code text, field text, other text, other_line int) language sql stable as $$
  with fresh as materialized (
    select s.line, s.company_code || '/' || s.number_folded as subject, s.company_code, s.number_folded, s.number_loose,
      s.external_folded
    from pg_temp.payroll_staged s
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    where s.line between p_from and p_to and e.id is null
  ), alike as materialized (
    select f.line, f.subject, k.id, k.person_id, k.company_code || '/' || k.employee_number as other,
      k.number_folded = f.number_folded as is_same_key
    from fresh f
    join payroll.employments k on k.environment_id = p_environment and k.company_code = f.company_code
      and k.number_loose = f.number_loose
  ), confirmed as materialized (
    select c.kind, c.subject, c.value from payroll.confirmations c where c.environment_id = p_environment
  ), joined as materialized (
    select f.line, x.id as person_id from fresh f
    join payroll.people x on x.environment_id = p_environment and x.external_id_folded = f.external_folded and not x.external_id_twin
    where f.external_folded <> '' and not exists (select from confirmed c
      where c.kind = 'person' and c.subject = f.subject and c.value = f.external_folded)
  )
  select a.line, case when a.is_same_key or d.is_same then 'number-look-alike' else 'number-looks-alike' end, 'employee_number',
    min(a.other), null::int
  from alike a
  join pg_temp.payroll_staged s on s.line = a.line
  cross join lateral (select a.is_same_key or payroll.is_same_person(p_environment, a.person_id, a.id, s.first_name, s.last_name,
    s.birth_date, s.ird_number, s.tfn) as is_same) d
  where a.is_same_key or not exists (select from confirmed c where c.kind = 'employee-number' and c.subject = a.subject)
  group by 1, 2
  union all
  select j.line, 'person-differs', d.field,
    (select min(o.company_code || '/' || o.employee_number) from payroll.employments o
     where o.environment_id = p_environment and o.person_id = j.person_id), null
  from joined j
  join pg_temp.payroll_staged s on s.line = j.line
  cross join lateral unnest(payroll.differs_from_person(p_environment, j.person_id, s.first_name,
    s.last_name, s.birth_date, s.ird_number, s.tfn, s.residency_status)) d(field)
$$;

-- Codes that nobody registered yet and that look like one that is there, or like an earlier one of the file.
create or replace function payroll.judge_codes(p_environment uuid, p_from int, p_to int)
  returns table (line int, code text, field text, other text, other_line int) language sql stable as $$
  with used as materialized (
    select k.kind, k.field, k.code, min(s.line) as first_line from (
      select min(s.line) as line, s.department_code, s.location_code, s.pay_group from pg_temp.payroll_staged s
      where s.line between p_from and p_to and s.touches & 2 <> 0 group by 2, 3, 4) s
    cross join lateral (values ('department', 'department_code', s.department_code), ('location', 'location_code', s.location_code),
      ('pay-group', 'pay_group', s.pay_group)) k(kind, field, code)
    where k.code <> '' group by 1, 2, 3
  ), fresh as materialized (
    select u.*, platform.loose_key(u.code) as loose from used u
    where not exists (select from payroll.codes c where c.environment_id = p_environment and c.kind = u.kind and c.code = u.code)
      and not exists (select from payroll.confirmations c
        where c.environment_id = p_environment and c.kind = u.kind and c.subject = platform.fold_code(u.code))
  ), alike as materialized (
    select f.kind, f.field, f.code, min(c.code) as other, null::int as other_line
    from fresh f
    join payroll.codes c on c.environment_id = p_environment and c.kind = f.kind and c.code_loose = f.loose
    group by 1, 2, 3
    union all
    select f.kind, f.field, f.code, min(o.code), min(o.first_line)
    from fresh f join fresh o on o.kind = f.kind and o.loose = f.loose and (o.first_line, o.code) < (f.first_line, f.code)
    where not exists (select from payroll.codes c where c.environment_id = p_environment and c.kind = f.kind and c.code_loose = f.loose)
    group by 1, 2, 3
  )
  select s.line, 'code-look-alike', a.field, a.other, a.other_line
  from alike a
  join pg_temp.payroll_staged s on a.code = case a.kind when 'department' then s.department_code
    when 'location' then s.location_code else s.pay_group end
  where s.line between p_from and p_to and s.touches & 2 <> 0
$$;

-- The same among the rows of one file: numbers that look alike for one person, and rows that share an external id.
create or replace function payroll.judge_identity_within(p_environment uuid)
  returns table (line int, code text, field text, other text, other_line int) language sql stable as $$
  with groups as materialized (
    select s.company_code, s.number_loose from pg_temp.payroll_staged s
    group by 1, 2 having min(s.number_folded) <> max(s.number_folded)
  ), members as materialized (
    select s.* from groups g
    join pg_temp.payroll_staged s on s.company_code = g.company_code and s.number_loose = g.number_loose
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    where e.id is null and not exists (select from payroll.confirmations c
      where c.environment_id = p_environment and c.kind = 'employee-number' and c.subject = s.company_code || '/' || s.number_folded)
  ), shared as materialized (
    select s.external_folded from pg_temp.payroll_staged s where s.external_folded <> '' group by 1 having count(*) > 1
  ), joiners as materialized (
    select s.*, first_value(s.line) over same as first_line, first_value(s.first_name) over same as person_first,
      first_value(s.last_name) over same as person_last, first_value(s.birth_date) over same as person_birth,
      first_value(s.ird_number) over same as person_ird, first_value(s.tfn) over same as person_tfn
    from shared h
    join pg_temp.payroll_staged s on s.external_folded = h.external_folded
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    where e.id is null and not exists (select from payroll.people x
      where x.environment_id = p_environment and x.external_id_folded = s.external_folded and not x.external_id_twin)
    window same as (partition by s.external_folded order by s.line)
  )
  select a.line, 'number-look-alike', 'employee_number', min(b.company_code || '/' || b.employee_number), min(b.line)
  from members a
  join members b on b.company_code = a.company_code and b.number_loose = a.number_loose and b.number_folded <> a.number_folded
    and ((b.birth_date = a.birth_date and platform.fold_search(b.first_name || ' ' || b.last_name) = platform.fold_search(a.first_name || ' ' || a.last_name))
      or nullif(b.ird_number, '') = a.ird_number or nullif(b.tfn, '') = a.tfn)
  group by a.line
  union all
  select j.line, 'person-differs', d.field, null, j.first_line
  from joiners j
  cross join lateral unnest(array_remove(array[
    case when platform.fold_search(j.first_name) is distinct from platform.fold_search(j.person_first) then 'first_name' end,
    case when platform.fold_search(j.last_name) is distinct from platform.fold_search(j.person_last) then 'last_name' end,
    case when j.birth_date is distinct from j.person_birth then 'birth_date' end,
    case when nullif(j.ird_number, '') = j.person_ird or nullif(j.tfn, '') = j.person_tfn then null
      when coalesce(j.residency_status, '') <> '' then 'tfn' else 'ird_number' end], null)) d(field)
  where j.line <> j.first_line and not exists (select from payroll.confirmations c
    where c.environment_id = p_environment and c.kind = 'person' and c.subject = j.company_code || '/' || j.number_folded
      and c.value = j.external_folded)
$$;
set local check_function_bodies = on;
