-- Documents: versions, comments, signing links and sign-off with evidence; estimates are one kind of them.

create schema documents;

create table documents.documents (
  id uuid primary key default uuidv7(),
  customer_id uuid not null references customers.customers (id),
  integration_id uuid,
  kind text not null check (kind in ('estimate', 'scope', 'requirements', 'solution-design', 'change-request')),
  title text not null check (length(title) between 1 and 200),
  created_at timestamptz not null
);
create index documents_customer on documents.documents (customer_id, integration_id);
select platform.protect_customer('documents.documents');

create table documents.versions (
  customer_id uuid not null,
  document_id uuid not null references documents.documents (id),
  number int not null check (number > 0),
  content jsonb not null,
  -- Raised by each saving, so that nobody overwrites what they have not seen.
  revision int not null default 1,
  author_id uuid not null,
  at timestamptz not null,
  frozen_at timestamptz,
  -- Who offers what to whom, and the figures that follow from it, as they were when it was frozen.
  facts jsonb,
  -- Over the canonical JSON of the content and the facts.
  sha256 text,
  pdf_key text,
  pdf_sha256 text,
  primary key (document_id, number),
  check ((frozen_at is null) = (facts is null) and (frozen_at is null) = (sha256 is null)),
  check ((pdf_key is null) = (pdf_sha256 is null) and (pdf_key is null or frozen_at is not null))
);
select platform.protect_customer('documents.versions');

-- What was frozen stays as it was; its rendering may be added, once.
create function documents.keep_frozen() returns trigger language plpgsql as $$
begin
  if old.frozen_at is not null
     and (new.content, new.author_id, new.frozen_at, new.facts, new.sha256)
         is distinct from (old.content, old.author_id, old.frozen_at, old.facts, old.sha256)
     or old.pdf_key is not null and (new.pdf_key, new.pdf_sha256) is distinct from (old.pdf_key, old.pdf_sha256)
  then
    raise exception 'a frozen version does not change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger keep_frozen before update on documents.versions for each row execute function documents.keep_frozen();

create table documents.comments (
  id uuid primary key default uuidv7(),
  customer_id uuid not null,
  document_id uuid not null,
  version int not null,
  place text not null,
  text text not null check (length(text) between 1 and 4000),
  author_id uuid not null,
  at timestamptz not null,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  closed_at timestamptz,
  closed_by uuid,
  foreign key (document_id, version) references documents.versions (document_id, number)
);
create index comments_document on documents.comments (document_id, at);
select platform.protect_customer('documents.comments');

create table documents.signing_links (
  id uuid primary key default uuidv7(),
  customer_id uuid not null,
  document_id uuid not null,
  version int not null,
  contact_id uuid not null references customers.contacts (id),
  token_hash bytea not null unique,
  code_hash bytea,
  code_expires_at timestamptz,
  code_attempts int not null default 0,
  codes_sent int not null default 0,
  expires_at timestamptz not null,
  voided_at timestamptz,
  created_at timestamptz not null,
  foreign key (document_id, version) references documents.versions (document_id, number)
);
create index signing_links_document on documents.signing_links (document_id);
select platform.protect_customer('documents.signing_links');

-- What a customer's people decided, each chained by hash to the decision before.
create table documents.acceptances (
  id uuid primary key default uuidv7(),
  customer_id uuid not null,
  sequence int not null check (sequence > 0),
  document_id uuid not null,
  version int not null,
  decision text not null check (decision in ('accepted', 'declined', 'change-requested')),
  name text not null,
  contact_id uuid not null,
  channel text not null check (channel in ('link-and-code', 'portal', 'mail')),
  statement text not null,
  at timestamptz not null,
  ip text,
  user_agent text,
  sha256 text not null,
  pdf_sha256 text,
  mail_id uuid,
  previous_hash text not null,
  hash text not null,
  unique (customer_id, sequence),
  check ((sequence = 1) = (previous_hash = '')),
  foreign key (document_id, version) references documents.versions (document_id, number)
);
create unique index acceptances_once on documents.acceptances (document_id, version) where decision = 'accepted';
create index acceptances_document on documents.acceptances (document_id, at);
select platform.protect_customer('documents.acceptances');

select platform.grant_app('documents');
revoke update, delete on documents.acceptances from fairlead_app;

create function documents.link_by_token(wanted bytea) returns table (id uuid, customer_id uuid)
  language sql stable security definer set search_path = '' as $$
  select l.id, l.customer_id from documents.signing_links l where l.token_hash = wanted
$$;
select platform.across_customers('documents.link_by_token(bytea)');

create function documents.acceptance_across_customers(wanted uuid) returns table (id uuid, customer_id uuid)
  language sql stable security definer set search_path = '' as $$
  select a.id, a.customer_id from documents.acceptances a where a.id = wanted
$$;
select platform.across_customers('documents.acceptance_across_customers(uuid)');
