-- What the staged rows would change of the people who are there, counted beside the records in force, so that a person can
-- look at a file whose effect is larger than anybody would expect. Nobody's value leaves it.

-- What a rate pays in a year; null for rates that are not paid by time.
create or replace function payroll.yearly_pay(rate_type text, amount double precision, hours double precision)
  returns double precision language sql immutable parallel safe as $$
  select case rate_type when 'annualSalary' then amount when 'hourly' then amount * hours * 52 when 'daily' then amount * 260 end
$$;

-- p_change: a larger change of yearly pay counts, 0.2 for a fifth. p_factor: pay that many times as high or as low is far off,
-- by the year and by the hour, so that other hours alone are not.
set local check_function_bodies = off;
create or replace function payroll.staged_effects(p_environment uuid, p_now timestamptz, p_change double precision,
    p_factor double precision)
  returns table (created int, ended int, bank_changed int, identity_changed int, pay_changed int, pay_far int,
    pay_factor double precision) language sql stable as $$
  with subject as materialized (
    select s.line, e.id, e.person_id, t.today, coalesce(nullif(s.effective_from, '')::date, t.today) as day,
      coalesce(nullif(s.rate_from, '')::date, nullif(s.effective_from, '')::date, t.today) as rate_day,
      nullif(s.end_date, '') as end_date, nullif(s.accounts, '') as accounts, nullif(s.rate_type, '') as rate_type,
      nullif(s.amount, '')::double precision as amount,
      nullif(coalesce(nullif(s.rate_hours_per_week, ''), s.hours_per_week), '')::double precision as hours,
      nullif(s.first_name, '') as first_name, nullif(s.last_name, '') as last_name, nullif(s.birth_date, '')::date as birth_date,
      nullif(s.ird_number, '') as ird_number
    from pg_temp.payroll_staged s
    join payroll.companies c on c.environment_id = p_environment and c.code = s.company_code
    cross join lateral (select (p_now at time zone c.time_zone)::date as today) t
    join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
  ), paid as materialized (
    select distinct on (x.line) x.line, r.rate_type, r.amount::double precision as amount,
      r.rate_hours_per_week::double precision as hours
    from subject x
    join payroll.pay_rates r on r.environment_id = p_environment and r.employment_id = x.id and r.superseded_at is null
    where x.amount is not null or x.hours is not null
    order by x.line, r.effective_from <= x.rate_day desc, abs(r.effective_from - x.rate_day)
  ), worked as materialized (
    select distinct on (x.line) x.line, d.hours_per_week::double precision as hours
    from subject x
    join payroll.employment_details d on d.environment_id = p_environment and d.employment_id = x.id and d.superseded_at is null
    where x.amount is not null or x.hours is not null
    order by x.line, d.effective_from <= x.day desc, abs(d.effective_from - x.day)
  ), pay as materialized (
    select n.line, n.new_year / nullif(n.old_year, 0) as by_year,
      (n.new_year / nullif(n.new_hours, 0)) / nullif(n.old_year / nullif(n.old_hours, 0), 0) as by_hour
    from (
      select x.line, h.old_hours, h.new_hours, payroll.yearly_pay(p.rate_type, p.amount, h.old_hours) as old_year,
        payroll.yearly_pay(coalesce(x.rate_type, p.rate_type), coalesce(x.amount, p.amount), h.new_hours) as new_year
      from subject x
      join paid p on p.line = x.line
      left join worked w on w.line = x.line
      cross join lateral (select coalesce(p.hours, w.hours, 40) as old_hours,
        coalesce(x.hours, w.hours, p.hours, 40) as new_hours) h) n
  ), accounts as (
    select distinct on (x.line) x.line, x.accounts::jsonb is distinct from b.accounts as differ
    from subject x
    join payroll.bank_account_sets b on b.environment_id = p_environment and b.employment_id = x.id and b.superseded_at is null
    where x.accounts is not null
    order by x.line, b.effective_from <= x.day desc, abs(b.effective_from - x.day)
  ), named as (
    select distinct on (x.line) x.line, x.birth_date <> d.birth_date
      or (x.first_name <> d.first_name and x.last_name <> d.last_name) as differ
    from subject x
    join payroll.person_details d on d.environment_id = p_environment and d.person_id = x.person_id and d.superseded_at is null
    where x.birth_date is not null or x.first_name is not null
    order by x.line, d.effective_from <= x.day desc, abs(d.effective_from - x.day)
  ), numbered as (
    select distinct on (x.line) x.line, x.ird_number <> t.ird_number as differ
    from subject x
    join payroll.tax_nz t on t.environment_id = p_environment and t.employment_id = x.id and t.superseded_at is null
    where x.ird_number is not null
    order by x.line, t.effective_from <= x.day desc, abs(t.effective_from - x.day)
  )
  select (select count(*) from pg_temp.payroll_staged)::int - (select count(*) from subject)::int,
    (select count(*) from subject x where x.end_date is not null and not exists (select from payroll.endings n
      where n.environment_id = p_environment and n.employment_id = x.id and n.superseded_at is null
        and n.end_date is not null))::int,
    (select count(*) from accounts a where a.differ)::int,
    (select count(distinct d.line) from (select n.line from named n where n.differ
      union all select n.line from numbered n where n.differ) d)::int,
    (select count(*) from pay p where abs(p.by_year - 1) > p_change)::int,
    (select count(*) from pay p where least(greatest(p.by_year, 1 / nullif(p.by_year, 0)),
      greatest(p.by_hour, 1 / nullif(p.by_hour, 0))) >= p_factor or p.by_year = 0)::int,
    (select percentile_cont(0.5) within group (order by p.by_year) from pay p where abs(p.by_year - 1) > p_change)
$$;
set local check_function_bodies = on;
