-- What only shows when an employee is compared with others: warnings, by code and with one other who is meant, never
-- with a value. Judged when asked, so that they are true of the present state and nothing has to be kept in step.

-- The manager that each employment names on p_today (before it starts: on its first day): in its own company if the number
-- is there, else in another. No manager where there is none of that number.
create or replace function payroll.managers_of(p_environment uuid, p_ids uuid[], p_today date)
  returns table (report uuid, manager uuid, manager_key text, ended boolean) language sql stable as $$
  with asked as materialized (
    select e.id, e.company_code, d.manager_employee_number as number
    from unnest(p_ids) a(id)
    join payroll.employments e on e.environment_id = p_environment and e.id = a.id
    join payroll.employment_details d on d.environment_id = p_environment and d.employment_id = e.id
      and d.superseded_at is null and d.manager_employee_number is not null
      and d.effective_from <= greatest(p_today, e.start_date)
    where not exists (select from payroll.employment_details later
      where later.environment_id = p_environment and later.employment_id = e.id and later.superseded_at is null
        and later.effective_from > d.effective_from and later.effective_from <= greatest(p_today, e.start_date))
  )
  select distinct on (a.id) a.id, o.id, o.company_code || '/' || o.employee_number, o.ended
  from asked a
  left join (
    select k.number, m.id, m.company_code, m.employee_number, coalesce(n.end_date < p_today, false) as ended
    from (select distinct number from asked) k
    cross join (select code from payroll.companies where environment_id = p_environment) c
    join payroll.employments m on m.environment_id = p_environment and m.company_code = c.code
      and m.employee_number = k.number
    left join payroll.endings n on n.environment_id = p_environment and n.employment_id = m.id and n.superseded_at is null
  ) o on o.number = a.number
  order by a.id, o.company_code = a.company_code desc, o.ended, o.company_code
$$;

-- Which of p_reports, whose managers are given, are in a ring: who follows the line upwards from them comes back to them.
-- At most 50 levels.
create or replace function payroll.manager_rings(p_environment uuid, p_reports uuid[], p_managers uuid[], p_today date)
  returns table (employment_id uuid) language plpgsql stable as $$
declare
  reports uuid[] := p_reports;
  managers uuid[] := p_managers;
  found_reports uuid[] := p_reports;
  found_managers uuid[] := p_managers;
  fresh uuid[];
begin
  for level in 2..50 loop
    select array_agg(distinct m.id) into fresh from unnest(found_managers) m(id)
    where not exists (select from unnest(reports) r(id) where r.id = m.id);
    exit when fresh is null;
    select array_agg(m.report), array_agg(m.manager) into found_reports, found_managers
    from payroll.managers_of(p_environment, fresh, p_today) m where m.manager is not null;
    exit when found_reports is null;
    reports := reports || found_reports;
    managers := managers || found_managers;
  end loop;
  return query
  with recursive edges as materialized (
    select e.report, e.manager from unnest(reports, managers) e(report, manager)
  ), line as (
    select e.report as start, e.manager as reached, 1 as level
    from edges e join unnest(p_reports) a(id) on a.id = e.report
    where exists (select from edges below where below.manager = e.report)
    union all
    select l.start, e.manager, l.level + 1 from line l join edges e on e.report = l.reached
    where l.reached <> l.start and l.level < 50
  )
  select l.start from line l where l.reached = l.start;
end $$;

-- The findings of these employments, in force on p_today or known to come. `other` is company_code/employee_number of one other employment.
create or replace function payroll.cross_findings_on(p_environment uuid, p_ids uuid[], p_today date)
  returns table (employment_id uuid, code text, other text) language plpgsql as $$
declare
  reports uuid[];
  managers uuid[];
  manager_keys text[];
  ended boolean[];
