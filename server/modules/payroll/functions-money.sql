-- Bank accounts, pay rates and endings, in the manner of functions-groups.sql.

-- The sets of accounts of days after p_day, where another takes the place of p_replaced from p_day on. A set is one value, asked
-- for and approved as a whole: later ones that hold the very set that is replaced are replaced with it (carried), as long as none
-- between set another; the others stand.
create or replace function payroll.later_accounts(p_environment uuid, p_employment uuid, p_day date, p_replaced jsonb)
  returns table (effective_from date, accounts jsonb, carried boolean) language sql stable as $$
  select d.effective_from, d.accounts, bool_and(d.accounts = p_replaced) over (order by d.effective_from)
  from payroll.bank_account_sets d
  where d.environment_id = p_environment and d.employment_id = p_employment and d.superseded_at is null and d.effective_from > p_day
$$;

-- From which day other accounts will be paid again, though p_accounts take the place of p_replaced from p_day on: sets that stand,
-- and such as wait for approval. Null when none do.
create or replace function payroll.accounts_stand_from(p_environment uuid, p_employment uuid, p_day date, p_replaced jsonb, p_accounts jsonb)
  returns date language sql stable as $$
  select least(
    (select min(l.effective_from) from payroll.later_accounts(p_environment, p_employment, p_day, p_replaced) l
     where not l.carried and l.accounts <> p_accounts),
    (select min(h.effective_from) from payroll.held_bank_changes h
     where h.environment_id = p_environment and h.employment_id = p_employment and h.status = 'held'
       and h.effective_from > p_day and h.accounts <> p_accounts))
$$;

-- The bank accounts that the rows of payroll_work tell, beside those of that day as far as anybody said: base_from is null where
-- there are none yet. What waits for approval from an earlier day has been said; what waits for the same day is what the row
-- takes the place of. A day that has come counts as today.
set local check_function_bodies = off;
create or replace function payroll.told_accounts(p_environment uuid)
  returns table (line int, is_new boolean, employment_id uuid, effective_from date, counts_from date, today date, accounts jsonb,
    base_from date, old_accounts jsonb) language sql stable as $$
  select w.line, w.is_new, w.employment_id, w.effective_from, greatest(w.effective_from, w.today), w.today, w.accounts::jsonb,
    b.effective_from, coalesce(h.accounts, b.accounts)
  from pg_temp.payroll_work w
  left join lateral (
    (select d.* from payroll.bank_account_sets d
     where d.environment_id = p_environment and d.employment_id = w.employment_id
       and d.superseded_at is null and d.effective_from <= w.effective_from
     order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.bank_account_sets d
     where d.environment_id = p_environment and d.employment_id = w.employment_id
       and d.superseded_at is null
     order by d.effective_from limit 1)
    limit 1) b on true
  left join lateral (
    select d.accounts from payroll.held_bank_changes d
    where d.environment_id = p_environment and d.employment_id = w.employment_id and d.status = 'held'
      and greatest(d.effective_from, w.today) < greatest(w.effective_from, w.today) and d.effective_from >= b.effective_from
    order by d.effective_from desc limit 1) h on true
  where not w.is_new and w.touches & 32 <> 0 and w.accounts <> ''
$$;
set local check_function_bodies = on;

-- Bank accounts: the first ones apply, others wait for a second approver. The accounts that count on a day, sent again for it,
-- take back what waits for that day; others for it replace what waits.
create or replace function payroll.apply_bank_accounts(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text, p_actor jsonb, p_source jsonb)
  returns void language plpgsql as $$
