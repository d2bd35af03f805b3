-- The usage ledger: calls, messages and rows per environment and day, and the vendor's policy.

create schema fair_use;

-- The vendor's figures, by version; the newest is in force. No row: the meter only observes.
create table fair_use.policies (
  version int primary key generated always as identity,
  set_at timestamptz not null,
  set_by_name text not null,
  body jsonb not null
);

-- Every batch of counts that was taken in, so that the same one is never counted twice.
create table fair_use.batches (
  node text not null,
  boot uuid not null,
  sequence bigint not null,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (node, boot, sequence)
);
create index batches_taken_at on fair_use.batches using brin (taken_at);

-- What was used on a day of the vendor's time zone. `within` is set when the day is closed.
create table fair_use.daily (
  customer_id uuid not null,
  environment_id uuid not null,
  day date not null,
  calls bigint not null default 0 check (calls >= 0),
  messages bigint not null default 0 check (messages >= 0),
  rows bigint not null default 0 check (rows >= 0),
  counted_at timestamptz,
  counted_total bigint,
  within boolean,
  primary key (environment_id, day)
) with (fillfactor = 70);
create index daily_day on fair_use.daily (day);
select platform.protect_environment('fair_use.daily');

-- A threshold fires once per environment, meter and period.
create table fair_use.thresholds (
  customer_id uuid not null,
  environment_id uuid not null,
  meter text not null check (meter in ('calls', 'messages', 'rows')),
  period_start date not null,
  percent int not null,
  reached_at timestamptz not null,
  primary key (environment_id, meter, period_start, percent)
);
select platform.protect_environment('fair_use.thresholds');

-- Environments whose days are counted, and the first day that is not closed yet.
create table fair_use.metered (
  customer_id uuid not null,
  environment_id uuid not null,
  since date not null,
  next_day date not null,
  primary key (environment_id)
);
select platform.protect_environment('fair_use.metered');

-- Takes one batch of counts in, once: null when it was taken in before. Each count is written in its own
-- environment's scope, always in the same order, so that two batches never wait for each other in a ring.
create function fair_use.take_batch(of_node text, of_boot uuid, numbered bigint, counts jsonb)
  returns table (customer_id uuid, environment_id uuid, day date, calls bigint, messages bigint, rows bigint,
    month_calls bigint, month_messages bigint, month_rows bigint)
  language plpgsql as $$
declare
  counted record;
begin
  insert into fair_use.batches (node, boot, sequence) values (of_node, of_boot, numbered) on conflict do nothing;
  if not found then return; end if;
  for counted in
    select c.customer_id, c.environment_id, c.day,
           coalesce(sum(c.quantity) filter (where c.meter = 'calls'), 0) as calls,
           coalesce(sum(c.quantity) filter (where c.meter = 'messages'), 0) as messages,
           coalesce(sum(c.quantity) filter (where c.meter = 'rows'), 0) as rows
    from jsonb_to_recordset(counts)
      as c(customer_id uuid, environment_id uuid, day date, meter text, quantity bigint)
    group by 1, 2, 3 order by 2, 3
  loop
    perform set_config('app.customer', counted.customer_id::text, true),
            set_config('app.environment', counted.environment_id::text, true);
    insert into fair_use.daily as d (customer_id, environment_id, day, calls, messages, rows)
    values (counted.customer_id, counted.environment_id, counted.day, counted.calls, counted.messages, counted.rows)
    on conflict on constraint daily_pkey do update
    set calls = d.calls + excluded.calls, messages = d.messages + excluded.messages, rows = d.rows + excluded.rows;
    return query
      select counted.customer_id, counted.environment_id, counted.day,
             max(d.calls) filter (where d.day = counted.day),
             max(d.messages) filter (where d.day = counted.day),
             max(d.rows) filter (where d.day = counted.day),
             sum(d.calls)::bigint, sum(d.messages)::bigint, sum(d.rows)::bigint
      from fair_use.daily d
      where d.environment_id = counted.environment_id
        and d.day between date_trunc('month', counted.day)::date
                  and (date_trunc('month', counted.day) + interval '1 month - 1 day')::date;
  end loop;
end $$;

select platform.grant_app('fair_use');
revoke update, delete on fair_use.policies from fairlead_app;

-- A day's usage of all environments, heaviest first, for staff.
create function fair_use.day_across_customers(wanted date, at_most int)
  returns table (customer_id uuid, environment_id uuid, customer_code text, customer_name text, head_count int,
    environment_kind text, calls bigint, messages bigint, rows bigint,
    month_calls bigint, month_messages bigint, month_rows bigint)
  language sql stable security definer set search_path = '' as $$
  select d.customer_id, d.environment_id, c.code, c.name, c.head_count, e.kind, d.calls, d.messages, d.rows,
         m.calls, m.messages, m.rows
  from fair_use.daily d
  join customers.customers c on c.id = d.customer_id
  join customers.environments e on e.id = d.environment_id
  cross join lateral (
    select sum(x.calls)::bigint as calls, sum(x.messages)::bigint as messages, sum(x.rows)::bigint as rows
    from fair_use.daily x
    where x.environment_id = d.environment_id and x.day between date_trunc('month', wanted)::date and wanted) m
  where d.day = wanted
  order by d.calls + d.messages + d.rows desc, d.environment_id
  limit at_most
$$;
select platform.across_customers('fair_use.day_across_customers(date,int)');
