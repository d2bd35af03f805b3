-- Mail going out (schema mail), and the desk: mail coming in, tickets, mail held for a person.

create schema mail;

-- What the outbox is searched by.
create function mail.words_of(subject text, kind text, recipients text[]) returns tsvector
  language sql immutable parallel safe as $$
  select platform.words_of(subject || ' ' || kind || ' ' || array_to_string(recipients, ' '))
$$;

create table mail.outbox (
  id uuid primary key default uuidv7(),
  customer_id uuid,
  integration_id uuid,
  kind text not null check (kind ~ '^[a-z][a-z-]{1,59}$'),
  automatic boolean not null,
  sender text not null,
  recipients text[] not null check (cardinality(recipients) between 1 and 100),
  subject text not null,
  body_text text,
  body_html text,
  -- Instead of its words, those of a mail that is a key: whoever reads them can act as its reader.
  body_sealed bytea,
  confidential boolean not null default false,
  reply_to text,
  headers jsonb not null default '{}',
  attachments jsonb not null default '[]',
  message_id text not null unique,
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'kept', 'failed')),
  status_detail text,
  attempts int not null default 0,
  created_at timestamptz not null,
  sent_at timestamptz,
  -- Kept in the row: the planner may rather read on from the newest than ask the index, and computing it there is slow.
  words tsvector not null generated always as (mail.words_of(subject, kind, recipients)) stored,
  check (not confidential or (body_text is null and body_html is null))
);
create index outbox_kind on mail.outbox (kind, id);
create index outbox_words on mail.outbox using gin (words);
create index outbox_customer on mail.outbox (customer_id, id);
alter table mail.outbox enable row level security;
alter table mail.outbox force row level security;
create policy own on mail.outbox using (
  customer_id is null or customer_id = nullif(current_setting('app.customer', true), '')::uuid);
create policy across on mail.outbox for select to fairlead_staff using (true);
select platform.grant_app('mail');
revoke delete on mail.outbox from fairlead_app;

-- Which of our own mails carries this Message-ID.
create function mail.outgoing_by_message_id(wanted text)
  returns table (id uuid, customer_id uuid, integration_id uuid, kind text)
  language sql stable security definer set search_path = '' as $$
  select o.id, o.customer_id, o.integration_id, o.kind from mail.outbox o where o.message_id = wanted
$$;
select platform.across_customers('mail.outgoing_by_message_id(text)');

-- How many automatic mails an address was sent since a moment: the budget of answers.
create function mail.automatic_count(address text, since timestamptz) returns int
  language sql stable security definer set search_path = '' as $$
  select count(*)::int from mail.outbox o
  where o.automatic and o.kind = 'ticket-received' and o.created_at >= since and lower(address) = any (o.recipients)
$$;
select platform.across_customers('mail.automatic_count(text,timestamptz)');