begin
  insert into payroll.bank_account_sets (environment_id, customer_id, employment_id, effective_from, recorded_at,
    recorded_by, import_id, accounts)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import, w.accounts::jsonb
  from pg_temp.payroll_work w
  where w.is_new and w.touches & 32 <> 0 and w.accounts <> '';
  with told as materialized (
    select t.*, t.base_from is null or t.accounts <> t.old_accounts as changes from payroll.told_accounts(p_environment) t
  ), waiting as materialized (
    select t.line, t.changes, h.id, h.effective_from, h.accounts = t.accounts as same
    from told t
    join payroll.held_bank_changes h on h.environment_id = p_environment and h.employment_id = t.employment_id
      and h.status = 'held' and greatest(h.effective_from, t.today) = t.counts_from
  ), changed as materialized (
    select t.*, t.base_from is not null as hold from told t
    where t.changes and not exists (select from waiting w where w.line = t.line and w.same)
  ), decided as (
    update payroll.held_bank_changes h set status = case when w.changes then 'replaced' else 'withdrawn' end, decided_at = p_now
    from waiting w
    where not (w.changes and w.same) and h.environment_id = p_environment and h.id = w.id
    returning h.id
  ), held as (
    insert into payroll.held_bank_changes (environment_id, customer_id, employment_id, effective_from, accounts,
      requested_at, requested_by, source, import_id)
    select p_environment, p_customer, c.employment_id, c.effective_from, c.accounts, p_now, p_actor, p_source, p_import
    from changed c
    where c.hold and (select count(*) from decided) >= 0
    returning 1
  ), inserted as (
    insert into payroll.bank_account_sets (environment_id, customer_id, employment_id, effective_from, recorded_at,
      recorded_by, import_id, accounts)
    select p_environment, p_customer, c.employment_id, c.effective_from, p_now, recorded_by, p_import, c.accounts
    from changed c where not c.hold
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, effective_from)
  select c.line, 6, case when c.hold then 'bank_account.change_held'
      when c.effective_from > c.today then 'bank_account.scheduled' else 'bank_account.changed' end,
    case when not c.hold then 'bank_account' end, '{bankAccounts}'::text[], '{P4}'::text[], c.effective_from
  from changed c
  where (select count(*) from inserted) + (select count(*) from held) >= 0
  union all
  select w.line, 6, 'bank_account.change_withdrawn', null::text, '{bankAccounts}'::text[], '{P4}'::text[], w.effective_from
  from waiting w where not w.changes;
end $$;

-- Pay rates: each has a date of its own, and the currency of the employer's country unless told otherwise. A rate with a date is kept even when it repeats the one before; without one it must differ.
create or replace function payroll.apply_pay_rates(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text)
  returns void language plpgsql as $$
begin
  insert into payroll.pay_rates (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by,
    import_id, rate_type, amount, currency, rate_hours_per_week, reason_code)
  select p_environment, p_customer, w.employment_id, coalesce(nullif(w.rate_from, '')::date, w.effective_from), p_now,
    recorded_by, p_import, w.rate_type, w.amount::numeric, w.currency,
    nullif(w.rate_hours_per_week, '')::numeric, nullif(w.reason_code, '')
  from pg_temp.payroll_work w
  where w.is_new and w.touches & 64 <> 0 and w.amount <> ''
    and coalesce(nullif(w.rate_from, '')::date, w.effective_from) <= greatest(w.today, w.start_date);
  with wanted as materialized (
    select w.line, w.is_new, w.employment_id, w.today, w.start_date,
      coalesce(nullif(w.rate_from, '')::date, w.effective_from) as effective_from, w.rate_from <> '' as dated, w.rate_type, w.amount::numeric as amount,
      w.currency, nullif(w.rate_hours_per_week, '')::numeric as rate_hours_per_week,
      nullif(w.reason_code, '') as reason_code
    from pg_temp.payroll_work w
    where w.touches & 64 <> 0 and w.amount <> '' and not (w.is_new
      and coalesce(nullif(w.rate_from, '')::date, w.effective_from) <= greatest(w.today, w.start_date))
    union all
    select w.line, w.is_new, w.employment_id, w.today, w.start_date, r.rate_from, true, r.rate_type, r.amount,
      coalesce(r.currency, w.currency),
      r.rate_hours_per_week, r.reason_code
    from pg_temp.payroll_work w
    cross join lateral jsonb_to_recordset(w.rates::jsonb) as r(rate_from date, rate_type text, amount numeric,
      currency text, rate_hours_per_week numeric, reason_code text)
    where w.touches & 64 <> 0 and w.rates <> ''
  ), compared as materialized (
    select n.*, b.effective_from as base_from,
      case when b.effective_from is null then null else array_remove(array[
        case when n.rate_type is distinct from b.rate_type then 'rateType' end,
        case when n.amount is distinct from b.amount then 'amount' end,
        case when n.currency is distinct from b.currency then 'currency' end,
        case when n.rate_hours_per_week is distinct from b.rate_hours_per_week then 'rateHoursPerWeek' end,
        case when n.reason_code is distinct from b.reason_code then 'reasonCode' end], null) end as fields
    from wanted n
    left join lateral (
      select d.* from payroll.pay_rates d
      where not n.is_new and d.environment_id = p_environment and d.employment_id = n.employment_id
        and d.superseded_at is null and d.effective_from <= n.effective_from
      order by d.effective_from desc limit 1) b on true
  ), changed as materialized (
    select c.*, max(c.effective_from) filter (where c.effective_from <= c.today) over (partition by c.line) as last_come
    from compared c
    where c.base_from is null or c.fields <> '{}' or (c.dated and c.base_from < c.effective_from)
  ), superseded as (
    update payroll.pay_rates d set superseded_at = p_now from changed c
    where c.base_from = c.effective_from and d.environment_id = p_environment and d.employment_id = c.employment_id
      and d.effective_from = c.effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.pay_rates (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by,
      import_id, rate_type, amount, currency, rate_hours_per_week, reason_code)
    select p_environment, p_customer, c.employment_id, c.effective_from, p_now, recorded_by, p_import, c.rate_type,
      c.amount, c.currency, c.rate_hours_per_week, c.reason_code
    from changed c where (select count(*) from superseded) >= 0
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, effective_from)
  select c.line, 7, case when c.effective_from > c.today then 'pay_rate.scheduled' else 'pay_rate.effective' end,
    case when c.effective_from > c.today then 'pay_rate' end, coalesce(nullif(c.fields, '{}'), '{rateType,amount,currency}'), '{P3}',
    c.effective_from
  from changed c
  where (not c.is_new or c.effective_from > greatest(c.today, c.start_date)) and (select count(*) from inserted) >= 0
    -- Of rates from days that have come, the last one is the news.
    and (c.effective_from > c.today or c.effective_from = c.last_come);