begin
  -- For many, hashed joins read each table once, planned for them; with few, the indexes answer by plans that are kept: to
  -- plan takes far longer than to look.
  if cardinality(p_ids) >= 1000 then
    perform set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '64MB', true),
      set_config('enable_nestloop', 'off', true);
  else
    perform set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true);
  end if;

  -- Those who share a number are ordered by person: if the lowest and the highest are one person, all are.
  return query
  with asked as materialized (
    select e.id, e.person_id::text as person
    from unnest(p_ids) a(id) join payroll.employments e on e.environment_id = p_environment and e.id = a.id
  ), numbers as materialized (
    select distinct a.id, a.person, z.ird_number as number
    from asked a
    join payroll.tax_nz z on z.environment_id = p_environment and z.employment_id = a.id and z.superseded_at is null
      and z.ird_number is not null
    where not exists (select from payroll.tax_nz later
      where later.environment_id = p_environment and later.employment_id = z.employment_id and later.superseded_at is null
        and later.effective_from > z.effective_from and later.effective_from <= p_today)
  ), holders as materialized (
    select k.number, min(o.person_id || ' ' || o.company_code || '/' || o.employee_number) as lowest,
      max(o.person_id || ' ' || o.company_code || '/' || o.employee_number) as highest
    from (select distinct number from numbers) k
    join payroll.tax_nz z on z.environment_id = p_environment and z.ird_number = k.number and z.superseded_at is null
    join payroll.employments o on o.environment_id = p_environment and o.id = z.employment_id
    where not exists (select from payroll.tax_nz later
      where later.environment_id = p_environment and later.employment_id = z.employment_id and later.superseded_at is null
        and later.effective_from > z.effective_from and later.effective_from <= p_today)
    group by k.number
  )
  select n.id, 'ird-number-shared', substr(case when left(h.lowest, 36) <> n.person then h.lowest else h.highest end, 38)
  from numbers n join holders h on h.number = n.number
  where left(h.lowest, 36) <> left(h.highest, 36);

  -- Accounts count while somebody is paid: those of ended employments do not. What waits for approval is compared as well.
  return query
  with asked as materialized (
    select e.id, e.person_id::text as person
    from unnest(p_ids) a(id) join payroll.employments e on e.environment_id = p_environment and e.id = a.id
  ), numbers as materialized (
    select distinct a.id, a.person, i.number, false as held
    from asked a
    join payroll.bank_account_sets b on b.environment_id = p_environment and b.employment_id = a.id
      and b.superseded_at is null
    cross join lateral (values (b.account_1), (b.account_2), (b.account_3), (b.account_4), (b.account_5)) i(number)
    where i.number is not null and not exists (select from payroll.bank_account_sets later
      where later.environment_id = p_environment and later.employment_id = b.employment_id
        and later.superseded_at is null and later.effective_from > b.effective_from and later.effective_from <= p_today)
    union
    select a.id, a.person, i->>'account', true
    from asked a
    join payroll.held_bank_changes w on w.environment_id = p_environment and w.employment_id = a.id and w.status = 'held'
    cross join lateral jsonb_array_elements(w.accounts) i
  ), keys as materialized (
    select distinct number from numbers
  ), used as materialized (
    select k.number, b.employment_id, b.effective_from from keys k join payroll.bank_account_sets b
      on b.environment_id = p_environment and b.account_1 = k.number and b.superseded_at is null
    union all
    select k.number, b.employment_id, b.effective_from from keys k join payroll.bank_account_sets b
      on b.environment_id = p_environment and b.account_2 = k.number and b.superseded_at is null
    union all
    select k.number, b.employment_id, b.effective_from from keys k join payroll.bank_account_sets b
      on b.environment_id = p_environment and b.account_3 = k.number and b.superseded_at is null
    union all
    select k.number, b.employment_id, b.effective_from from keys k join payroll.bank_account_sets b
      on b.environment_id = p_environment and b.account_4 = k.number and b.superseded_at is null
    union all
    select k.number, b.employment_id, b.effective_from from keys k join payroll.bank_account_sets b
      on b.environment_id = p_environment and b.account_5 = k.number and b.superseded_at is null
  ), holders as materialized (
    select u.number, min(o.person_id || ' ' || o.company_code || '/' || o.employee_number) as lowest,
      max(o.person_id || ' ' || o.company_code || '/' || o.employee_number) as highest
    from used u
    join payroll.employments o on o.environment_id = p_environment and o.id = u.employment_id
    where not exists (select from payroll.bank_account_sets later
      where later.environment_id = p_environment and later.employment_id = u.employment_id
        and later.superseded_at is null and later.effective_from > u.effective_from and later.effective_from <= p_today)
      and not exists (select from payroll.endings n
        where n.environment_id = p_environment and n.employment_id = u.employment_id and n.superseded_at is null
          and n.end_date < p_today)
    group by u.number
  )
  select n.id, case when n.held then 'bank-change-shared' else 'bank-account-shared' end,
    substr(min(case when left(h.lowest, 36) <> n.person then h.lowest else h.highest end), 38)
  from numbers n join holders h on h.number = n.number
  where (left(h.lowest, 36) <> n.person or left(h.highest, 36) <> n.person)
    and not exists (select from payroll.endings e
      where e.environment_id = p_environment and e.employment_id = n.id and e.superseded_at is null
        and e.end_date < p_today)
  group by n.id, n.held;

  -- One person takes the main tax code on one job only.
  return query
  with people as materialized (
    select distinct e.person_id
    from unnest(p_ids) a(id) join payroll.employments e on e.environment_id = p_environment and e.id = a.id
    where exists (select from payroll.employments more
      where more.environment_id = p_environment and more.person_id = e.person_id and more.id <> e.id)
  ), main as materialized (
    select e.person_id, e.id, e.company_code || '/' || e.employee_number as key
    from people p
    join payroll.employments e on e.environment_id = p_environment and e.person_id = p.person_id
    join payroll.tax_nz z on z.environment_id = p_environment and z.employment_id = e.id and z.superseded_at is null
      and z.tax_code in ('M', 'ME') and z.effective_from <= greatest(p_today, e.start_date)
    where not exists (select from payroll.tax_nz later
      where later.environment_id = p_environment and later.employment_id = e.id and later.superseded_at is null
        and later.effective_from > z.effective_from and later.effective_from <= greatest(p_today, e.start_date))
      and not exists (select from payroll.endings n
        where n.environment_id = p_environment and n.employment_id = e.id and n.superseded_at is null
          and n.end_date < p_today)
  ), twice as (
    select m.person_id, min(m.key) as lowest, max(m.key) as highest from main m group by m.person_id having count(*) > 1
  )
  select m.id, 'main-tax-code-twice', case when m.key = t.lowest then t.highest else t.lowest end
  from main m join twice t on t.person_id = m.person_id
  join unnest(p_ids) a(id) on a.id = m.id;

  -- What stands beside the employment itself: its employer's country, its start and its end.
  return query
  select distinct e.id, k.code, null::text
  from unnest(p_ids) a(id)
  join payroll.employments e on e.environment_id = p_environment and e.id = a.id
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join payroll.pay_rates r on r.environment_id = p_environment and r.employment_id = e.id and r.superseded_at is null
  left join payroll.endings n on n.environment_id = p_environment and n.employment_id = e.id and n.superseded_at is null
  cross join lateral (values
    (case when r.effective_from > n.end_date then 'pay-rate-after-end' end),
    (case when r.effective_from < e.start_date then 'pay-rate-before-start' end),
    (case when r.currency <> case c.country when 'AU' then 'AUD' else 'NZD' end then 'pay-currency' end)) k(code)
  where k.code is not null;
  return query
  select distinct e.id, 'bank-account-abroad', null::text
  from unnest(p_ids) a(id)
  join payroll.employments e on e.environment_id = p_environment and e.id = a.id
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join lateral (
    select b.accounts from payroll.bank_account_sets b
    where b.environment_id = p_environment and b.employment_id = e.id and b.superseded_at is null
    union all
    select h.accounts from payroll.held_bank_changes h
    where h.environment_id = p_environment and h.employment_id = e.id and h.status = 'held') b
    on b.accounts @> jsonb_build_array(jsonb_build_object('country', case c.country when 'AU' then 'NZ' else 'AU' end));
  return query
  select distinct e.id, k.code, null::text
  from unnest(p_ids) a(id)
  join payroll.employments e on e.environment_id = p_environment and e.id = a.id
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join payroll.tax_nz z on z.environment_id = p_environment and z.employment_id = e.id and z.superseded_at is null
  cross join lateral (values
    (case when z.tax_code = 'STC' and z.tax_rate_end < greatest(z.effective_from, p_today) then 'tailored-code-over' end),
    (case when c.country = 'AU' then 'tax-abroad' end)) k(code)
  where k.code is not null and not exists (select from payroll.tax_nz later
    where later.environment_id = p_environment and later.employment_id = e.id and later.superseded_at is null
      and later.effective_from > z.effective_from and later.effective_from <= p_today)
  union
  select e.id, 'tax-abroad', null::text
  from unnest(p_ids) a(id)
  join payroll.employments e on e.environment_id = p_environment and e.id = a.id
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code and c.country = 'NZ'
  join payroll.tax_au x on x.environment_id = p_environment and x.employment_id = e.id and x.superseded_at is null;

  select array_agg(m.report), array_agg(m.manager), array_agg(m.manager_key), array_agg(m.ended)
    into reports, managers, manager_keys, ended
  from payroll.managers_of(p_environment, p_ids, p_today) m;
  return query
  select m.report, case when m.manager is null then 'manager-unknown' else 'manager-ended' end, m.manager_key
  from unnest(reports, managers, manager_keys, ended) m(report, manager, manager_key, ended)
  where (m.manager is null or m.ended) and not exists (select from payroll.endings n
    where n.environment_id = p_environment and n.employment_id = m.report and n.superseded_at is null
      and n.end_date < p_today);
  return query
  select r.employment_id, 'manager-ring', null::text
  from (select array_agg(m.report) as reports, array_agg(m.manager) as managers
        from unnest(reports, managers) m(report, manager) where m.manager is not null) k
  cross join lateral payroll.manager_rings(p_environment, k.reports, k.managers, p_today) r
  where k.reports is not null;
  perform set_config('plan_cache_mode', 'auto', true), set_config('enable_nestloop', 'on', true),
    set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true);
