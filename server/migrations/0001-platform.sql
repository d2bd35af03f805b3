-- The platform: roles, tenancy, the event log with its cursors, the audit trail, business timers, jobs.

do $$
begin
  if not exists (select from pg_roles where rolname = 'fairlead_app') then
    create role fairlead_app nologin nobypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'fairlead_dispatcher') then
    create role fairlead_dispatcher nologin nobypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'fairlead_staff') then
    create role fairlead_staff nologin nobypassrls;
  end if;
  -- Without inheriting: what fairlead_staff may see across customers, the login that owns the tables may not.
  grant fairlead_app, fairlead_dispatcher, fairlead_staff to current_user with set true, inherit false;
exception when duplicate_object or unique_violation then null;
end $$;

create schema platform;
grant usage on schema platform to fairlead_app, fairlead_dispatcher, fairlead_staff;

-- After a transaction-local setting has ended its value is an empty text, not null.
create function platform.current_customer() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.customer', true), '')::uuid $$;
create function platform.current_environment() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.environment', true), '')::uuid $$;

-- Row-level security for a table of one customer's rows (column customer_id).
create function platform.protect_customer(target text) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy customer on %s using (customer_id = nullif(current_setting(''app.customer'', true), '''')::uuid)', target);
  execute format('create policy across on %s for select to fairlead_staff using (true)', target);
end $$;

-- Row-level security for a table of one environment's rows (columns customer_id and environment_id).
create function platform.protect_environment(target text) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy environment on %s using (environment_id = nullif(current_setting(''app.environment'', true), '''')::uuid)', target);
  execute format('create policy across on %s for select to fairlead_staff using (true)', target);
end $$;

-- What the application may do with a module's schema. Append-only tables take update and delete away again.
create function platform.grant_app(target text) returns void language plpgsql as $$
begin
  execute format('grant usage on schema %I to fairlead_app, fairlead_staff', target);
  execute format('grant select, insert, update, delete on all tables in schema %I to fairlead_app', target);
  execute format('grant usage on all sequences in schema %I to fairlead_app', target);
  execute format('grant select on all tables in schema %I to fairlead_staff', target);
  execute format('grant execute on all functions in schema %I to fairlead_app', target);
end $$;

-- Hands a security definer function to the role that may read across customers; the application may call it.
create function platform.across_customers(signature text) returns void language plpgsql as $$
declare
  target regprocedure := signature::regprocedure;
  in_schema text := (select n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.oid = target);
begin
  execute format('revoke all on function %s from public', target);
  execute format('grant execute on function %s to fairlead_app', target);
  execute format('grant usage, create on schema %I to fairlead_staff', in_schema);
  execute format('alter function %s owner to fairlead_staff', target);
  execute format('revoke create on schema %I from fairlead_staff', in_schema);
end $$;

create table platform.clock (
  single boolean primary key default true check (single),
  offset_ms bigint not null default 0
);
insert into platform.clock default values;

create table platform.streams (
  id uuid primary key,
  kind text not null check (kind in ('environment', 'customer', 'vendor')),
  customer_id uuid,
  environment_id uuid,
  head bigint not null default 0,
  check (kind = 'vendor' or customer_id is not null),
  check ((kind = 'environment') = (environment_id is not null))
) with (fillfactor = 50);
alter table platform.streams enable row level security;
alter table platform.streams force row level security;
create policy own on platform.streams using (
  id = nullif(current_setting('app.environment', true), '')::uuid
  or id = nullif(current_setting('app.customer', true), '')::uuid
  or kind = 'vendor');
create policy heads on platform.streams for select to fairlead_dispatcher using (true);
create policy across on platform.streams for select to fairlead_staff using (true);
insert into platform.streams (id, kind) values ('00000000-0000-7000-8000-000000000001', 'vendor');

create table platform.events (
  stream_id uuid not null,
  sequence bigint not null,
  recorded_at timestamptz not null,
  id uuid not null default uuidv7(),
  type text not null,
  subject jsonb not null,
  data jsonb not null,
  effective_from date,
  actor jsonb not null,
  source jsonb not null,
  primary key (stream_id, sequence, recorded_at)
) partition by range (recorded_at);
alter table platform.events enable row level security;
alter table platform.events force row level security;
create policy own on platform.events using (
  stream_id in (
    nullif(current_setting('app.environment', true), '')::uuid,
    nullif(current_setting('app.customer', true), '')::uuid,
    '00000000-0000-7000-8000-000000000001'::uuid));
create policy across on platform.events for select to fairlead_staff using (true);
create table platform.events_default partition of platform.events default;

-- Makes the partitions of the months from the one before `around` to three after it, where they are missing: one asker
-- after the other, and without holding up the log behind a long transaction. A month that the default partition has
-- rows of stays there.
create function platform.ensure_event_partitions(around date) returns void
  language plpgsql security definer set search_path = '' set lock_timeout = '2s' as $$
declare
  first_day date;
  name text;
begin
  perform pg_advisory_xact_lock(7270465);
  for i in -1..3 loop
    first_day := (date_trunc('month', around::timestamp) + make_interval(months => i))::date;
    name := 'events_' || to_char(first_day, 'YYYY_MM');
    if to_regclass('platform.' || name) is null
      and not exists (select from platform.events_default
                      where recorded_at >= (first_day::timestamp at time zone 'UTC')
                        and recorded_at < ((first_day + interval '1 month')::timestamp at time zone 'UTC')) then
      execute format(
        'create table platform.%I partition of platform.events for values from (%L) to (%L)', name,
        first_day::timestamp at time zone 'UTC', (first_day + interval '1 month')::timestamp at time zone 'UTC');
    end if;
  end loop;
end $$;

-- Appends events to one stream and returns its new head. Raising the counter is what orders the log: the row stays
-- locked until commit, so this is the last statement of a transaction.
create function platform.append_events(stream uuid, by_actor jsonb, new_events jsonb, at timestamptz)
  returns bigint language plpgsql as $$
declare
  added int := jsonb_array_length(new_events);
  new_head bigint;
begin
  update platform.streams set head = head + added where id = stream returning head into new_head;
  if new_head is null then
    raise exception 'no stream % in this scope', stream using errcode = 'no_data_found';
  end if;
  insert into platform.events (stream_id, sequence, recorded_at, type, subject, data, effective_from, actor, source)
  select stream, new_head - added + e.n, at, e.fact->>'type', e.fact->'subject', coalesce(e.fact->'data', '{}'),
         (e.fact->>'effective_from')::date, by_actor, coalesce(e.fact->'source', '{}')
  from jsonb_array_elements(new_events) with ordinality as e(fact, n);
  return new_head;
end $$;

create table platform.cursors (
  consumer text not null,
  stream_id uuid not null,
  sequence bigint not null default 0,
  failures int not null default 0,
  failing_since timestamptz,
  retry_at timestamptz,
  error text,
  primary key (consumer, stream_id)
) with (fillfactor = 50);
create index cursors_failing on platform.cursors (consumer) where failing_since is not null;

-- The streams that hold events which a consumer has not handled and that are not waiting for a retry: those after `after`
-- first, so that whoever goes on from the last one comes to each in turn, however busy the others are.
create function platform.pending_streams(for_consumer text, of_kinds text[], after uuid, at_most int)
  returns table (id uuid, kind text, customer_id uuid, environment_id uuid)
  language sql stable security definer set search_path = '' as $$
  select s.id, s.kind, s.customer_id, s.environment_id
  from platform.streams s
  left join platform.cursors c on c.consumer = for_consumer and c.stream_id = s.id
  where s.kind = any (of_kinds) and s.head > coalesce(c.sequence, 0)
    and (c.retry_at is null or c.retry_at <= clock_timestamp())
  order by s.id <= after, s.id
  limit at_most
$$;

-- Locks a consumer's cursor on a stream and returns where it stands and how often it failed there; nulls when another
-- worker holds it.
create function platform.lock_cursor(for_consumer text, stream uuid, out at bigint, out failed int) language plpgsql as $$
begin
  select sequence, failures into at, failed from platform.cursors
  where consumer = for_consumer and stream_id = stream for update skip locked;
  if found then return; end if;
  insert into platform.cursors (consumer, stream_id) values (for_consumer, stream)
  on conflict do nothing returning sequence, failures into at, failed;
end $$;

create function platform.postpone_cursor(for_consumer text, stream uuid, reason text, max_backoff_ms int)
  returns void language sql as $$
  insert into platform.cursors as c (consumer, stream_id, failures, failing_since, retry_at, error)
  values (for_consumer, stream, 1, clock_timestamp(), clock_timestamp() + interval '100 ms', reason)
  on conflict (consumer, stream_id) do update
  set failures = c.failures + 1, error = reason, failing_since = coalesce(c.failing_since, excluded.failing_since),
      retry_at = clock_timestamp()
        + make_interval(secs => least(max_backoff_ms, 100 * power(2, least(c.failures, 20))) / 1000.0)
$$;

create table platform.audit (
  id uuid primary key default uuidv7(),
  at timestamptz not null,
  actor jsonb not null,
  customer_id uuid,
  environment_id uuid,
  action text not null,
  subject text,
  detail jsonb not null
);
create index audit_customer on platform.audit (customer_id, id);
create index audit_at on platform.audit (at);
create index audit_subject on platform.audit (subject);
create index audit_actor on platform.audit ((actor->>'id'));
alter table platform.audit enable row level security;
alter table platform.audit force row level security;
create policy own on platform.audit using (
  customer_id is null or customer_id = nullif(current_setting('app.customer', true), '')::uuid);
create policy across on platform.audit for select to fairlead_staff using (true);

create table platform.timers (
  kind text not null,
  key text not null,
  due_at timestamptz not null,
  customer_id uuid,
  environment_id uuid,
  payload jsonb,
  attempts int not null default 0,
  error text,
  primary key (kind, key)
);
create index timers_due on platform.timers (due_at);
alter table platform.timers enable row level security;
alter table platform.timers force row level security;
create policy own on platform.timers using (
  customer_id is null or customer_id = nullif(current_setting('app.customer', true), '')::uuid);
create policy across on platform.timers for select to fairlead_staff using (true);

-- The timers that are due, whoever's they are: where to look, not what is in them.
create function platform.due_timers(at timestamptz, at_most int)
  returns table (kind text, key text, customer_id uuid, environment_id uuid)
  language sql stable security definer set search_path = '' as $$
  select t.kind, t.key, t.customer_id, t.environment_id from platform.timers t
  where t.due_at <= at
  order by t.due_at limit at_most
$$;

-- Adds background jobs, as the owner of the queue; the application itself may not touch the queue's tables.
create function platform.add_jobs(new_jobs jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  one record;
begin
  for one in select * from jsonb_to_recordset(new_jobs) as j(job text, payload json, key text, "runAt" timestamptz) loop
    perform graphile_worker.add_job(one.job, one.payload, run_at => one."runAt", job_key => one.key, max_attempts => 25);
  end loop;
end $$;

create table platform.settings (
  name text primary key,
  value jsonb not null
);

grant select, insert, update, delete on platform.clock, platform.streams, platform.cursors, platform.timers,
  platform.settings to fairlead_app;
grant select, insert on platform.events, platform.audit to fairlead_app;
grant select on platform.streams, platform.cursors to fairlead_dispatcher;
grant select on all tables in schema platform to fairlead_staff;
grant execute on all functions in schema platform to fairlead_app;
revoke execute on function platform.protect_customer(text), platform.protect_environment(text),
  platform.grant_app(text), platform.across_customers(text) from public, fairlead_app;
select platform.across_customers('platform.due_timers(timestamptz,int)');
grant create on schema platform to fairlead_dispatcher;
alter function platform.pending_streams(text, text[], uuid, int) owner to fairlead_dispatcher;
revoke create on schema platform from fairlead_dispatcher;
select platform.ensure_event_partitions(current_date);
grant execute on function platform.ensure_event_partitions(date) to fairlead_app;

-- Where every stream stands, for live updates on screens: numbers only.
create function platform.stream_heads() returns table (id uuid, kind text, customer_id uuid, environment_id uuid, head bigint)
  language sql stable security definer set search_path = '' as $$
  select s.id, s.kind, s.customer_id, s.environment_id, s.head from platform.streams s
$$;
grant execute on function platform.stream_heads() to fairlead_app;
grant create on schema platform to fairlead_dispatcher;
alter function platform.stream_heads() owner to fairlead_dispatcher;
revoke create on schema platform from fairlead_dispatcher;

-- Letters as somebody types them who has no macrons at hand: lower case, without marks over or under them.
create function platform.folded(words text) returns text language sql immutable parallel safe as $$
  select regexp_replace(lower(normalize(words, nfd) collate "pg_c_utf8"), '[\u0300-\u036f]', '', 'g')
$$;

-- The words of a text, folded, for an index that finds them.
create function platform.words_of(words text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array_remove(
    regexp_split_to_array(platform.folded(words), '[^[:alnum:]]+'), ''))
$$;

-- Finds a text in which every word of a search begins a word; null, which finds nothing, for a search without any.
create function platform.search_of(search text) returns tsquery language sql immutable parallel safe as $$
  select string_agg(quote_literal(word) || ':*', ' & ')::tsquery
  from unnest(array_remove(regexp_split_to_array(platform.folded(search), '[^[:alnum:]]+'), '')) word
$$;
create index audit_words on platform.audit using gin (platform.words_of(action));