create function mail.outbox_across_customers(search text, of_kind text, of_status text, before uuid, at_most int)
  returns table (id uuid, customer_id uuid, customer_code text, customer_name text, integration_id uuid, kind text,
    automatic boolean, sender text, recipients text[], subject text, reply_to text, body_text text, body_html text,
    body_sealed bytea, confidential boolean, attachments jsonb, message_id text, status text, status_detail text, attempts int, created_at timestamptz,
    sent_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select o.id, o.customer_id, c.code, c.name, o.integration_id, o.kind, o.automatic, o.sender, o.recipients, o.subject,
         o.reply_to, o.body_text, o.body_html, o.body_sealed, o.confidential, o.attachments, o.message_id, o.status, o.status_detail, o.attempts,
         o.created_at, o.sent_at
  from mail.outbox o left join customers.customers c on c.id = o.customer_id
  where (before is null or o.id < before)
    and (of_kind is null or o.kind = of_kind)
    and (of_status is null or o.status = of_status)
    and (search is null or o.words @@ platform.search_of(search)
         or o.customer_id = any (array(
           select k.id from customers.customers k
           where customers.words_of(k.code, k.name, k.service_model) @@ platform.search_of(search))))
  order by o.id desc limit at_most
$$;
select platform.across_customers('mail.outbox_across_customers(text,text,text,uuid,int)');

create function mail.outgoing_across_customers(wanted uuid)
  returns table (id uuid, customer_id uuid, customer_code text, customer_name text, integration_id uuid, kind text,
    automatic boolean, sender text, recipients text[], subject text, reply_to text, body_text text, body_html text,
    body_sealed bytea, confidential boolean, attachments jsonb, message_id text, status text, status_detail text, attempts int, created_at timestamptz,
    sent_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select o.id, o.customer_id, c.code, c.name, o.integration_id, o.kind, o.automatic, o.sender, o.recipients, o.subject,
         o.reply_to, o.body_text, o.body_html, o.body_sealed, o.confidential, o.attachments, o.message_id, o.status, o.status_detail, o.attempts,
         o.created_at, o.sent_at
  from mail.outbox o left join customers.customers c on c.id = o.customer_id
  where o.id = wanted
$$;
select platform.across_customers('mail.outgoing_across_customers(uuid)');

create schema desk;

-- Every mail as it came, before anybody knows whose it is. The bytes are in the object store.
create table desk.inbox (
  id uuid primary key default uuidv7(),
  -- Null once they were removed: of a mail that was held, discarded, and not taken back in time.
  object_key text,
  sha256 bytea not null,
  size_bytes bigint not null,
  envelope_from text not null,
  envelope_to text[] not null,
  remote_address text not null,
  helo text,
  authenticated_as text,
  received_at timestamptz not null,
  state text not null default 'stored' check (state in ('stored', 'processed')),
  outcome text check (outcome in ('ticket-created', 'appended', 'held', 'automatic', 'bounce', 'duplicate', 'own', 'unparseable')),
  processed_at timestamptz,
  check ((state = 'processed') = (outcome is not null))
);
create index inbox_waiting on desk.inbox (id) where state = 'stored';

-- A copy of a mail with the same id and the same content is dropped.
create table desk.seen_messages (
  message_id text not null,
  content_sha256 bytea not null,
  inbox_id uuid not null references desk.inbox (id),
  primary key (message_id, content_sha256)
);

-- Mail that waits for a person, because no rule could say safely where it belongs.
create table desk.held_mails (
  id uuid primary key default uuidv7(),
  inbox_id uuid not null references desk.inbox (id),
  reason text not null check (reason in ('unknown-sender', 'unproved-sender', 'not-taking-part', 'no-customer',
    'several-customers', 'subject-only', 'unparseable')),
  -- What the person who decides reads; forgotten with the decision.
  content jsonb,
  suggested_ticket_id uuid,
  suggested_for uuid,
  received_at timestamptz not null,
  decision text check (decision in ('append', 'make-ticket', 'discard', 'replay')),
  decided_by uuid,
  decided_at timestamptz,
  check ((decision is null) = (content is not null))
);
create index held_mails_waiting on desk.held_mails (id) where decision is null;

create sequence desk.ticket_numbers start 1001;

-- What the staff's list of tickets is searched by.
create function desk.words_of(number bigint, subject text, requester_name text, requester_address text) returns tsvector
  language sql immutable parallel safe as $$
  select platform.words_of(number || ' ' || subject || ' ' || coalesce(requester_name, '') || ' ' || requester_address)
$$;

create table desk.tickets (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  number bigint not null unique default nextval('desk.ticket_numbers'),
  subject text not null,
  status text not null default 'open' check (status in ('open', 'held', 'closed')),
  hold_reason text,
  integration_id uuid,
  assignee_id uuid,
  requester_name text,
  requester_address text not null,
  verified boolean not null,
  linked_ticket_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  -- Kept in the row, as in the outbox.
  words tsvector not null generated always as (desk.words_of(number, subject, requester_name, requester_address)) stored,
  primary key (customer_id, id),
  unique (customer_id, integration_id),
  check ((status = 'held') = (hold_reason is not null)),
  check ((status = 'closed') = (closed_at is not null))
);
create unique index tickets_id on desk.tickets (id);
create index tickets_words on desk.tickets using gin (words);
select platform.protect_customer('desk.tickets');

create table desk.mails (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  ticket_id uuid not null,
  direction text not null check (direction in ('in', 'out')),
  inbox_id uuid references desk.inbox (id),
  outbox_id uuid references mail.outbox (id),
  from_name text,
  from_address text not null,
  recipients text[] not null,
  subject text not null,
  body_text text not null,
  body_html text,
  attachments jsonb not null default '[]',
  message_id text,
  verified_by text not null check (verified_by in ('own', 'submission', 'token', 'dmarc', 'person', 'none')),
  at timestamptz not null,
  primary key (customer_id, id),
  foreign key (customer_id, ticket_id) references desk.tickets (customer_id, id),
  check ((direction = 'in') = (inbox_id is not null))
);
create index mails_ticket on desk.mails (customer_id, ticket_id, at);
create unique index mails_inbox on desk.mails (inbox_id) where inbox_id is not null;
select platform.protect_customer('desk.mails');

create table desk.entries (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  ticket_id uuid not null,
  kind text not null check (kind in ('note', 'change')),
  change text check (change in ('created', 'bound', 'assigned', 'held', 'closed', 'reopened', 'subject-changed')),
  body text,
  by_name text not null,
  at timestamptz not null,
  primary key (customer_id, id),
  foreign key (customer_id, ticket_id) references desk.tickets (customer_id, id),
  check ((kind = 'change') = (change is not null))
);
create index entries_ticket on desk.entries (customer_id, ticket_id, at);
select platform.protect_customer('desk.entries');

-- Who takes part in a ticket, by address.
create table desk.participants (
  customer_id uuid not null,
  ticket_id uuid not null,
  address text not null check (address = lower(address)),
  primary key (customer_id, ticket_id, address),
  foreign key (customer_id, ticket_id) references desk.tickets (customer_id, id)
);
select platform.protect_customer('desk.participants');

-- Message-IDs of a ticket's mails, ids they only refer to, and tokens of other helpdesks in their subjects.
create table desk.thread_references (
  customer_id uuid not null,
  reference text not null,
  ticket_id uuid not null,
  primary key (customer_id, reference),
  foreign key (customer_id, ticket_id) references desk.tickets (customer_id, id)
);
create index thread_references_by_text on desk.thread_references (reference);
select platform.protect_customer('desk.thread_references');

-- Integrations that have asked for a ticket; a plain mail's ticket is offered for linking to these.
create table desk.ticket_requests (
  customer_id uuid not null,
  integration_id uuid not null,
  title text not null,
  requested_at timestamptz not null,
  ticket_id uuid,
  -- Not while the integration is over.
  waiting boolean not null default true,
  primary key (customer_id, integration_id)
);
select platform.protect_customer('desk.ticket_requests');

select platform.grant_app('desk');
revoke delete on desk.inbox, desk.held_mails, desk.tickets, desk.mails from fairlead_app;
revoke update, delete on desk.entries, desk.seen_messages from fairlead_app;

create function desk.tickets_across_customers(
    of_status text, of_assignee uuid, of_customer uuid, search text, only_unlinked boolean, before_number bigint,
    at_most int)
  returns table (id uuid, customer_id uuid, customer_code text, customer_name text, number bigint, subject text,
    status text, hold_reason text, integration_id uuid, assignee_id uuid, assignee_name text, requester_name text,
    requester_address text, verified boolean, mails int, created_at timestamptz, updated_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select t.id, t.customer_id, c.code, c.name, t.number, t.subject, t.status, t.hold_reason, t.integration_id,
         t.assignee_id, p.name, t.requester_name, t.requester_address, t.verified,
         (select count(*)::int from desk.mails m where m.customer_id = t.customer_id and m.ticket_id = t.id),
         t.created_at, t.updated_at
  from desk.tickets t
  join customers.customers c on c.id = t.customer_id
  left join access.people p on p.id = t.assignee_id
  where (of_status is null or t.status = of_status)
    and (of_assignee is null or t.assignee_id = of_assignee)
    and (of_customer is null or t.customer_id = of_customer)
    and (not coalesce(only_unlinked, false) or t.integration_id is null)
    and (before_number is null or t.number < before_number)
    and (search is null
         or t.words @@ platform.search_of(search)
         or t.customer_id = any (array(
           select k.id from customers.customers k
           where customers.words_of(k.code, k.name, k.service_model) @@ platform.search_of(search))))
  order by t.number desc limit at_most
$$;
select platform.across_customers('desk.tickets_across_customers(text,uuid,uuid,text,boolean,bigint,int)');

create function desk.find_ticket(wanted uuid) returns table (id uuid, customer_id uuid, number bigint, subject text,
    customer_code text, customer_name text)
  language sql stable security definer set search_path = '' as $$
  select t.id, t.customer_id, t.number, t.subject, c.code, c.name
  from desk.tickets t join customers.customers c on c.id = t.customer_id where t.id = wanted
$$;
select platform.across_customers('desk.find_ticket(uuid)');

create function desk.find_ticket_by_number(wanted bigint) returns table (id uuid, customer_id uuid)
  language sql stable security definer set search_path = '' as $$
  select t.id, t.customer_id from desk.tickets t where t.number = wanted
$$;
select platform.across_customers('desk.find_ticket_by_number(bigint)');

-- The tickets that know these references, in the order in which the references are given; an answer to what we wrote
-- about an integration belongs to that integration's ticket.
create function desk.find_tickets_by_references(wanted text[]) returns table (id uuid, customer_id uuid)
  language sql stable security definer set search_path = '' as $$
  select found.id, found.customer_id
  from unnest(wanted) with ordinality as w(reference, n)
  cross join lateral (
    select r.ticket_id as id, r.customer_id from desk.thread_references r where r.reference = w.reference
    union all
    select t.id, t.customer_id
    from mail.outbox o join desk.tickets t on t.customer_id = o.customer_id and t.integration_id = o.integration_id
    where o.message_id = w.reference) found
  order by w.n limit 5
$$;
select platform.across_customers('desk.find_tickets_by_references(text[])');

create function desk.takes_part(in_ticket uuid, wanted text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (select from desk.participants p where p.ticket_id = in_ticket and p.address = lower(wanted))
$$;
select platform.across_customers('desk.takes_part(uuid,text)');

-- A suggestion only: a ticket of this sender with this subject.
create function desk.find_tickets_by_subject(wanted text, address text) returns table (id uuid, customer_id uuid)
  language sql stable security definer set search_path = '' as $$
  select t.id, t.customer_id
  from desk.tickets t
  join desk.participants p on p.customer_id = t.customer_id and p.ticket_id = t.id and p.address = lower($2)
  where lower(t.subject) = lower(wanted)
  order by t.number desc limit 1
$$;
select platform.across_customers('desk.find_tickets_by_subject(text,text)');

-- Customers whose name or code a text names, and those with a contact among the addresses.
create function desk.customers_named(words text, addresses text[]) returns table (id uuid)
  language sql stable security definer set search_path = '' as $$
  select c.id from customers.customers c
  where (length(c.name) >= 4 and strpos(lower(words), lower(c.name)) > 0)
     or words ~ ('\m' || c.code || '\M')
     or exists (select from customers.contacts k where k.customer_id = c.id and k.email = any (addresses))
     or exists (select from access.people p where p.customer_id = c.id and p.email = any (addresses))
  limit 5
$$;
select platform.across_customers('desk.customers_named(text,text[])');

create function desk.customer_by_id(wanted uuid) returns table (id uuid, code text, name text)
  language sql stable security definer set search_path = '' as $$
  select c.id, c.code, c.name from customers.customers c where c.id = wanted
$$;
select platform.across_customers('desk.customer_by_id(uuid)');
