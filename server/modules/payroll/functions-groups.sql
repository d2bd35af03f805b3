-- The effective-dated groups of an employment. How they differ is the table in the first part; what they have in common is
-- the text in the second, which becomes the functions of each group (schema.sql shows them in full):
--   changed_<table>  the fields in which one record differs from another; fields_on_<table>: from the one before it;
--   next_<table>     what the rows of payroll_work make of the group: the record of their day, and each later record into which
--                    a changed field is carried, because it holds the old value and no change in between set another;
--   apply_<table>    writes these records over those they replace, and notes the facts.

-- A field of a record as an expression; several columns make one field, such as an address, and change together.
create function pg_temp.field_of(record text, columns text[]) returns text language sql as $$
  select case when cardinality(columns) = 1 then format('(%s).%s', record, columns[1])
    else format('row(%s)', string_agg(format('(%s).%s', record, c), ', ')) end from unnest(columns) c
$$;

set local check_function_bodies = off;
do $generate$
declare
  -- Fields in the order of their columns: "name column", with "=staged" where the staging table calls the column otherwise.
  groups constant jsonb := $json$[
    {"table": "person_details", "owner": "person_id", "bit": 1, "rank": 1, "kind": "employee",
     "changed_type": "employee.updated", "scheduled_type": "employee.update_scheduled",
     "fresh": "w.new_person and w.leads_person", "existing": "not w.new_person and w.leads_person",
     "fields": "title title, legalFirstName first_name, legalMiddleNames middle_names, legalLastName last_name, preferredName preferred_name, dateOfBirth birth_date, gender gender, workEmail work_email, personalEmail personal_email, mobile mobile, address line1+line2+suburb+city+state+postcode+country",
     "shown": ["title", "legalFirstName", "legalMiddleNames", "legalLastName", "preferredName", "workEmail"],
     "classes": "case when f.fields <@ '{title,legalFirstName,legalMiddleNames,legalLastName,preferredName,workEmail,externalId}' then '{P1}' else '{P1,P2}' end"},
    {"table": "employment_details", "owner": "employment_id", "bit": 2, "rank": 2, "kind": "employment",
     "changed_type": "employment.updated", "scheduled_type": "employment.update_scheduled",
     "fields": "employmentType employment_type, fixedTermEndDate fixed_term_end, agreementCode agreement_code, positionCode position_code, positionTitle position_title, departmentCode department_code, locationCode location_code, managerEmployeeNumber manager_employee_number, costAllocations cost_allocations, payGroupCode pay_group, payFrequency pay_frequency, hoursPerWeek hours_per_week, workPatternCode pattern_code",
     "shown": ["employmentType", "fixedTermEndDate", "agreementCode", "positionCode", "positionTitle", "departmentCode", "locationCode", "managerEmployeeNumber", "costAllocations", "payGroupCode", "payFrequency", "hoursPerWeek", "workPatternCode"],
     "classes": "'{P1}'"},
    {"table": "tax_nz", "bit": 4, "rank": 3, "kind": "tax_details",
     "fields": "irdNumber ird_number, taxCode tax_code, studentLoan student_loan, taxRatePercent tax_rate_pct, taxRateEndDate tax_rate_end, slSpecialRatePercent sl_special_pct, slSpecialRateEndDate sl_special_end, esctRatePercent esct_pct, declarationDate declaration_date, declarationForm declaration_form",
     "classes": "case when 'irdNumber' = any (f.fields) then '{P3,P4}' else '{P3}' end"},
    {"table": "tax_au", "bit": 8, "rank": 4, "kind": "tax_details",
     "fields": "tfn tfn, tfnExemption tfn_exemption, residencyStatus residency_status, taxFreeThresholdClaimed tax_free_threshold, studyLoan study_loan, superUsi super_usi, superMemberNumber super_member_no",
     "classes": "case when f.fields && '{tfn,superMemberNumber}' then '{P3,P4}' else '{P3}' end"},
    {"table": "kiwisaver", "bit": 16, "rank": 5, "kind": "kiwisaver",
     "fields": "status status=kiwisaver_status, employeeRatePercent employee_pct, employerRatePercent employer_pct, rateReductionStart reduction_start, rateReductionEnd reduction_end, suspensionStart suspension_start, suspensionEnd suspension_end, optOutDate opt_out_date",
     "classes": "'{P3}'"}
  ]$json$;

  -- Columns that are more than what was told, else what there was.
  deduced constant jsonb := jsonb_build_object(
    'reduction_start', 'payroll.reduction_start(w.reduction_start, w.reduction_end, w.kiwisaver_status, (b.base).status,
          (b.base).reduction_start, (b.base).reduction_end, w.effective_from)',
    'opt_out_date', 'payroll.opt_out_date(w.opt_out_date, w.kiwisaver_status, (b.base).status, (b.base).opt_out_date, w.effective_from)');

  -- Fields that the group speaks of, but that stand with the person or the employment and have no date.
  own constant jsonb := jsonb_build_object(
    'person_details', jsonb_build_object(
      -- Columns beside the fields: the employment that told the record, and the name as searches compare it.
      'tail', ', null::uuid, null::text', 'teller', ', told_by', 'told_by', ', w.employment_id',
      -- What a new employment changes of a person who is there is noted for the other employments only.
      'noted', 'true',
      'with_work', ' join pg_temp.payroll_work w on w.line = n.line',
      'own', $sql$case when not w.is_new and w.external_id is not null and nullif(w.external_id, '') is distinct from o.external_id
        then jsonb_build_object('externalId', jsonb_build_object('old', o.external_id, 'new', nullif(w.external_id, ''))) end$sql$,
      'own_join', 'join payroll.people o on o.environment_id = p_environment and o.id = w.person_id',
      'own_steps', $sql$, renamed as (
    update payroll.people o set external_id = n.own #>> '{externalId,new}' from next n
    where n.own is not null and o.environment_id = p_environment and o.id = n.owner_id
    returning 1
  )$sql$),
    'employment_details', jsonb_build_object(
      'own', $sql$nullif(case when w.start_date is distinct from o.start_date
          then jsonb_build_object('startDate', jsonb_build_object('old', o.start_date, 'new', w.start_date)) else '{}' end
        || case when w.continuous_service_date is not null
            and nullif(w.continuous_service_date, '')::date is distinct from o.continuous_service_date
          then jsonb_build_object('continuousServiceDate', jsonb_build_object('old', o.continuous_service_date,
            'new', nullif(w.continuous_service_date, ''))) else '{}' end, '{}')$sql$,
      'own_join', 'join payroll.employments o on o.environment_id = p_environment and o.id = w.employment_id',
      -- A start that was still to be announced is announced on its new day, at once when that has come.
      'own_steps', $sql$, moved as (
    update payroll.employments o set start_date = coalesce((n.own #>> '{startDate,new}')::date, o.start_date),
      continuous_service_date = case when n.own ? 'continuousServiceDate'
        then (n.own #>> '{continuousServiceDate,new}')::date else o.continuous_service_date end
    from next n
    where n.own is not null and o.environment_id = p_environment and o.id = n.owner_id
    returning 1
  ), unscheduled as (
    delete from payroll.pending_changes p using next n
    where n.own ? 'startDate' and p.environment_id = p_environment and p.employment_id = n.owner_id and p.kind = 'start'
    returning p.employment_id
  ), rescheduled as (
    insert into pg_temp.payroll_facts (line, rank, kind, fields, classes, effective_from)
    select n.line, 2, 'start', '{}', '{}', (n.own #>> '{startDate,new}')::date
    from next n
    where n.own ? 'startDate' and ((n.own #>> '{startDate,new}')::date > n.today
      or n.owner_id in (select u.employment_id from unscheduled u))
    returning 1
  )$sql$));

  template constant text := $text$
create or replace function payroll.changed_<table>(before payroll.<table>, after payroll.<table>)
  returns text[] language sql immutable parallel safe as $changed$
  select array_remove(array[
    <changed>], null)
$changed$;

create or replace function payroll.fields_on_<table>(p_environment uuid, p_owner uuid, p_day date)
  returns text[] language sql stable as $on$
  select coalesce((
    select payroll.changed_<table>((select b from payroll.<table> b
      where b.environment_id = p_environment and b.<owner> = p_owner and b.superseded_at is null and b.effective_from < p_day
      order by b.effective_from desc limit 1), d)
    from payroll.<table> d
    where d.environment_id = p_environment and d.<owner> = p_owner and d.superseded_at is null and d.effective_from = p_day), '{}')
$on$;

create or replace function payroll.next_<table>(p_environment uuid)
  returns table (line int, owner_id uuid, is_new boolean, today date, base payroll.<table>, after payroll.<table>, fields text[],
    own jsonb, carried boolean, writes boolean, stands text[]) language sql stable as $next$
  with merged as materialized (
    select w.line, w.<owner> as owner_id, w.is_new, w.today, b.base, <own> as own,
      row(p_environment, null::uuid, w.<owner>, w.effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        <told><tail>)::payroll.<table> as after
    from pg_temp.payroll_work w
    <own_join>
    left join lateral (
      (select d as base from payroll.<table> d
       where d.environment_id = p_environment and d.<owner> = w.<owner>
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d from payroll.<table> d
       where d.environment_id = p_environment and d.<owner> = w.<owner>
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where <existing> and w.touches & <bit> <> 0
  ), compared as materialized (
    select m.*, payroll.changed_<table>(m.base, m.after) as fields from merged m
  ), later as (
    select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, d as live,
      <stops>
    from compared c
    join payroll.<table> d on d.environment_id = p_environment and d.<owner> = c.owner_id and d.superseded_at is null
      and d.effective_from > (c.after).effective_from
    where c.fields <> '{}' and (c.base).effective_from is not null
    window same as (partition by c.line)
  ), carried as materialized (
    select l.line, l.owner_id, l.is_new, l.today, l.live,
      row(p_environment, null::uuid, l.owner_id, (l.live).effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        <carried><tail>)::payroll.<table> as after,
      array_remove(array[
        <stands>], null) as stands
    from later l
  )
  select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, c.fields, c.own, false,
    c.fields <> '{}' or (c.base).effective_from > (c.after).effective_from, '{}'::text[]
  from compared c
  where c.fields <> '{}' or c.own is not null or (c.base).effective_from > (c.after).effective_from
  union all
  select k.line, k.owner_id, k.is_new, k.today, k.live, k.after, f.fields, null, true, f.fields <> '{}', k.stands
  from carried k cross join lateral (select payroll.changed_<table>(k.live, k.after) as fields) f
$next$;

create or replace function payroll.apply_<table>(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text)
  returns void language plpgsql as $apply$
begin
  insert into payroll.<table> (environment_id, customer_id, <owner>, effective_from, recorded_at, recorded_by, import_id,
    <columns><teller>)
  select p_environment, p_customer, w.<owner>, w.effective_from, p_now, recorded_by, p_import,
    <told><told_by>
  from pg_temp.payroll_work w cross join (select null::payroll.<table> as base) b
  where <fresh> and w.touches & <bit> <> 0;

  with next as materialized (
    select * from payroll.next_<table>(p_environment)
  ), superseded as (
    update payroll.<table> d set superseded_at = p_now from next n
    where n.writes and (n.base).effective_from = (n.after).effective_from and d.environment_id = p_environment
      and d.<owner> = n.owner_id and d.effective_from = (n.after).effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.<table> (environment_id, customer_id, <owner>, effective_from, recorded_at, recorded_by, import_id,
      <columns><teller>)
    select p_environment, p_customer, n.owner_id, (n.after).effective_from, p_now, recorded_by, p_import,
      <written><told_by>
    from next n<with_work> where n.writes and (select count(*) from superseded) >= 0
    returning 1
  )<own_steps>
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select n.line, <rank>, case when n.is_new then null when (n.after).effective_from > n.today then '<scheduled_type>' else '<changed_type>' end,
    case when not n.is_new then '<kind>' end, f.fields, (<classes>)::text[],
    nullif(coalesce(payroll.value_changes(f.fields, jsonb_build_object(<shown_before>), jsonb_build_object(<shown_after>)), '{}')
      || coalesce(n.own, '{}'), '{}'), (n.after).effective_from
  from next n
  cross join lateral (select n.fields || coalesce((select array_agg(key) from jsonb_object_keys(n.own) key), '{}') as fields) f
  where <noted> and not n.carried and (select count(*) from inserted) >= 0;
end $apply$;
$text$;

  given jsonb;
  one record;
  parts jsonb;
  part record;
  body text;
  lists jsonb;
begin
  for given in select g from jsonb_array_elements(groups) g loop
    -- Each part that repeats for a field or a column, joined with commas.
    lists := '{}';
    for one in
      select f.position, split_part(f.text, ' ', 1) as field, c.columns, c.staged,
        (given->'shown') ? split_part(f.text, ' ', 1) as is_shown
      from regexp_split_to_table(given->>'fields', ', ') with ordinality f(text, position)
      cross join lateral (
        select array_agg(split_part(c, '=', 1) order by n) as columns,
          array_agg(coalesce(nullif(split_part(c, '=', 2), ''), c) order by n) as staged
        from regexp_split_to_table(split_part(f.text, ' ', 2), '\+') with ordinality c(c, n)) c
      order by f.position
    loop
      for part in
        select * from (
          select 'changed' as name, format('case when %1$s is distinct from %2$s then %3$L end',
            pg_temp.field_of('after', one.columns), pg_temp.field_of('before', one.columns), one.field) as text
          union all select 'stops', format('%1$s is distinct from %2$s as moves_%3$s,
        min(d.effective_from) filter (where %4$s is distinct from %2$s) over same as stop_%3$s',
            pg_temp.field_of('c.after', one.columns), pg_temp.field_of('c.base', one.columns), one.position,
            pg_temp.field_of('d', one.columns))
          union all select 'stands', format('case when l.moves_%1$s and (l.live).effective_from = l.stop_%1$s
          and %2$s is distinct from %3$s then %4$L end', one.position, pg_temp.field_of('l.live', one.columns),
            pg_temp.field_of('l.after', one.columns), one.staged[1])
          union all select 'shown_before', format('%L, (n.base).%s', one.field, one.columns[1]) where one.is_shown
          union all select 'shown_after', format('%L, (n.after).%s', one.field, one.columns[1]) where one.is_shown
          union all select 'carried', format('case when l.moves_%1$s and (l.stop_%1$s is null or (l.live).effective_from < l.stop_%1$s)
          then (l.after).%2$s else (l.live).%2$s end', one.position, c) from unnest(one.columns) c
          union all select 'columns', c from unnest(one.columns) c
          union all select 'written', '(n.after).' || c from unnest(one.columns) c
          union all select 'told', coalesce(deduced->>c.name, format(case when c.kind = 'boolean' then 'coalesce(%s, false)' else '%s' end,
            format('case when w.%1$s is null then (b.base).%2$s else nullif(w.%1$s, '''')%3$s end', c.staged, c.name,
              case when c.kind <> 'text' then '::' || c.kind end)))
          from (select c.*, (select format_type(a.atttypid, null) from pg_attribute a
              where a.attrelid = format('payroll.%I', given->>'table')::regclass and a.attname = c.name) as kind
            from unnest(one.columns, one.staged) with ordinality c(name, staged, position)
            order by c.position) c) p
      loop
        lists := jsonb_set(lists, array[part.name], coalesce(lists->part.name, '[]') || to_jsonb(part.text));
      end loop;
    end loop;

    if (lists->'columns') <> (select jsonb_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = format('payroll.%I', given->>'table')::regclass and a.attnum > 8
          and a.attname not in ('told_by', 'name_folded') and not a.attisdropped) then
      raise exception 'the fields of % are not in the order of its columns', given->>'table';
    end if;
    parts := jsonb_build_object('owner', 'employment_id', 'fresh', 'w.is_new', 'existing', 'not w.is_new',
      'changed_type', (given->>'kind') || '.changed', 'scheduled_type', (given->>'kind') || '.scheduled',
      'own', 'null::jsonb', 'own_join', '', 'own_steps', '', 'noted', 'not n.is_new', 'tail', '', 'teller', '', 'told_by', '', 'with_work', '', 'shown_before', '', 'shown_after', '')
      || (given - 'fields' - 'shown') || coalesce(own->(given->>'table'), '{}')
      || (select jsonb_object_agg(l.key, (select string_agg(v.text, E',\n        ' order by v.position)
            from jsonb_array_elements_text(l.value) with ordinality v(text, position))) from jsonb_each(lists) l);
    body := template;
    for part in select key, value from jsonb_each_text(parts) loop
      body := replace(body, '<' || part.key || '>', part.value);
    end loop;
    execute body;
  end loop;
end $generate$;
set local check_function_bodies = on;

drop function pg_temp.field_of;
