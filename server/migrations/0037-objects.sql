-- The store of bytes: which objects there are, and the keys they are encrypted under.

-- A key of an environment, of a customer where no environment is known, or of the vendor; wrapped under the master key.
create table platform.data_keys (
  id uuid primary key default uuidv7(),
  customer_id uuid,
  environment_id uuid,
  wrapped bytea not null,
  created_at timestamptz not null,
  -- Null: new objects are encrypted under it.
  retired_at timestamptz,
  check (environment_id is null or customer_id is not null)
);
create unique index data_keys_current on platform.data_keys (customer_id, environment_id) nulls not distinct
  where retired_at is null;
alter table platform.data_keys enable row level security;
alter table platform.data_keys force row level security;
create policy own on platform.data_keys using (
  customer_id is null or customer_id = nullif(current_setting('app.customer', true), '')::uuid);
create policy across on platform.data_keys for select to fairlead_staff using (true);

-- Every object, from before it is visible until after it was removed.
create table platform.objects (
  key text primary key check (key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
  class text not null check (class in ('transfer', 'answer', 'extract', 'audit-upload', 'mail', 'attachment', 'pdf')),
  customer_id uuid,
  environment_id uuid,
  -- Null only where an earlier version did not note it.
  size_bytes bigint,
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  -- Null: removed, or kept in clear by an earlier version until the keys are rotated.
  data_key_id uuid references platform.data_keys (id),
  created_at timestamptz not null,
  -- When a row was seen to name it; until then it may be what a crash left over.
  settled_at timestamptz,
  unreadable_since timestamptz,
  removed_at timestamptz,
  removed_because text check (removed_because in ('released', 'unused', 'retention')),
  check (environment_id is null or customer_id is not null),
  check ((removed_at is null) = (removed_because is null)),
  check (removed_at is null or data_key_id is null)
);
create index objects_data_key on platform.objects (data_key_id) where removed_at is null;
create index objects_unsettled on platform.objects (created_at) where settled_at is null and removed_at is null;
create index objects_class on platform.objects (class, created_at) where removed_at is null;
create index objects_unreadable on platform.objects (unreadable_since) where unreadable_since is not null and removed_at is null;

-- Objects from before there was this table. What an extract or an upload of an audit is, is that wherever it lies.
insert into platform.objects (key, class, customer_id, environment_id, size_bytes, sha256, created_at, settled_at)
select distinct on (key) key, class, customer_id, environment_id, size_bytes, sha256, at, at
from (
  select 1 as rank, object_key as key, 'extract' as class, customer_id, environment_id, size_bytes, sha256, created_at as at
  from data_audits.extracts
  union all
  select 2, object_key, 'audit-upload', customer_id, environment_id, size_bytes, sha256, created_at from data_audits.audits
  union all
  select 3, object_key, 'transfer', customer_id, environment_id, size_bytes, sha256, received_at from file_exchange.transfers
  union all
  select 4, object_key, case kind when 'answer' then 'answer' else 'transfer' end, customer_id, environment_id,
         size_bytes, sha256, modified_at
  from file_exchange.files
  union all
  select 5, object_key, 'mail', null, null, size_bytes, encode(sha256, 'hex'), received_at from desk.inbox
  union all
  select 6, pdf_key, 'pdf', customer_id, null, null, pdf_sha256, at from documents.versions
) found
where key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
order by key, rank;

alter table platform.objects enable row level security;
alter table platform.objects force row level security;
create policy own on platform.objects using (
  customer_id is null or customer_id = nullif(current_setting('app.customer', true), '')::uuid);
create policy across on platform.objects for select to fairlead_staff using (true);

grant select, insert, update, delete on platform.data_keys, platform.objects to fairlead_app;
grant select on platform.data_keys, platform.objects to fairlead_staff;

-- An object or a key of whoever it is: who asks has its id from a row that row-level security let through, or sweeps.
create function platform.find_object(wanted text) returns setof platform.objects
  language sql stable security definer set search_path = '' as $$
  select * from platform.objects where key = wanted
$$;
select platform.across_customers('platform.find_object(text)');

create function platform.find_data_key(wanted uuid) returns setof platform.data_keys
  language sql stable security definer set search_path = '' as $$
  select * from platform.data_keys where id = wanted
$$;
select platform.across_customers('platform.find_data_key(uuid)');

create function platform.all_data_keys() returns setof platform.data_keys
  language sql stable security definer set search_path = '' as $$
  select * from platform.data_keys order by id
$$;
select platform.across_customers('platform.all_data_keys()');

-- Retired keys that no object needs any more.
create function platform.spent_data_keys(before timestamptz) returns setof platform.data_keys
  language sql stable security definer set search_path = '' as $$
  select * from platform.data_keys k
  where k.retired_at < before and not exists (select from platform.objects o where o.data_key_id = k.id)
$$;
select platform.across_customers('platform.spent_data_keys(timestamptz)');

-- Objects that are in clear, or under a key that was retired; by key, those after `after`.
create function platform.objects_to_encrypt(after text, at_most int) returns setof platform.objects
  language sql stable security definer set search_path = '' as $$
  select o.* from platform.objects o left join platform.data_keys k on k.id = o.data_key_id
  where o.removed_at is null and o.key > after and (k.id is null or k.retired_at is not null)
  order by o.key limit at_most
$$;
select platform.across_customers('platform.objects_to_encrypt(text,int)');

-- Objects that no row has been seen to name.
create function platform.unsettled_objects(before timestamptz, at_most int) returns setof platform.objects
  language sql stable security definer set search_path = '' as $$
  select * from platform.objects
  where settled_at is null and removed_at is null and created_at < before
  order by created_at limit at_most
$$;
select platform.across_customers('platform.unsettled_objects(timestamptz,int)');

-- Objects of a class from before a moment, the oldest first; those after `after` where many may not go yet.
create function platform.aged_objects(of_class text, before timestamptz, after timestamptz, at_most int)
  returns setof platform.objects
  language sql stable security definer set search_path = '' as $$
  select * from platform.objects
  where class = of_class and removed_at is null and created_at < before and created_at > after
  order by created_at limit at_most
$$;
select platform.across_customers('platform.aged_objects(text,timestamptz,timestamptz,int)');

create function platform.unreadable_objects(at_most int) returns setof platform.objects
  language sql stable security definer set search_path = '' as $$
  select * from platform.objects
  where unreadable_since is not null and removed_at is null order by unreadable_since limit at_most
$$;
select platform.across_customers('platform.unreadable_objects(int)');

-- By which objects are found that rows name.
create index files_object on file_exchange.files (object_key);
create index transfers_object on file_exchange.transfers (object_key);
create index extracts_object on data_audits.extracts (object_key) where object_key is not null;
create index audits_object on data_audits.audits (object_key);
create index versions_pdf on documents.versions (pdf_key) where pdf_key is not null;
create index inbox_object on desk.inbox (object_key) where object_key is not null;
create index outbox_attachments on mail.outbox using gin (attachments jsonb_path_ops) where attachments <> '[]';