end $$;

-- Endings; a cleared end date cancels.
create or replace function payroll.apply_endings(p_customer uuid, p_environment uuid, p_now timestamptz, p_import uuid, recorded_by text)
  returns void language plpgsql as $$
begin
  with changed as materialized (
    select w.line, w.is_new, w.employment_id, w.today, n.end_date, n.termination_reason, b.employment_id is not null as had
    from pg_temp.payroll_work w
    left join payroll.endings b on not w.is_new and b.environment_id = p_environment
      and b.employment_id = w.employment_id and b.superseded_at is null
    cross join lateral (select
      case when w.end_date is null then b.end_date else nullif(w.end_date, '')::date end as end_date,
      case when w.termination_reason is null then b.termination_reason else nullif(w.termination_reason, '') end as termination_reason) n
    where w.touches & 128 <> 0
      and (n.end_date, n.termination_reason) is distinct from (b.end_date, b.termination_reason)
  ), superseded as (
    update payroll.endings d set superseded_at = p_now from changed c
    where c.had and d.environment_id = p_environment and d.employment_id = c.employment_id and d.superseded_at is null
    returning 1
  ), unscheduled as (
    delete from payroll.pending_changes p using changed c
    where p.environment_id = p_environment and p.employment_id = c.employment_id and p.kind = 'end'
    returning 1
  ), inserted as (
    insert into payroll.endings (environment_id, customer_id, employment_id, recorded_at, recorded_by, import_id,
      end_date, termination_reason)
    select p_environment, p_customer, c.employment_id, p_now, recorded_by, p_import, c.end_date, c.termination_reason
    from changed c where (select count(*) from superseded) + (select count(*) from unscheduled) >= 0
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, effective_from)
  select c.line, 8, case when c.end_date is null then 'employment.termination_cancelled'
      when c.end_date >= c.today then 'employment.termination_scheduled' else 'employment.terminated' end,
    case when c.end_date >= c.today then 'end' end, '{endDate,terminationReason}', '{P1,P3}',
    coalesce(c.end_date + 1, c.today)
  from changed c
  where (not c.is_new or c.end_date >= c.today) and (select count(*) from inserted) >= 0;
end $$;