end $$;

-- The findings of these employments by the day where the employer of each is.
create or replace function payroll.cross_findings(p_environment uuid, p_ids uuid[], p_now timestamptz)
  returns table (employment_id uuid, code text, other text) language plpgsql as $$
declare
  there record;
begin
  for there in
    select c.time_zone, array_agg(e.id) as ids
    from unnest(p_ids) a(id)
    join payroll.employments e on e.environment_id = p_environment and e.id = a.id
    join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
    group by c.time_zone
  loop
    return query select * from payroll.cross_findings_on(p_environment, there.ids, (p_now at time zone there.time_zone)::date);
  end loop;
end $$;

-- The findings of what an import has staged from line to line, as far as a row speaks of the group that the finding is about.
set local check_function_bodies = off;
create or replace function payroll.staged_cross_findings(p_environment uuid, p_from int, p_to int, p_now timestamptz, p_limit int)
  returns table (line int, key text, code text, other text) language plpgsql as $$
begin
  return query
  select s.line, s.company_code || '/' || s.employee_number, f.code, f.other
  from payroll.cross_findings(p_environment, coalesce((
      select array_agg(e.id) from pg_temp.payroll_staged t
      join payroll.employments e on e.environment_id = p_environment and e.company_code = t.company_code
        and e.employee_number = t.employee_number
      where t.line between p_from and p_to), '{}'), p_now) f
  join payroll.employments e on e.environment_id = p_environment and e.id = f.employment_id
  join pg_temp.payroll_staged s on s.company_code = e.company_code and s.employee_number = e.employee_number
  where s.touches & case when f.code like 'manager-%' then 2 when f.code like 'bank-%' then 32
    when f.code like 'pay-%' then 194 when f.code = 'tax-abroad' then 12 else 4 end <> 0
  order by s.line, f.code limit p_limit;
end $$;
set local check_function_bodies = on;
