-- The pipeline: cards on the board "Customer Pipeline" and opportunities.

create schema pipeline;

create table pipeline.cards (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  board text not null default 'Customer Pipeline',
  title text not null check (length(title) between 1 and 200),
  column_key text not null check (column_key in ('waiting', 'ready', 'development', 'testing', 'live', 'closed')),
  integration_id uuid,
  assignee_id uuid,
  created_at timestamptz not null,
  moved_at timestamptz not null,
  primary key (customer_id, id),
  unique (customer_id, integration_id)
);
select platform.protect_customer('pipeline.cards');

create table pipeline.opportunities (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  title text not null check (length(title) between 1 and 200),
  stage text not null check (stage in ('prospect', 'discovery', 'estimate', 'proposal', 'won', 'lost')),
  amount_cents bigint check (amount_cents >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  integration_id uuid,
  created_at timestamptz not null,
  moved_at timestamptz not null,
  primary key (customer_id, id),
  unique (customer_id, integration_id)
);
select platform.protect_customer('pipeline.opportunities');

-- What happened to a card or an opportunity, in one sentence each.
create table pipeline.history (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  at timestamptz not null,
  by_name text not null,
  what text not null,
  primary key (customer_id, id)
);
create index history_subject on pipeline.history (customer_id, subject_id, at);
select platform.protect_customer('pipeline.history');

select platform.grant_app('pipeline');
revoke delete on pipeline.cards, pipeline.opportunities from fairlead_app;
revoke update, delete on pipeline.history from fairlead_app;

-- The cards of the board, the longest waiting first in each column, at most so many a column.
create function pipeline.cards_across_customers(of_board text, at_most int)
  returns table (id uuid, customer_id uuid, customer_code text, customer_name text, title text, column_key text,
    integration_id uuid, assignee_id uuid, assignee_name text, created_at timestamptz, moved_at timestamptz, in_column int)
  language sql stable security definer set search_path = '' as $$
  select id, customer_id, code, name, title, column_key, integration_id, assignee_id, assignee_name, created_at, moved_at,
         in_column
  from (
    select k.id, k.customer_id, c.code, c.name, k.title, k.column_key, k.integration_id, k.assignee_id,
           p.name as assignee_name, k.created_at, k.moved_at,
           count(*) over (partition by k.column_key)::int as in_column,
           row_number() over (partition by k.column_key order by k.moved_at, k.id) as place
    from pipeline.cards k
    join customers.customers c on c.id = k.customer_id
    left join access.people p on p.id = k.assignee_id
    where k.board = of_board) ranked
  where place <= at_most
  order by column_key, place
$$;
select platform.across_customers('pipeline.cards_across_customers(text,int)');

create function pipeline.opportunities_across_customers(
    of_stage text, of_customer uuid, search text, before uuid, at_most int)
  returns table (id uuid, customer_id uuid, customer_code text, customer_name text, title text, stage text,
    amount_cents bigint, currency text, integration_id uuid, created_at timestamptz, moved_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select o.id, o.customer_id, c.code, c.name, o.title, o.stage, o.amount_cents, o.currency, o.integration_id,
         o.created_at, o.moved_at
  from pipeline.opportunities o join customers.customers c on c.id = o.customer_id
  where (of_stage is null or o.stage = of_stage)
    and (of_customer is null or o.customer_id = of_customer)
    and (search is null
         or (platform.words_of(o.title) || customers.words_of(c.code, c.name, c.service_model))
            @@ platform.search_of(search))
    and (before is null or o.id < before)
  order by o.id desc limit at_most
$$;
select platform.across_customers('pipeline.opportunities_across_customers(text,uuid,text,uuid,int)');
