-- Integrations: the append-only history, its projection, and what waits on whom.

create schema integrations;

create sequence integrations.numbers;

-- The projection of a history. `folded` is the whole integration; the columns beside it are for lists.
create table integrations.integrations (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  name text not null check (length(name) between 1 and 120),
  playbook int not null,
  state text not null,
  phase text not null check (phase in ('scope', 'discovery', 'estimate', 'sign-off', 'development', 'live', 'ended')),
  final boolean not null,
  held boolean not null,
  sequence int not null check (sequence > 0),
  folded jsonb not null,
  opened_at timestamptz not null,
  since timestamptz not null,
  changed_at timestamptz not null,
  primary key (customer_id, id)
);
create unique index integrations_id on integrations.integrations (id);
-- What was asked for, issued or compared for one integration names one of the same customer.
alter table credentials.key_requests add constraint key_requests_integration
  foreign key (customer_id, integration_id) references integrations.integrations (customer_id, id);
alter table credentials.api_keys add constraint api_keys_integration
  foreign key (customer_id, integration_id) references integrations.integrations (customer_id, id);
alter table data_audits.extracts add constraint extracts_integration
  foreign key (customer_id, integration_id) references integrations.integrations (customer_id, id);
alter table data_audits.audits add constraint audits_integration
  foreign key (customer_id, integration_id) references integrations.integrations (customer_id, id);
create index integrations_changed on integrations.integrations (changed_at desc, id desc);
create index integrations_phase on integrations.integrations (phase, since, id);
select platform.protect_customer('integrations.integrations');

create table integrations.history (
  customer_id uuid not null,
  integration_id uuid not null,
  sequence int not null check (sequence > 0),
  at timestamptz not null,
  kind text not null,
  actor jsonb not null,
  fact jsonb not null,
  primary key (customer_id, integration_id, sequence),
  foreign key (customer_id, integration_id) references integrations.integrations (customer_id, id)
    deferrable initially deferred
);
select platform.protect_customer('integrations.history');

-- On whom an integration waits: a person, or whoever holds a role ('customer' for the customer's people).
create table integrations.waits (
  customer_id uuid not null,
  integration_id uuid not null,
  position int not null,
  role text not null,
  person_id uuid,
  step text,
  sentence text not null,
  since timestamptz not null,
  -- Business time on hold since then.
  paused_seconds int not null,
  due_at timestamptz,
  primary key (customer_id, integration_id, position),
  foreign key (customer_id, integration_id) references integrations.integrations (customer_id, id)
);
create index waits_person on integrations.waits (person_id);
create index waits_role on integrations.waits (role);
select platform.protect_customer('integrations.waits');

-- What people attach to their word: a sheet, test results, a mail.
create table integrations.attachments (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  integration_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  media_type text not null,
  sha256 bytea not null check (length(sha256) = 32),
  content bytea not null check (length(content) <= 1000000),
  added_at timestamptz not null,
  primary key (customer_id, id),
  foreign key (customer_id, integration_id) references integrations.integrations (customer_id, id)
);
select platform.protect_customer('integrations.attachments');

select platform.grant_app('integrations');
revoke update, delete on integrations.history, integrations.attachments from fairlead_app;
revoke delete on integrations.integrations from fairlead_app;

-- Whether an integration fits what is looked for: words of its name or its customer, and whether it waits on one of the
-- people given, or on a role they hold where nobody is named.
create function integrations.is_wanted(one integrations.integrations, customer customers.customers, search text,
    people uuid[], held_roles text[])
  returns boolean language sql stable set search_path = '' as $$
  select (search is null
          or (platform.words_of(one.name) || customers.words_of(customer.code, customer.name, customer.service_model))
             @@ platform.search_of(search))
     and (people is null
          or not one.held and exists (
            select from integrations.waits w
            where w.customer_id = one.customer_id and w.integration_id = one.id
              and (w.person_id = any (people) or (w.person_id is null and w.role = any (held_roles)))))
$$;

-- The list for staff: the most recently changed first, or those that have been longest in their state.
create function integrations.list_across_customers(in_phase text, in_state text, search text, people uuid[],
    held_roles text[], by_since boolean, last_at timestamptz, last_id uuid, at_most int)
  returns table (id uuid, customer_id uuid, customer_code text, customer_name text, folded jsonb, changed_at timestamptz,
    since timestamptz)
  language sql stable security definer set search_path = '' as $$
  select i.id, i.customer_id, c.code, c.name, i.folded, i.changed_at, i.since
  from integrations.integrations i join customers.customers c on c.id = i.customer_id
  where (in_phase is null or i.phase = in_phase)
    and (in_state is null or i.state = in_state)
    and integrations.is_wanted(i, c, search, people, held_roles)
    and (last_at is null
         or case when by_since then (i.since, i.id) > (last_at, last_id) else (i.changed_at, i.id) < (last_at, last_id) end)
  order by case when by_since then i.since end, case when by_since then i.id end, i.changed_at desc, i.id desc
  limit at_most
$$;
select platform.across_customers(
  'integrations.list_across_customers(text,text,text,uuid[],text[],boolean,timestamptz,uuid,int)');

-- The board for staff: in each phase those that have been longest in their state, of what has ended the newest; at most
-- so many of each, with how many there are.
create function integrations.board_across_customers(search text, people uuid[], held_roles text[], at_most int)
  returns table (id uuid, customer_id uuid, customer_code text, customer_name text, folded jsonb, changed_at timestamptz,
    since timestamptz, in_phase bigint)
  language sql stable security definer set search_path = '' as $$
  select id, customer_id, code, customer_name, folded, changed_at, since, in_phase
  from (
    select i.id, i.customer_id, c.code, c.name as customer_name, i.folded, i.changed_at, i.since,
           count(*) over (partition by i.phase) as in_phase,
           row_number() over (partition by i.phase order by
             case when i.phase = 'ended' then -extract(epoch from i.changed_at) else extract(epoch from i.since) end,
             i.id) as place
    from integrations.integrations i join customers.customers c on c.id = i.customer_id
    where integrations.is_wanted(i, c, search, people, held_roles)
  ) placed
  where place <= at_most
  order by place
$$;
select platform.across_customers('integrations.board_across_customers(text,uuid[],text[],int)');

create function integrations.counts_across_customers(search text, people uuid[], held_roles text[])
  returns table (state text, phase text, count bigint)
  language sql stable security definer set search_path = '' as $$
  select i.state, i.phase, count(*)
  from integrations.integrations i join customers.customers c on c.id = i.customer_id
  where integrations.is_wanted(i, c, search, people, held_roles)
  group by 1, 2
$$;
select platform.across_customers('integrations.counts_across_customers(text,uuid[],text[])');

-- What waits on a person and those they stand in for: by name, or by role where nobody is named. Longest waiting first.
create function integrations.waits_across_customers(people uuid[], held_roles text[], at_most int)
  returns table (integration_id uuid, customer_id uuid, customer_code text, customer_name text, name text, state text,
    step text, sentence text, since timestamptz, paused_seconds int, due_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select i.id, i.customer_id, c.code, c.name, i.name, i.state, w.step, w.sentence, w.since, w.paused_seconds, w.due_at
  from integrations.waits w
  join integrations.integrations i on i.customer_id = w.customer_id and i.id = w.integration_id
  join customers.customers c on c.id = w.customer_id
  where not i.held and (w.person_id = any (people) or (w.person_id is null and w.role = any (held_roles)))
  order by w.since, i.id limit at_most
$$;
select platform.across_customers('integrations.waits_across_customers(uuid[],text[],int)');
