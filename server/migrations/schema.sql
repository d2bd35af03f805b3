-- Generated from the migrated database (npm run check -- --write). Reviewed with every migration, never run.

-- role fairlead_app: nologin, nosuperuser, nobypassrls
-- role fairlead_dispatcher: nologin, nosuperuser, nobypassrls
-- role fairlead_staff: nologin, nosuperuser, nobypassrls

create schema access;
grant usage on schema access to fairlead_app;
grant usage on schema access to fairlead_staff;
create schema auth;
create schema certification;
grant usage on schema certification to fairlead_app;
grant usage on schema certification to fairlead_staff;
create schema credentials;
grant usage on schema credentials to fairlead_app;
grant usage on schema credentials to fairlead_staff;
create schema customers;
grant usage on schema customers to fairlead_app;
grant usage on schema customers to fairlead_staff;
create schema data_audits;
grant usage on schema data_audits to fairlead_app;
grant usage on schema data_audits to fairlead_staff;
create schema desk;
grant usage on schema desk to fairlead_app;
grant usage on schema desk to fairlead_staff;
create schema documents;
grant usage on schema documents to fairlead_app;
grant usage on schema documents to fairlead_staff;
create schema estimates;
grant usage on schema estimates to fairlead_app;
grant usage on schema estimates to fairlead_staff;
create schema fair_use;
grant usage on schema fair_use to fairlead_app;
grant usage on schema fair_use to fairlead_staff;
create schema file_exchange;
grant usage on schema file_exchange to fairlead_app;
grant usage on schema file_exchange to fairlead_staff;
create schema integrations;
grant usage on schema integrations to fairlead_app;
grant usage on schema integrations to fairlead_staff;
create schema mail;
grant usage on schema mail to fairlead_app;
grant usage on schema mail to fairlead_staff;
create schema payroll;
grant usage on schema payroll to fairlead_app;
grant usage on schema payroll to fairlead_staff;
create schema pipeline;
grant usage on schema pipeline to fairlead_app;
grant usage on schema pipeline to fairlead_staff;
create schema platform;
grant usage on schema platform to fairlead_app;
grant usage on schema platform to fairlead_dispatcher;
grant usage on schema platform to fairlead_staff;
create schema web_api;
grant usage on schema web_api to fairlead_app;
grant usage on schema web_api to fairlead_staff;
create schema webhooks;
grant usage on schema webhooks to fairlead_app;
grant usage on schema webhooks to fairlead_staff;

CREATE OR REPLACE FUNCTION access.audit_across_customers(search text, about uuid, about_shown text, for_customer uuid, from_at timestamp with time zone, until_at timestamp with time zone, before_id uuid, at_most integer)
 RETURNS TABLE(id uuid, at timestamp with time zone, actor jsonb, name text, action text, subject text, detail jsonb, customer_id uuid, customer_code text, customer_name text, environment text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select a.id, a.at, a.actor,
    (select p.name from access.people p
     where p.id = case when a.actor->>'kind' = 'person' then (a.actor->>'id')::uuid end),
    a.action, a.subject, a.detail, c.id, c.code, c.name, e.kind
  from platform.audit a
  left join customers.customers c on c.id = a.customer_id
  left join customers.environments e on e.id = a.environment_id
  where (for_customer is null or a.customer_id = for_customer)
    and (from_at is null or a.at >= from_at)
    and (until_at is null or a.at < until_at)
    and (before_id is null or a.id < before_id)
    and (about is null or a.subject in (about::text, about_shown) or a.actor->>'id' = about::text
         or a.customer_id = about or a.environment_id = about)
    and (search is null or platform.words_of(a.action) @@ platform.search_of(search)
         or a.actor->>'id' in (
           select p.id::text from access.people p where platform.words_of(p.name) @@ platform.search_of(search)))
  order by a.id desc limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function access.audit_across_customers(text,uuid,text,uuid,timestamp with time zone,timestamp with time zone,uuid,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION access.customer_name(wanted uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.name from customers.customers c where c.id = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function access.customer_name(uuid) to fairlead_app;

CREATE OR REPLACE FUNCTION access.has_lost_right(person uuid, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (select from access.people p where p.id = person and p.lost_at >= since)
$function$
;
-- owner: fairlead_staff
grant execute on function access.has_lost_right(uuid,timestamp with time zone) to fairlead_app;

CREATE OR REPLACE FUNCTION access.is_within(starts_on date, ends_on date, time_zone text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select ((now() + make_interval(secs => c.offset_ms / 1000.0)) at time zone time_zone)::date
    between starts_on and ends_on
  from platform.clock c
$function$
;
-- owner: fairlead_migrator
grant execute on function access.is_within(date,date,text) to fairlead_app;
grant execute on function access.is_within(date,date,text) to public;

CREATE OR REPLACE FUNCTION access.mirror_person()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into auth."user" (id, name, email, "emailVerified") values (new.id::text, new.name, new.email, true)
  on conflict (id) do update set name = excluded.name, email = excluded.email, "updatedAt" = now();
  if not new.active or (tg_op = 'UPDATE' and (not old.active
      or not access.is_within('-infinity', coalesce(old.last_day, 'infinity'), coalesce(old.last_day_zone, 'UTC')))) then
    delete from auth.session where "userId" = new.id::text;
  end if;
  return null;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION access.person_by_email(wanted text)
 RETURNS TABLE(id uuid, customer_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.id, p.customer_id from access.people p where p.email = lower(wanted) and p.active
    and (p.last_day is null or access.is_within('-infinity', p.last_day, p.last_day_zone))
$function$
;
-- owner: fairlead_staff
grant execute on function access.person_by_email(text) to fairlead_app;

CREATE OR REPLACE FUNCTION access.person_by_id(wanted uuid)
 RETURNS TABLE(id uuid, name text, email text, customer_id uuid, roles text[], own_roles text[], stands_for uuid[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with givers as (
    select g.id from access.delegations d join access.people g on g.id = d.person_id
    where d.delegate_id = wanted and access.is_within(d.starts_on, d.ends_on, d.time_zone)
      and g.active and (g.last_day is null or access.is_within('-infinity', g.last_day, g.last_day_zone))
  )
  select p.id, p.name, p.email, p.customer_id,
         array(select r.role from access.roles r where r.person_id = p.id or r.person_id in (select g.id from givers g)
               group by r.role order by 1),
         array(select r.role from access.roles r where r.person_id = p.id order by 1),
         array(select g.id from givers g order by 1)
  from access.people p where p.id = wanted and p.active
    and (p.last_day is null or access.is_within('-infinity', p.last_day, p.last_day_zone))
$function$
;
-- owner: fairlead_staff
grant execute on function access.person_by_id(uuid) to fairlead_app;

CREATE OR REPLACE FUNCTION auth.audit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  one jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
begin
  insert into platform.audit (at, actor, action, subject, detail)
  values (now(), jsonb_build_object('kind', 'system', 'id', 'better-auth'),
          tg_table_name || '.' || lower(tg_op), one->>'id',
          jsonb_strip_nulls(jsonb_build_object('personId', coalesce(one->>'userId', one->>'id'))));
  return null;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION credentials.has_left(customer uuid, email text, since timestamp with time zone, needs text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
      select from customers.contacts c
      where c.customer_id = customer and c.email = lower($2) and (c.removed_at is not null or c.lost_at >= since))
    or exists (
      select from access.people p
      where p.customer_id = customer and p.email = lower($2)
        and (p.lost_at >= since
          or (cardinality(needs) > 0
            and not coalesce((select h.roles @> needs from access.person_by_id(p.id) h), false))))
$function$
;
-- owner: fairlead_migrator
grant execute on function credentials.has_left(uuid,text,timestamp with time zone,text[]) to fairlead_app;
grant execute on function credentials.has_left(uuid,text,timestamp with time zone,text[]) to fairlead_staff;
grant execute on function credentials.has_left(uuid,text,timestamp with time zone,text[]) to public;

CREATE OR REPLACE FUNCTION credentials.key_by_hash(wanted bytea)
 RETURNS TABLE(id uuid, customer_id uuid, environment_id uuid, environment_kind text, label text, scopes text[], allowed_addresses text[], expires_at timestamp with time zone, revoked_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select k.id, k.customer_id, k.environment_id, k.environment_kind, k.label, k.scopes, k.allowed_addresses,
         k.expires_at, k.revoked_at
  from credentials.api_keys k where k.secret_hash = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function credentials.key_by_hash(bytea) to fairlead_app;

CREATE OR REPLACE FUNCTION credentials.key_requests_across_customers(of_status text, before_id uuid, at_most integer)
 RETURNS TABLE(id uuid, customer_id uuid, customer_code text, customer_name text, environment_kind text, contact_name text, contact_email text, label text, purpose text, scopes text[], status text, integration_id uuid, requested_at timestamp with time zone, decided_at timestamp with time zone, decided_by uuid, decided_by_name text, decline_reason text, key_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.id, r.customer_id, c.code, c.name, e.kind, r.contact_name, r.contact_email, r.label, r.purpose, r.scopes,
         r.status, r.integration_id, r.requested_at, r.decided_at, r.decided_by, r.decided_by_name, r.decline_reason, r.key_id
  from credentials.key_requests r
  join customers.customers c on c.id = r.customer_id
  join customers.environments e on e.id = r.environment_id
  where (of_status is null or r.status = of_status) and (before_id is null or r.id < before_id)
  order by r.id desc limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function credentials.key_requests_across_customers(text,uuid,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION credentials.link_by_token(wanted bytea)
 RETURNS TABLE(id uuid, customer_id uuid, environment_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select l.id, l.customer_id, l.environment_id from credentials.one_time_links l where l.token_hash = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function credentials.link_by_token(bytea) to fairlead_app;

CREATE OR REPLACE FUNCTION credentials.link_is_held(link credentials.one_time_links)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case
    when link.holder_email is not null then
      not credentials.has_left(link.customer_id, link.holder_email, link.created_at, link.holder_roles)
    when link.holder_person is not null then
      coalesce((select h.roles @> link.holder_roles from access.person_by_id(link.holder_person) h), false)
      and not exists (select from access.people p where p.id = link.holder_person and p.lost_at >= link.created_at)
    else false end
$function$
;
-- owner: fairlead_migrator
grant execute on function credentials.link_is_held(credentials.one_time_links) to fairlead_app;
grant execute on function credentials.link_is_held(credentials.one_time_links) to fairlead_staff;
grant execute on function credentials.link_is_held(credentials.one_time_links) to public;

CREATE OR REPLACE FUNCTION credentials.secrets_to_roll(moment timestamp with time zone, for_customer uuid, before_id uuid, at_most integer)
 RETURNS TABLE(id uuid, kind text, title text, customer_id uuid, customer_code text, customer_name text, environment_kind text, holder text, revealed_at timestamp with time zone, key_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select l.id, l.kind, l.title, c.id, c.code, c.name, e.kind,
         coalesce(l.holder_email, (select p.email from access.people p where p.id = l.holder_person)), l.revealed_at, k.id
  from credentials.one_time_links l
  join customers.customers c on c.id = l.customer_id
  left join customers.environments e on e.id = l.environment_id
  left join credentials.api_keys k on k.link_id = l.id
  where l.revealed_at is not null and l.voided_at is null and l.kind in ('api-key', 'webhook-secret')
    and (l.kind <> 'api-key' or (k.revoked_at is null and k.replaced_at is null
      and (k.expires_at is null or k.expires_at > moment)))
    and (l.kind <> 'webhook-secret' or not exists (
      select from credentials.one_time_links n
      where n.customer_id = l.customer_id and n.kind = l.kind and n.revealed_at > l.revealed_at
        and n.subject->>'id' = l.subject->>'id'))
    and (for_customer is null or l.customer_id = for_customer)
    and (before_id is null or l.id < before_id)
    and not credentials.link_is_held(l)
  order by l.id desc limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function credentials.secrets_to_roll(timestamp with time zone,uuid,uuid,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION credentials.touch_keys(uses jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  used record;
begin
  for used in
    select * from jsonb_to_recordset(uses) as u("keyId" uuid, "customerId" uuid, "environmentId" uuid, at timestamptz)
    order by 1
  loop
    perform set_config('app.customer', used."customerId"::text, true),
            set_config('app.environment', used."environmentId"::text, true);
    update credentials.api_keys
    set last_used_at = greatest(coalesce(last_used_at, used.at), used.at)
    where environment_id = used."environmentId" and id = used."keyId";
  end loop;
end $function$
;
-- owner: fairlead_migrator
grant execute on function credentials.touch_keys(jsonb) to fairlead_app;
grant execute on function credentials.touch_keys(jsonb) to public;

CREATE OR REPLACE FUNCTION customers.all_environments()
 RETURNS TABLE(id uuid, customer_id uuid, kind text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select e.id, e.customer_id, e.kind from customers.environments e order by e.id
$function$
;
-- owner: fairlead_staff
grant execute on function customers.all_environments() to fairlead_app;

CREATE OR REPLACE FUNCTION customers.find_by_email(address text)
 RETURNS TABLE(customer_id uuid, contact_id uuid, person_id uuid, matched_by text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.customer_id, c.id, c.person_id, 'contact' from customers.contacts c
  where c.email = lower(address) and c.removed_at is null
  union all
  select c.id, null, null, 'domain' from customers.customers c
  where split_part(lower(address), '@', 2) = any (c.domains)
    and not exists (select from customers.contacts x where x.email = lower(address) and x.removed_at is null)
$function$
;
-- owner: fairlead_staff
grant execute on function customers.find_by_email(text) to fairlead_app;

CREATE OR REPLACE FUNCTION customers.list_across_customers(search text, sort_by text, descending boolean, after_key text, after_code text, at_most integer)
 RETURNS TABLE(id uuid, code text, name text, service_model text, head_count integer, created_at timestamp with time zone, key text, total bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with found as (
    select c.*, (case sort_by
        when 'name' then platform.folded(c.name)
        when 'model' then c.service_model
        when 'heads' then coalesce(lpad(c.head_count::text, 10, '0'), case when descending then '' else '~' end)
        when 'since' then to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
        else c.code end) collate "C" as key
    from customers.customers c
    where search is null or customers.words_of(c.code, c.name, c.service_model) @@ platform.search_of(search)
  )
  select f.id, f.code, f.name, f.service_model, f.head_count, f.created_at, f.key, (select count(*) from found)
  from found f
  where after_key is null or (f.key = after_key and f.code collate "C" > after_code)
     or (case when descending then f.key < after_key else f.key > after_key end)
  order by case when descending then f.key end desc, f.key, f.code collate "C" limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function customers.list_across_customers(text,text,boolean,text,text,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION customers.words_of(code text, name text, service_model text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select platform.words_of(code || ' ' || name || ' ' || service_model)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION data_audits.objects_in_use(keys text[])
 RETURNS TABLE(object_key text, is_needed boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select used.key, bool_or(used.needed) from (
    select e.object_key as key, false as needed from data_audits.extracts e where e.object_key = any (keys)
    union all
    select a.object_key, a.state not in ('closed', 'refused')
    from data_audits.audits a where a.object_key = any (keys)) used
  group by used.key
$function$
;
-- owner: fairlead_staff
grant execute on function data_audits.objects_in_use(text[]) to fairlead_app;

CREATE OR REPLACE FUNCTION data_audits.placement_by_token(wanted bytea)
 RETURNS TABLE(customer_id uuid, environment_id uuid, id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select p.customer_id, p.environment_id, p.id from data_audits.placements p where p.token_hash = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function data_audits.placement_by_token(bytea) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.customer_by_id(wanted uuid)
 RETURNS TABLE(id uuid, code text, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.id, c.code, c.name from customers.customers c where c.id = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function desk.customer_by_id(uuid) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.customer_names()
 RETURNS TABLE(id uuid, code text, name text, domains text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select c.id, c.code, c.name, c.domains from customers.customers c
$function$
;
-- owner: fairlead_staff
grant execute on function desk.customer_names() to fairlead_app;

CREATE OR REPLACE FUNCTION desk.customers_by_keys(addresses text[], printed text[], tickets bigint[], ids uuid[])
 RETURNS TABLE(customer_id uuid, by text, key text, ticket_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select k.customer_id, 'contact', k.email, null::uuid from customers.contacts k
  where k.email = any (addresses) and k.removed_at is null
  union
  select p.customer_id, 'contact', p.email, null from access.people p
  where p.email = any (addresses) and p.customer_id is not null and p.active
  union
  select n.customer_id, 'number', n.number, t.id
  from desk.numbers n
  left join desk.tickets t on t.customer_id = n.customer_id and t.integration_id = n.integration_id
  where n.number = any (printed)
  union
  select t.customer_id, 'ticket', t.number::text, t.id from desk.tickets t where t.number = any (tickets)
  union
  select t.customer_id, 'number', t.id::text, t.id from desk.tickets t where t.id = any (ids)
  union
  select c.id, 'number', c.id::text, null from customers.customers c where c.id = any (ids)
  union
  select n.customer_id, 'number', n.integration_id::text, t.id
  from desk.numbers n
  left join desk.tickets t on t.customer_id = n.customer_id and t.integration_id = n.integration_id
  where n.integration_id = any (ids)
  union
  select e.customer_id, 'number', e.id::text, t.id
  from estimates.estimates e
  left join desk.tickets t on t.customer_id = e.customer_id and t.integration_id = e.integration_id
  where e.id = any (ids)
$function$
;
-- owner: fairlead_staff
grant execute on function desk.customers_by_keys(text[],text[],bigint[],uuid[]) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.find_ticket(wanted uuid)
 RETURNS TABLE(id uuid, customer_id uuid, number bigint, subject text, customer_code text, customer_name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select t.id, t.customer_id, t.number, t.subject, c.code, c.name
  from desk.tickets t join customers.customers c on c.id = t.customer_id where t.id = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function desk.find_ticket(uuid) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.find_ticket_by_number(wanted bigint)
 RETURNS TABLE(id uuid, customer_id uuid, survivor_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select t.id, t.customer_id, coalesce(t.merged_into_id, t.id) from desk.tickets t where t.number = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function desk.find_ticket_by_number(bigint) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.find_tickets_by_references(wanted text[])
 RETURNS TABLE(id uuid, customer_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select found.id, found.customer_id
  from unnest(wanted) with ordinality as w(reference, n)
  cross join lateral (
    select r.ticket_id as id, r.customer_id from desk.thread_references r where r.reference = w.reference
    union all
    select t.id, t.customer_id
    from mail.outbox o join desk.tickets t on t.customer_id = o.customer_id and t.integration_id = o.integration_id
    where o.message_id = w.reference) found
  order by w.n limit 5
$function$
;
-- owner: fairlead_staff
grant execute on function desk.find_tickets_by_references(text[]) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.find_tickets_by_subject(wanted text, address text)
 RETURNS TABLE(id uuid, customer_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select t.id, t.customer_id
  from desk.tickets t
  join desk.participants p on p.customer_id = t.customer_id and p.ticket_id = t.id and p.address = lower($2)
  where lower(t.subject) = lower(wanted) and p.admitted_at is not null
  order by t.number desc limit 1
$function$
;
-- owner: fairlead_staff
grant execute on function desk.find_tickets_by_subject(text,text) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.objects_in_use(keys text[])
 RETURNS TABLE(object_key text, is_needed boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select used.key, bool_or(used.needed) from (
    select i.object_key as key, i.state = 'stored' or exists (
      select from desk.held_mails h where h.inbox_id = i.id and h.decision is null) as needed
    from desk.inbox i where i.object_key = any (keys)
    union all
    select wanted.key, o.status = 'waiting'
    from unnest(keys) wanted (key)
    join mail.outbox o on o.attachments <> '[]'
      and o.attachments @> jsonb_build_array(jsonb_build_object('objectKey', wanted.key))) used
  group by used.key
$function$
;
-- owner: fairlead_staff
grant execute on function desk.objects_in_use(text[]) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.takes_part(in_ticket uuid, wanted text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (select from desk.participants p
    where p.ticket_id = in_ticket and p.address = lower(wanted) and p.admitted_at is not null)
$function$
;
-- owner: fairlead_staff
grant execute on function desk.takes_part(uuid,text) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.tickets_across_customers(of_status text, of_assignee uuid, of_customer uuid, search text, only_unlinked boolean, before_number bigint, at_most integer)
 RETURNS TABLE(id uuid, customer_id uuid, customer_code text, customer_name text, number bigint, subject text, status text, hold_reason text, integration_id uuid, assignee_id uuid, assignee_name text, requester_name text, requester_address text, verified boolean, mails integer, created_at timestamp with time zone, updated_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$
;
-- owner: fairlead_staff
grant execute on function desk.tickets_across_customers(text,uuid,uuid,text,boolean,bigint,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.tickets_of_mail(inbox uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(
    jsonb_build_object('id', t.id, 'number', t.number, 'customerId', t.customer_id) order by t.number), '[]')
  from desk.mails m join desk.tickets t on t.customer_id = m.customer_id and t.id = m.ticket_id
  where m.inbox_id = inbox
$function$
;
-- owner: fairlead_staff
grant execute on function desk.tickets_of_mail(uuid) to fairlead_app;

CREATE OR REPLACE FUNCTION desk.words_of(number bigint, subject text, requester_name text, requester_address text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select platform.words_of(number || ' ' || subject || ' ' || coalesce(requester_name, '') || ' ' || requester_address)
$function$
;
-- owner: fairlead_migrator
grant execute on function desk.words_of(bigint,text,text,text) to fairlead_app;
grant execute on function desk.words_of(bigint,text,text,text) to public;

CREATE OR REPLACE FUNCTION documents.acceptance_across_customers(wanted uuid)
 RETURNS TABLE(id uuid, customer_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select a.id, a.customer_id from documents.acceptances a where a.id = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function documents.acceptance_across_customers(uuid) to fairlead_app;

CREATE OR REPLACE FUNCTION documents.keep_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.frozen_at is not null
     and (new.content, new.author_id, new.frozen_at, new.facts, new.sha256)
         is distinct from (old.content, old.author_id, old.frozen_at, old.facts, old.sha256)
     or old.pdf_key is not null and (new.pdf_key, new.pdf_sha256) is distinct from (old.pdf_key, old.pdf_sha256)
  then
    raise exception 'a frozen version does not change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $function$
;
-- owner: fairlead_migrator
grant execute on function documents.keep_frozen() to fairlead_app;
grant execute on function documents.keep_frozen() to public;

CREATE OR REPLACE FUNCTION documents.link_by_token(wanted bytea)
 RETURNS TABLE(id uuid, customer_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select l.id, l.customer_id from documents.signing_links l where l.token_hash = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function documents.link_by_token(bytea) to fairlead_app;

CREATE OR REPLACE FUNCTION documents.objects_in_use(keys text[])
 RETURNS TABLE(object_key text, is_needed boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select distinct v.pdf_key, false from documents.versions v where v.pdf_key = any (keys)
$function$
;
-- owner: fairlead_staff
grant execute on function documents.objects_in_use(text[]) to fairlead_app;

CREATE OR REPLACE FUNCTION fair_use.day_across_customers(wanted date, at_most integer)
 RETURNS TABLE(customer_id uuid, environment_id uuid, customer_code text, customer_name text, head_count integer, environment_kind text, calls bigint, messages bigint, rows bigint, month_calls bigint, month_messages bigint, month_rows bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$
;
-- owner: fairlead_staff
grant execute on function fair_use.day_across_customers(date,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION fair_use.take_batch(of_node text, of_boot uuid, numbered bigint, counts jsonb)
 RETURNS TABLE(customer_id uuid, environment_id uuid, day date, calls bigint, messages bigint, rows bigint, month_calls bigint, month_messages bigint, month_rows bigint)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;
-- owner: fairlead_migrator
grant execute on function fair_use.take_batch(text,uuid,bigint,jsonb) to fairlead_app;
grant execute on function fair_use.take_batch(text,uuid,bigint,jsonb) to public;

CREATE OR REPLACE FUNCTION file_exchange.find_sign_in(login_name text, key_fingerprint text, from_network text)
 RETURNS TABLE(customer_id uuid, environment_id uuid, account_id uuid, allowed_addresses text[], key_id uuid, public_key text, is_revoked boolean, banned_until timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select a.customer_id, a.environment_id, a.id, a.allowed_addresses, k.id, k.public_key, k.revoked_at is not null,
         f.banned_until
  from (select login_name as user_name) asked
  left join file_exchange.accounts a on a.user_name = asked.user_name
  left join lateral (
    select one.id, one.public_key, one.revoked_at from file_exchange.account_keys one
    where one.environment_id = a.environment_id and one.account_id = a.id and one.fingerprint = key_fingerprint
    order by one.revoked_at desc nulls first limit 1) k on true
  left join file_exchange.sign_in_failures f
    on f.network = from_network and f.user_name = coalesce(a.user_name, '')
$function$
;
-- owner: fairlead_staff
grant execute on function file_exchange.find_sign_in(text,text,text) to fairlead_app;

CREATE OR REPLACE FUNCTION file_exchange.keys_to_retire(for_customer uuid, before_id uuid, at_most integer)
 RETURNS TABLE(id uuid, label text, fingerprint text, user_name text, customer_id uuid, customer_code text, customer_name text, environment_kind text, holder text, registered_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select k.id, k.label, k.fingerprint, a.user_name, c.id, c.code, c.name, e.kind, p.email, k.registered_at
  from file_exchange.account_keys k
  join file_exchange.accounts a on a.environment_id = k.environment_id and a.id = k.account_id
  join customers.customers c on c.id = k.customer_id
  join customers.environments e on e.id = k.environment_id
  join access.people p on p.id::text = k.registered_by
  where k.revoked_at is null
    and (for_customer is null or k.customer_id = for_customer)
    and (before_id is null or k.id < before_id)
    and file_exchange.registrant_left(k.registered_by, k.registered_at)
  order by k.id desc limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function file_exchange.keys_to_retire(uuid,uuid,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION file_exchange.objects_in_use(keys text[])
 RETURNS TABLE(object_key text, is_needed boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select used.key, bool_or(used.needed) from (
    select f.object_key as key, f.kind = 'partial' and f.removed_at is null as needed
    from file_exchange.files f where f.object_key = any (keys)
    union all
    select t.object_key, t.state in ('received', 'checking', 'held', 'applying')
    from file_exchange.transfers t where t.object_key = any (keys)) used
  group by used.key
$function$
;
-- owner: fairlead_staff
grant execute on function file_exchange.objects_in_use(text[]) to fairlead_app;

CREATE OR REPLACE FUNCTION file_exchange.pending_transfers(at timestamp with time zone, at_most integer)
 RETURNS TABLE(id uuid, customer_id uuid, environment_id uuid, dry_run boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select t.id, t.customer_id, t.environment_id, t.dry_run from (
    select distinct on (w.environment_id, w.exchange_id, w.dry_run) w.id, w.customer_id, w.environment_id, w.dry_run,
      w.retry_at
    from file_exchange.transfers w where w.state in ('received', 'checking', 'applying')
    order by w.environment_id, w.exchange_id, w.dry_run, w.id) t
  where t.retry_at is null or t.retry_at <= at
  order by t.id limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function file_exchange.pending_transfers(timestamp with time zone,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION file_exchange.registrant_left(registrant text, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case when registrant ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    exists (select from access.people p where p.id = registrant::uuid
      and ((p.customer_id is not null and p.lost_at >= since)
        or not exists (select from access.person_by_id(p.id))))
    else false end
$function$
;
-- owner: fairlead_migrator
grant execute on function file_exchange.registrant_left(text,timestamp with time zone) to fairlead_app;
grant execute on function file_exchange.registrant_left(text,timestamp with time zone) to fairlead_staff;
grant execute on function file_exchange.registrant_left(text,timestamp with time zone) to public;

CREATE OR REPLACE FUNCTION file_exchange.revoked_keys(keys uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select k.id from file_exchange.account_keys k where k.id = any (keys) and k.revoked_at is not null
$function$
;
-- owner: fairlead_staff
grant execute on function file_exchange.revoked_keys(uuid[]) to fairlead_app;

CREATE OR REPLACE FUNCTION file_exchange.user_name_taken(login_name text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (select from file_exchange.accounts a where a.user_name = login_name)
$function$
;
-- owner: fairlead_staff
grant execute on function file_exchange.user_name_taken(text) to fairlead_app;

CREATE OR REPLACE FUNCTION integrations.board_across_customers(search text, people uuid[], held_roles text[], at_most integer)
 RETURNS TABLE(id uuid, customer_id uuid, customer_code text, customer_name text, folded jsonb, changed_at timestamp with time zone, since timestamp with time zone, in_phase bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$
;
-- owner: fairlead_staff
grant execute on function integrations.board_across_customers(text,uuid[],text[],integer) to fairlead_app;

CREATE OR REPLACE FUNCTION integrations.counts_across_customers(search text, people uuid[], held_roles text[])
 RETURNS TABLE(state text, phase text, count bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select i.state, i.phase, count(*)
  from integrations.integrations i join customers.customers c on c.id = i.customer_id
  where integrations.is_wanted(i, c, search, people, held_roles)
  group by 1, 2
$function$
;
-- owner: fairlead_staff
grant execute on function integrations.counts_across_customers(text,uuid[],text[]) to fairlead_app;

CREATE OR REPLACE FUNCTION integrations.is_wanted(one integrations.integrations, customer customers.customers, search text, people uuid[], held_roles text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select (search is null
          or (platform.words_of(one.name) || customers.words_of(customer.code, customer.name, customer.service_model))
             @@ platform.search_of(search))
     and (people is null
          or not one.held and exists (
            select from integrations.waits w
            where w.customer_id = one.customer_id and w.integration_id = one.id
              and (w.person_id = any (people) or (w.person_id is null and w.role = any (held_roles)))))
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION integrations.list_across_customers(in_phase text, in_state text, search text, people uuid[], held_roles text[], by_since boolean, last_at timestamp with time zone, last_id uuid, at_most integer)
 RETURNS TABLE(id uuid, customer_id uuid, customer_code text, customer_name text, folded jsonb, changed_at timestamp with time zone, since timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select i.id, i.customer_id, c.code, c.name, i.folded, i.changed_at, i.since
  from integrations.integrations i join customers.customers c on c.id = i.customer_id
  where (in_phase is null or i.phase = in_phase)
    and (in_state is null or i.state = in_state)
    and integrations.is_wanted(i, c, search, people, held_roles)
    and (last_at is null
         or case when by_since then (i.since, i.id) > (last_at, last_id) else (i.changed_at, i.id) < (last_at, last_id) end)
  order by case when by_since then i.since end, case when by_since then i.id end, i.changed_at desc, i.id desc
  limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function integrations.list_across_customers(text,text,text,uuid[],text[],boolean,timestamp with time zone,uuid,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION integrations.waits_across_customers(people uuid[], held_roles text[], at_most integer)
 RETURNS TABLE(integration_id uuid, customer_id uuid, customer_code text, customer_name text, name text, state text, step text, sentence text, since timestamp with time zone, paused_seconds integer, due_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select i.id, i.customer_id, c.code, c.name, i.name, i.state, w.step, w.sentence, w.since, w.paused_seconds, w.due_at
  from integrations.waits w
  join integrations.integrations i on i.customer_id = w.customer_id and i.id = w.integration_id
  join customers.customers c on c.id = w.customer_id
  where not i.held and (w.person_id = any (people) or (w.person_id is null and w.role = any (held_roles)))
  order by w.since, i.id limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function integrations.waits_across_customers(uuid[],text[],integer) to fairlead_app;

CREATE OR REPLACE FUNCTION mail.automatic_count(address text, since timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select count(*)::int from mail.outbox o
  where o.automatic and o.kind = 'ticket-received' and o.created_at >= since and lower(address) = any (o.recipients)
$function$
;
-- owner: fairlead_staff
grant execute on function mail.automatic_count(text,timestamp with time zone) to fairlead_app;

CREATE OR REPLACE FUNCTION mail.outbox_across_customers(search text, of_kind text, of_status text, before uuid, at_most integer)
 RETURNS TABLE(id uuid, customer_id uuid, customer_code text, customer_name text, integration_id uuid, kind text, automatic boolean, sender text, recipients text[], subject text, reply_to text, body_text text, body_html text, body_sealed bytea, confidential boolean, attachments jsonb, message_id text, status text, status_detail text, attempts integer, created_at timestamp with time zone, sent_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$
;
-- owner: fairlead_staff
grant execute on function mail.outbox_across_customers(text,text,text,uuid,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION mail.outgoing_across_customers(wanted uuid)
 RETURNS TABLE(id uuid, customer_id uuid, customer_code text, customer_name text, integration_id uuid, kind text, automatic boolean, sender text, recipients text[], subject text, reply_to text, body_text text, body_html text, body_sealed bytea, confidential boolean, attachments jsonb, message_id text, status text, status_detail text, attempts integer, created_at timestamp with time zone, sent_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.id, o.customer_id, c.code, c.name, o.integration_id, o.kind, o.automatic, o.sender, o.recipients, o.subject,
         o.reply_to, o.body_text, o.body_html, o.body_sealed, o.confidential, o.attachments, o.message_id, o.status, o.status_detail, o.attempts,
         o.created_at, o.sent_at
  from mail.outbox o left join customers.customers c on c.id = o.customer_id
  where o.id = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function mail.outgoing_across_customers(uuid) to fairlead_app;

CREATE OR REPLACE FUNCTION mail.outgoing_by_message_id(wanted text)
 RETURNS TABLE(id uuid, customer_id uuid, integration_id uuid, kind text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.id, o.customer_id, o.integration_id, o.kind from mail.outbox o where o.message_id = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function mail.outgoing_by_message_id(text) to fairlead_app;

CREATE OR REPLACE FUNCTION mail.words_of(subject text, kind text, recipients text[])
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select platform.words_of(subject || ' ' || kind || ' ' || array_to_string(recipients, ' '))
$function$
;
-- owner: fairlead_migrator
grant execute on function mail.words_of(text,text,text[]) to fairlead_app;
grant execute on function mail.words_of(text,text,text[]) to public;

CREATE OR REPLACE FUNCTION payroll.accounts_stand_from(p_environment uuid, p_employment uuid, p_day date, p_replaced jsonb, p_accounts jsonb)
 RETURNS date
 LANGUAGE sql
 STABLE
AS $function$
  select least(
    (select min(l.effective_from) from payroll.later_accounts(p_environment, p_employment, p_day, p_replaced) l
     where not l.carried and l.accounts <> p_accounts),
    (select min(h.effective_from) from payroll.held_bank_changes h
     where h.environment_id = p_environment and h.employment_id = p_employment and h.status = 'held'
       and h.effective_from > p_day and h.accounts <> p_accounts))
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.analyze_tables()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform set_config('default_statistics_target', '10', true);
  analyze payroll.people, payroll.employments, payroll.person_details, payroll.employment_details, payroll.tax_nz,
    payroll.kiwisaver, payroll.bank_account_sets, payroll.pay_rates, payroll.endings;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_bank_accounts(p_customer uuid, p_environment uuid, p_now timestamp with time zone, p_import uuid, recorded_by text, p_actor jsonb, p_source jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_employment_details(p_customer uuid, p_environment uuid, p_now timestamp with time zone, p_import uuid, recorded_by text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into payroll.employment_details (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
    employment_type,
        fixed_term_end,
        agreement_code,
        position_code,
        position_title,
        department_code,
        location_code,
        manager_employee_number,
        cost_allocations,
        pay_group,
        pay_frequency,
        hours_per_week,
        pattern_code)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import,
    case when w.employment_type is null then (b.base).employment_type else nullif(w.employment_type, '') end,
        case when w.fixed_term_end is null then (b.base).fixed_term_end else nullif(w.fixed_term_end, '')::date end,
        case when w.agreement_code is null then (b.base).agreement_code else nullif(w.agreement_code, '') end,
        case when w.position_code is null then (b.base).position_code else nullif(w.position_code, '') end,
        case when w.position_title is null then (b.base).position_title else nullif(w.position_title, '') end,
        case when w.department_code is null then (b.base).department_code else nullif(w.department_code, '') end,
        case when w.location_code is null then (b.base).location_code else nullif(w.location_code, '') end,
        case when w.manager_employee_number is null then (b.base).manager_employee_number else nullif(w.manager_employee_number, '') end,
        case when w.cost_allocations is null then (b.base).cost_allocations else nullif(w.cost_allocations, '')::jsonb end,
        case when w.pay_group is null then (b.base).pay_group else nullif(w.pay_group, '') end,
        case when w.pay_frequency is null then (b.base).pay_frequency else nullif(w.pay_frequency, '') end,
        case when w.hours_per_week is null then (b.base).hours_per_week else nullif(w.hours_per_week, '')::numeric end,
        case when w.pattern_code is null then (b.base).pattern_code else nullif(w.pattern_code, '') end
  from pg_temp.payroll_work w cross join (select null::payroll.employment_details as base) b
  where w.is_new and w.touches & 2 <> 0;

  with next as materialized (
    select * from payroll.next_employment_details(p_environment)
  ), superseded as (
    update payroll.employment_details d set superseded_at = p_now from next n
    where n.writes and (n.base).effective_from = (n.after).effective_from and d.environment_id = p_environment
      and d.employment_id = n.owner_id and d.effective_from = (n.after).effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.employment_details (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
      employment_type,
        fixed_term_end,
        agreement_code,
        position_code,
        position_title,
        department_code,
        location_code,
        manager_employee_number,
        cost_allocations,
        pay_group,
        pay_frequency,
        hours_per_week,
        pattern_code)
    select p_environment, p_customer, n.owner_id, (n.after).effective_from, p_now, recorded_by, p_import,
      (n.after).employment_type,
        (n.after).fixed_term_end,
        (n.after).agreement_code,
        (n.after).position_code,
        (n.after).position_title,
        (n.after).department_code,
        (n.after).location_code,
        (n.after).manager_employee_number,
        (n.after).cost_allocations,
        (n.after).pay_group,
        (n.after).pay_frequency,
        (n.after).hours_per_week,
        (n.after).pattern_code
    from next n where n.writes and (select count(*) from superseded) >= 0
    returning 1
  ), moved as (
    update payroll.employments o set start_date = coalesce((n.own #>> '{startDate,new}')::date, o.start_date),
      continuous_service_date = case when n.own ? 'continuousServiceDate'
        then (n.own #>> '{continuousServiceDate,new}')::date else o.continuous_service_date end
    from next n
    where n.own is not null and o.environment_id = p_environment and o.id = n.owner_id
    returning 1
  ), unscheduled as (
    delete from payroll.pending_changes p using next n
    where n.own ? 'startDate' and p.environment_id = p_environment and p.employment_id = n.owner_id and p.kind = 'start'
    returning p.employment_id
  ), rescheduled as (
    insert into pg_temp.payroll_facts (line, rank, kind, fields, classes, effective_from)
    select n.line, 2, 'start', '{}', '{}', (n.own #>> '{startDate,new}')::date
    from next n
    where n.own ? 'startDate' and ((n.own #>> '{startDate,new}')::date > n.today
      or n.owner_id in (select u.employment_id from unscheduled u))
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select n.line, 2, case when n.is_new then null when (n.after).effective_from > n.today then 'employment.update_scheduled' else 'employment.updated' end,
    case when not n.is_new then 'employment' end, f.fields, ('{P1}')::text[],
    nullif(coalesce(payroll.value_changes(f.fields, jsonb_build_object('employmentType', (n.base).employment_type,
        'fixedTermEndDate', (n.base).fixed_term_end,
        'agreementCode', (n.base).agreement_code,
        'positionCode', (n.base).position_code,
        'positionTitle', (n.base).position_title,
        'departmentCode', (n.base).department_code,
        'locationCode', (n.base).location_code,
        'managerEmployeeNumber', (n.base).manager_employee_number,
        'costAllocations', (n.base).cost_allocations,
        'payGroupCode', (n.base).pay_group,
        'payFrequency', (n.base).pay_frequency,
        'hoursPerWeek', (n.base).hours_per_week,
        'workPatternCode', (n.base).pattern_code), jsonb_build_object('employmentType', (n.after).employment_type,
        'fixedTermEndDate', (n.after).fixed_term_end,
        'agreementCode', (n.after).agreement_code,
        'positionCode', (n.after).position_code,
        'positionTitle', (n.after).position_title,
        'departmentCode', (n.after).department_code,
        'locationCode', (n.after).location_code,
        'managerEmployeeNumber', (n.after).manager_employee_number,
        'costAllocations', (n.after).cost_allocations,
        'payGroupCode', (n.after).pay_group,
        'payFrequency', (n.after).pay_frequency,
        'hoursPerWeek', (n.after).hours_per_week,
        'workPatternCode', (n.after).pattern_code)), '{}')
      || coalesce(n.own, '{}'), '{}'), (n.after).effective_from
  from next n
  cross join lateral (select n.fields || coalesce((select array_agg(key) from jsonb_object_keys(n.own) key), '{}') as fields) f
  where not n.is_new and not n.carried and (select count(*) from inserted) >= 0;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_endings(p_customer uuid, p_environment uuid, p_now timestamp with time zone, p_import uuid, recorded_by text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_import_chunk(p_customer uuid, p_environment uuid, p_import uuid, p_chunk integer, p_from integer, p_to integer, p_actor jsonb, p_source jsonb, p_now timestamp with time zone, p_steps jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  counted jsonb;
begin
  perform set_config('app.customer', p_customer::text, true), set_config('app.environment', p_environment::text, true),
    set_config('work_mem', '64MB', true);
  -- Right after a bulk load the tables have no statistics yet, and a nested loop over guesses would take hours.
  if p_to - p_from >= 1000 then perform set_config('enable_nestloop', 'off', true); end if;
  select c.counts into counted from payroll.import_chunks c
  where c.environment_id = p_environment and c.import_id = p_import and c.chunk = p_chunk;
  if counted is not null then return counted; end if;
  -- The row first: a second worker with the same chunk waits here, and then finds it taken.
  insert into payroll.import_chunks (environment_id, customer_id, import_id, chunk, applied_at, counts)
  values (p_environment, p_customer, p_import, p_chunk, p_now, '{}');
  counted := payroll.apply_staged(p_customer, p_environment, p_from, p_to, p_actor,
    p_source || jsonb_build_object('importId', p_import), p_now, p_import, p_chunk, p_steps);
  return counted;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_kiwisaver(p_customer uuid, p_environment uuid, p_now timestamp with time zone, p_import uuid, recorded_by text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into payroll.kiwisaver (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
    status,
        employee_pct,
        employer_pct,
        reduction_start,
        reduction_end,
        suspension_start,
        suspension_end,
        opt_out_date)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import,
    case when w.kiwisaver_status is null then (b.base).status else nullif(w.kiwisaver_status, '') end,
        case when w.employee_pct is null then (b.base).employee_pct else nullif(w.employee_pct, '')::numeric end,
        case when w.employer_pct is null then (b.base).employer_pct else nullif(w.employer_pct, '')::numeric end,
        payroll.reduction_start(w.reduction_start, w.reduction_end, w.kiwisaver_status, (b.base).status,
          (b.base).reduction_start, (b.base).reduction_end, w.effective_from),
        case when w.reduction_end is null then (b.base).reduction_end else nullif(w.reduction_end, '')::date end,
        case when w.suspension_start is null then (b.base).suspension_start else nullif(w.suspension_start, '')::date end,
        case when w.suspension_end is null then (b.base).suspension_end else nullif(w.suspension_end, '')::date end,
        payroll.opt_out_date(w.opt_out_date, w.kiwisaver_status, (b.base).status, (b.base).opt_out_date, w.effective_from)
  from pg_temp.payroll_work w cross join (select null::payroll.kiwisaver as base) b
  where w.is_new and w.touches & 16 <> 0;

  with next as materialized (
    select * from payroll.next_kiwisaver(p_environment)
  ), superseded as (
    update payroll.kiwisaver d set superseded_at = p_now from next n
    where n.writes and (n.base).effective_from = (n.after).effective_from and d.environment_id = p_environment
      and d.employment_id = n.owner_id and d.effective_from = (n.after).effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.kiwisaver (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
      status,
        employee_pct,
        employer_pct,
        reduction_start,
        reduction_end,
        suspension_start,
        suspension_end,
        opt_out_date)
    select p_environment, p_customer, n.owner_id, (n.after).effective_from, p_now, recorded_by, p_import,
      (n.after).status,
        (n.after).employee_pct,
        (n.after).employer_pct,
        (n.after).reduction_start,
        (n.after).reduction_end,
        (n.after).suspension_start,
        (n.after).suspension_end,
        (n.after).opt_out_date
    from next n where n.writes and (select count(*) from superseded) >= 0
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select n.line, 5, case when n.is_new then null when (n.after).effective_from > n.today then 'kiwisaver.scheduled' else 'kiwisaver.changed' end,
    case when not n.is_new then 'kiwisaver' end, f.fields, ('{P3}')::text[],
    nullif(coalesce(payroll.value_changes(f.fields, jsonb_build_object(), jsonb_build_object()), '{}')
      || coalesce(n.own, '{}'), '{}'), (n.after).effective_from
  from next n
  cross join lateral (select n.fields || coalesce((select array_agg(key) from jsonb_object_keys(n.own) key), '{}') as fields) f
  where not n.is_new and not n.carried and (select count(*) from inserted) >= 0;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_pay_rates(p_customer uuid, p_environment uuid, p_now timestamp with time zone, p_import uuid, recorded_by text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_person_details(p_customer uuid, p_environment uuid, p_now timestamp with time zone, p_import uuid, recorded_by text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into payroll.person_details (environment_id, customer_id, person_id, effective_from, recorded_at, recorded_by, import_id,
    title,
        first_name,
        middle_names,
        last_name,
        preferred_name,
        birth_date,
        gender,
        work_email,
        personal_email,
        mobile,
        line1,
        line2,
        suburb,
        city,
        state,
        postcode,
        country, told_by)
  select p_environment, p_customer, w.person_id, w.effective_from, p_now, recorded_by, p_import,
    case when w.title is null then (b.base).title else nullif(w.title, '') end,
        case when w.first_name is null then (b.base).first_name else nullif(w.first_name, '') end,
        case when w.middle_names is null then (b.base).middle_names else nullif(w.middle_names, '') end,
        case when w.last_name is null then (b.base).last_name else nullif(w.last_name, '') end,
        case when w.preferred_name is null then (b.base).preferred_name else nullif(w.preferred_name, '') end,
        case when w.birth_date is null then (b.base).birth_date else nullif(w.birth_date, '')::date end,
        case when w.gender is null then (b.base).gender else nullif(w.gender, '') end,
        case when w.work_email is null then (b.base).work_email else nullif(w.work_email, '') end,
        case when w.personal_email is null then (b.base).personal_email else nullif(w.personal_email, '') end,
        case when w.mobile is null then (b.base).mobile else nullif(w.mobile, '') end,
        case when w.line1 is null then (b.base).line1 else nullif(w.line1, '') end,
        case when w.line2 is null then (b.base).line2 else nullif(w.line2, '') end,
        case when w.suburb is null then (b.base).suburb else nullif(w.suburb, '') end,
        case when w.city is null then (b.base).city else nullif(w.city, '') end,
        case when w.state is null then (b.base).state else nullif(w.state, '') end,
        case when w.postcode is null then (b.base).postcode else nullif(w.postcode, '') end,
        case when w.country is null then (b.base).country else nullif(w.country, '') end, w.employment_id
  from pg_temp.payroll_work w cross join (select null::payroll.person_details as base) b
  where w.new_person and w.leads_person and w.touches & 1 <> 0;

  with next as materialized (
    select * from payroll.next_person_details(p_environment)
  ), superseded as (
    update payroll.person_details d set superseded_at = p_now from next n
    where n.writes and (n.base).effective_from = (n.after).effective_from and d.environment_id = p_environment
      and d.person_id = n.owner_id and d.effective_from = (n.after).effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.person_details (environment_id, customer_id, person_id, effective_from, recorded_at, recorded_by, import_id,
      title,
        first_name,
        middle_names,
        last_name,
        preferred_name,
        birth_date,
        gender,
        work_email,
        personal_email,
        mobile,
        line1,
        line2,
        suburb,
        city,
        state,
        postcode,
        country, told_by)
    select p_environment, p_customer, n.owner_id, (n.after).effective_from, p_now, recorded_by, p_import,
      (n.after).title,
        (n.after).first_name,
        (n.after).middle_names,
        (n.after).last_name,
        (n.after).preferred_name,
        (n.after).birth_date,
        (n.after).gender,
        (n.after).work_email,
        (n.after).personal_email,
        (n.after).mobile,
        (n.after).line1,
        (n.after).line2,
        (n.after).suburb,
        (n.after).city,
        (n.after).state,
        (n.after).postcode,
        (n.after).country, w.employment_id
    from next n join pg_temp.payroll_work w on w.line = n.line where n.writes and (select count(*) from superseded) >= 0
    returning 1
  ), renamed as (
    update payroll.people o set external_id = n.own #>> '{externalId,new}' from next n
    where n.own is not null and o.environment_id = p_environment and o.id = n.owner_id
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select n.line, 1, case when n.is_new then null when (n.after).effective_from > n.today then 'employee.update_scheduled' else 'employee.updated' end,
    case when not n.is_new then 'employee' end, f.fields, (case when f.fields <@ '{title,legalFirstName,legalMiddleNames,legalLastName,preferredName,workEmail,externalId}' then '{P1}' else '{P1,P2}' end)::text[],
    nullif(coalesce(payroll.value_changes(f.fields, jsonb_build_object('title', (n.base).title,
        'legalFirstName', (n.base).first_name,
        'legalMiddleNames', (n.base).middle_names,
        'legalLastName', (n.base).last_name,
        'preferredName', (n.base).preferred_name,
        'workEmail', (n.base).work_email), jsonb_build_object('title', (n.after).title,
        'legalFirstName', (n.after).first_name,
        'legalMiddleNames', (n.after).middle_names,
        'legalLastName', (n.after).last_name,
        'preferredName', (n.after).preferred_name,
        'workEmail', (n.after).work_email)), '{}')
      || coalesce(n.own, '{}'), '{}'), (n.after).effective_from
  from next n
  cross join lateral (select n.fields || coalesce((select array_agg(key) from jsonb_object_keys(n.own) key), '{}') as fields) f
  where true and not n.carried and (select count(*) from inserted) >= 0;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_staged(p_customer uuid, p_environment uuid, p_from integer, p_to integer, p_actor jsonb, p_source jsonb, p_now timestamp with time zone, p_import uuid, p_chunk integer, p_steps jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  recorded_by text := (p_actor->>'kind') || ':' || (p_actor->>'id');
  counted jsonb;
  facts jsonb;
  found jsonb;
  broken jsonb;
  added int;
  new_head bigint;
begin
  perform payroll.lock_employments(p_environment, array_agg(s.company_code), array_agg(s.employee_number), array_agg(s.external_folded))
  from pg_temp.payroll_staged s where s.line between p_from and p_to;

  perform payroll.fill_work(p_environment, p_from, p_to, p_now, false);
  select jsonb_agg(to_jsonb(j) order by j.line, j.code, j.field),
      coalesce(jsonb_agg(to_jsonb(j) order by j.line, j.code, j.field) filter (where not payroll.is_note(j.code)), '[]')
    into found, broken from (
    select j.*, null as other from payroll.judge_new(p_environment, p_from, p_to, p_now, p_steps) j where p_chunk is null
    union all select j.*, null from payroll.judge_changes(p_environment, p_steps, p_chunk is null) j
      where exists (select from pg_temp.payroll_work w where not w.is_new)
    union all select j.line, j.code, j.field, null, j.other from payroll.judge_identity(p_environment, p_from, p_to) j
      where exists (select from pg_temp.payroll_work w where w.is_new)
    union all select j.line, j.code, j.field, null, j.other from payroll.judge_codes(p_environment, p_from, p_to) j
      where p_chunk is null) j;
  if broken <> '[]' then
    if p_chunk is null then return jsonb_build_object('broken', broken); end if;
    delete from pg_temp.payroll_work w using jsonb_to_recordset(broken) as b(line int) where b.line = w.line;
  end if;

  -- Two rows that name one person: new people are made once, and the later row speaks for the person.
  update pg_temp.payroll_work w
  set person_id = f.person_id, new_person = w.line = f.line, rehired = w.line <> f.line
  from (select n.external_folded, min(n.line) as line, (array_agg(n.person_id order by n.line))[1] as person_id
        from pg_temp.payroll_work n
        where n.new_person and n.external_folded <> '' group by n.external_folded having count(*) > 1) f
  where f.external_folded = w.external_folded and w.is_new;
  update pg_temp.payroll_work w set leads_person = w.line = f.line
  from (select person_id, max(line) as line from pg_temp.payroll_work group by person_id having count(*) > 1) f
  where w.person_id = f.person_id;

  insert into payroll.people (environment_id, customer_id, id, external_id, created_at)
  select p_environment, p_customer, w.person_id, nullif(w.external_id, ''), p_now
  from pg_temp.payroll_work w where w.new_person;
  insert into payroll.employments (environment_id, customer_id, id, person_id, company_code, employee_number, start_date,
    continuous_service_date, import_id, created_at, updated_at)
  select p_environment, p_customer, w.employment_id, w.person_id, w.company_code, w.employee_number, w.start_date,
    nullif(w.continuous_service_date, '')::date, p_import, p_now, p_now
  from pg_temp.payroll_work w where w.is_new;
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, effective_from)
  select w.line, 0, case when w.new_person then 'employee.created' when w.rehired and exists (
      select from payroll.employments o join payroll.endings n on n.environment_id = p_environment
        and n.employment_id = o.id and n.superseded_at is null and n.end_date < w.start_date
      where o.environment_id = p_environment and o.person_id = w.person_id) then 'employment.rehired'
      else 'employment.created' end,
    case when w.start_date > w.today then 'start' end,
    array_remove(array['person', 'employment', case when w.touches & 4 <> 0 then 'taxNz' end,
      case when w.touches & 8 <> 0 then 'taxAu' end, case when w.touches & 16 <> 0 then 'kiwiSaver' end,
      case when w.touches & 32 <> 0 then 'bankAccounts' end, case when w.touches & 64 <> 0 then 'payRates' end], null),
    '{P1,P2,P3,P4}', w.start_date
  from pg_temp.payroll_work w where w.is_new;
  -- Who starts before the day from which the record holds has nothing else that announces that day.
  insert into pg_temp.payroll_facts (line, rank, kind, fields, classes, effective_from)
  select w.line, 0, k.kind, '{}', '{}', w.effective_from
  from pg_temp.payroll_work w
  cross join (values (1, 'employee'), (2, 'employment'), (12, 'tax_details'), (16, 'kiwisaver'), (32, 'bank_account')) k(bits, kind)
  where w.is_new and w.effective_from > greatest(w.today, w.start_date) and w.touches & k.bits <> 0;

  insert into payroll.codes (environment_id, customer_id, kind, code, registered_by, registered_at)
  select distinct p_environment, p_customer, k.kind, k.code, p_source->>'channel', p_now
  from (select distinct w.department_code, w.location_code, w.pay_group from pg_temp.payroll_work w where w.touches & 2 <> 0) s
  cross join lateral (values ('department', s.department_code), ('location', s.location_code), ('pay-group', s.pay_group)) k(kind, code)
  where k.code <> ''
  on conflict do nothing;
  insert into payroll.codes (environment_id, customer_id, kind, code, registered_by, registered_at)
  select p_environment, p_customer, 'cost-centre', a->>'costCentre', p_source->>'channel', p_now
  from (select distinct w.cost_allocations from pg_temp.payroll_work w where w.cost_allocations <> '') s, jsonb_array_elements(s.cost_allocations::jsonb) a
  on conflict do nothing;

  -- Each group; one statement per group supersedes, inserts and notes the facts.
  perform payroll.apply_person_details(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_employment_details(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_tax_nz(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_tax_au(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_kiwisaver(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_bank_accounts(p_customer, p_environment, p_now, p_import, recorded_by, p_actor, p_source);
  perform payroll.apply_pay_rates(p_customer, p_environment, p_now, p_import, recorded_by);
  perform payroll.apply_endings(p_customer, p_environment, p_now, p_import, recorded_by);

  perform payroll.raise_other_employments(p_environment, p_now);
  -- What becomes effective later, with a timer for each such day and zone. A timer that is there already is locked: one that
  -- fires meanwhile would not see what is pending here, and leave it for ever.
  insert into payroll.pending_changes (environment_id, customer_id, effective_from, employment_id, kind)
  select p_environment, p_customer, f.effective_from, coalesce((f.other->>'employmentId')::uuid, w.employment_id), f.kind
  from pg_temp.payroll_facts f join pg_temp.payroll_work w on w.line = f.line
  where f.kind is not null and (f.effective_from > w.today or f.type is null)
  on conflict do nothing;
  -- Who joins a person has the changes ahead that were told through the other employments.
  if exists (select from pg_temp.payroll_work w where w.rehired) then
    insert into payroll.pending_changes (environment_id, customer_id, effective_from, employment_id, kind)
    select distinct p_environment, p_customer, p.effective_from, w.employment_id, p.kind
    from pg_temp.payroll_work w
    join payroll.employments o on o.environment_id = p_environment and o.person_id = w.person_id and o.id <> w.employment_id
    join payroll.pending_changes p on p.environment_id = p_environment and p.employment_id = o.id and p.kind = 'employee'
      and p.effective_from > w.today
    where w.rehired
    on conflict do nothing;
  end if;
  insert into platform.timers as t (kind, key, due_at, customer_id, environment_id, payload)
  select 'payroll.effective', p_environment || ':' || d.effective_from || ':' || d.zone,
    d.effective_from::timestamp at time zone d.zone, p_customer, p_environment, 'null'
  from (select distinct f.effective_from, w.zone from pg_temp.payroll_facts f join pg_temp.payroll_work w on w.line = f.line
        where f.kind is not null and (f.effective_from > w.today or f.type is null)) d
  order by 2
  on conflict (kind, key) do update set due_at = t.due_at;

  update payroll.employments e set version = w.version, updated_at = p_now, import_id = coalesce(p_import, e.import_id)
  from pg_temp.payroll_work w
  where not w.is_new and e.environment_id = p_environment and e.id = w.employment_id
    and exists (select from pg_temp.payroll_facts f where f.line = w.line and f.type not in ('bank_account.change_held', 'bank_account.change_withdrawn'));
  get diagnostics added = row_count;

  select jsonb_build_object('created', count(*) filter (where w.is_new), 'updated', added,
    'unchanged', count(*) filter (where not w.is_new) - added) into counted from pg_temp.payroll_work w;
  select counted || jsonb_build_object('events', count(f.type), 'ended', count(*) filter (where f.rank = 8 and f.type <> 'employment.termination_cancelled'),
    'held', count(*) filter (where f.type = 'bank_account.change_held')) into counted from pg_temp.payroll_facts f;

  if p_chunk is not null then
    if broken <> '[]' then counted := counted || jsonb_build_object('broken', broken); end if;
    update payroll.import_chunks c set counts = counted
    where c.environment_id = p_environment and c.import_id = p_import and c.chunk = p_chunk;
    added := (counted->>'events')::int;
    if added > 0 then
      update platform.streams set head = head + added where id = p_environment returning head into strict new_head;
      insert into platform.events (stream_id, sequence, recorded_at, type, subject, data, effective_from, actor, source)
      select p_environment, new_head - added + row_number() over (order by f.line, f.rank, f.effective_from), p_now, f.type, f.subject, f.data,
        f.effective_from, p_actor, p_source
      from payroll.described_facts() f;
    end if;
    return counted;
  end if;
  select jsonb_agg(to_jsonb(f) order by f.line, f.rank, f.effective_from) into facts from payroll.described_facts() f;
  return counted || jsonb_build_object('facts', coalesce(facts, '[]'), 'noted', coalesce(found, '[]'),
    'employmentId', (select w.employment_id from pg_temp.payroll_work w limit 1),
    'version', (select e.version from pg_temp.payroll_work w join payroll.employments e
                on e.environment_id = p_environment and e.id = w.employment_id limit 1));
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_tax_au(p_customer uuid, p_environment uuid, p_now timestamp with time zone, p_import uuid, recorded_by text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into payroll.tax_au (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
    tfn,
        tfn_exemption,
        residency_status,
        tax_free_threshold,
        study_loan,
        super_usi,
        super_member_no)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import,
    case when w.tfn is null then (b.base).tfn else nullif(w.tfn, '') end,
        case when w.tfn_exemption is null then (b.base).tfn_exemption else nullif(w.tfn_exemption, '') end,
        case when w.residency_status is null then (b.base).residency_status else nullif(w.residency_status, '') end,
        coalesce(case when w.tax_free_threshold is null then (b.base).tax_free_threshold else nullif(w.tax_free_threshold, '')::boolean end, false),
        coalesce(case when w.study_loan is null then (b.base).study_loan else nullif(w.study_loan, '')::boolean end, false),
        case when w.super_usi is null then (b.base).super_usi else nullif(w.super_usi, '') end,
        case when w.super_member_no is null then (b.base).super_member_no else nullif(w.super_member_no, '') end
  from pg_temp.payroll_work w cross join (select null::payroll.tax_au as base) b
  where w.is_new and w.touches & 8 <> 0;

  with next as materialized (
    select * from payroll.next_tax_au(p_environment)
  ), superseded as (
    update payroll.tax_au d set superseded_at = p_now from next n
    where n.writes and (n.base).effective_from = (n.after).effective_from and d.environment_id = p_environment
      and d.employment_id = n.owner_id and d.effective_from = (n.after).effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.tax_au (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
      tfn,
        tfn_exemption,
        residency_status,
        tax_free_threshold,
        study_loan,
        super_usi,
        super_member_no)
    select p_environment, p_customer, n.owner_id, (n.after).effective_from, p_now, recorded_by, p_import,
      (n.after).tfn,
        (n.after).tfn_exemption,
        (n.after).residency_status,
        (n.after).tax_free_threshold,
        (n.after).study_loan,
        (n.after).super_usi,
        (n.after).super_member_no
    from next n where n.writes and (select count(*) from superseded) >= 0
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select n.line, 4, case when n.is_new then null when (n.after).effective_from > n.today then 'tax_details.scheduled' else 'tax_details.changed' end,
    case when not n.is_new then 'tax_details' end, f.fields, (case when f.fields && '{tfn,superMemberNumber}' then '{P3,P4}' else '{P3}' end)::text[],
    nullif(coalesce(payroll.value_changes(f.fields, jsonb_build_object(), jsonb_build_object()), '{}')
      || coalesce(n.own, '{}'), '{}'), (n.after).effective_from
  from next n
  cross join lateral (select n.fields || coalesce((select array_agg(key) from jsonb_object_keys(n.own) key), '{}') as fields) f
  where not n.is_new and not n.carried and (select count(*) from inserted) >= 0;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.apply_tax_nz(p_customer uuid, p_environment uuid, p_now timestamp with time zone, p_import uuid, recorded_by text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into payroll.tax_nz (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
    ird_number,
        tax_code,
        student_loan,
        tax_rate_pct,
        tax_rate_end,
        sl_special_pct,
        sl_special_end,
        esct_pct,
        declaration_date,
        declaration_form)
  select p_environment, p_customer, w.employment_id, w.effective_from, p_now, recorded_by, p_import,
    case when w.ird_number is null then (b.base).ird_number else nullif(w.ird_number, '') end,
        case when w.tax_code is null then (b.base).tax_code else nullif(w.tax_code, '') end,
        coalesce(case when w.student_loan is null then (b.base).student_loan else nullif(w.student_loan, '')::boolean end, false),
        case when w.tax_rate_pct is null then (b.base).tax_rate_pct else nullif(w.tax_rate_pct, '')::numeric end,
        case when w.tax_rate_end is null then (b.base).tax_rate_end else nullif(w.tax_rate_end, '')::date end,
        case when w.sl_special_pct is null then (b.base).sl_special_pct else nullif(w.sl_special_pct, '')::numeric end,
        case when w.sl_special_end is null then (b.base).sl_special_end else nullif(w.sl_special_end, '')::date end,
        case when w.esct_pct is null then (b.base).esct_pct else nullif(w.esct_pct, '')::numeric end,
        case when w.declaration_date is null then (b.base).declaration_date else nullif(w.declaration_date, '')::date end,
        case when w.declaration_form is null then (b.base).declaration_form else nullif(w.declaration_form, '') end
  from pg_temp.payroll_work w cross join (select null::payroll.tax_nz as base) b
  where w.is_new and w.touches & 4 <> 0;

  with next as materialized (
    select * from payroll.next_tax_nz(p_environment)
  ), superseded as (
    update payroll.tax_nz d set superseded_at = p_now from next n
    where n.writes and (n.base).effective_from = (n.after).effective_from and d.environment_id = p_environment
      and d.employment_id = n.owner_id and d.effective_from = (n.after).effective_from and d.superseded_at is null
    returning 1
  ), inserted as (
    insert into payroll.tax_nz (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, import_id,
      ird_number,
        tax_code,
        student_loan,
        tax_rate_pct,
        tax_rate_end,
        sl_special_pct,
        sl_special_end,
        esct_pct,
        declaration_date,
        declaration_form)
    select p_environment, p_customer, n.owner_id, (n.after).effective_from, p_now, recorded_by, p_import,
      (n.after).ird_number,
        (n.after).tax_code,
        (n.after).student_loan,
        (n.after).tax_rate_pct,
        (n.after).tax_rate_end,
        (n.after).sl_special_pct,
        (n.after).sl_special_end,
        (n.after).esct_pct,
        (n.after).declaration_date,
        (n.after).declaration_form
    from next n where n.writes and (select count(*) from superseded) >= 0
    returning 1
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from)
  select n.line, 3, case when n.is_new then null when (n.after).effective_from > n.today then 'tax_details.scheduled' else 'tax_details.changed' end,
    case when not n.is_new then 'tax_details' end, f.fields, (case when 'irdNumber' = any (f.fields) then '{P3,P4}' else '{P3}' end)::text[],
    nullif(coalesce(payroll.value_changes(f.fields, jsonb_build_object(), jsonb_build_object()), '{}')
      || coalesce(n.own, '{}'), '{}'), (n.after).effective_from
  from next n
  cross join lateral (select n.fields || coalesce((select array_agg(key) from jsonb_object_keys(n.own) key), '{}') as fields) f
  where not n.is_new and not n.carried and (select count(*) from inserted) >= 0;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.changed_employment_details(before payroll.employment_details, after payroll.employment_details)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when (after).employment_type is distinct from (before).employment_type then 'employmentType' end,
        case when (after).fixed_term_end is distinct from (before).fixed_term_end then 'fixedTermEndDate' end,
        case when (after).agreement_code is distinct from (before).agreement_code then 'agreementCode' end,
        case when (after).position_code is distinct from (before).position_code then 'positionCode' end,
        case when (after).position_title is distinct from (before).position_title then 'positionTitle' end,
        case when (after).department_code is distinct from (before).department_code then 'departmentCode' end,
        case when (after).location_code is distinct from (before).location_code then 'locationCode' end,
        case when (after).manager_employee_number is distinct from (before).manager_employee_number then 'managerEmployeeNumber' end,
        case when (after).cost_allocations is distinct from (before).cost_allocations then 'costAllocations' end,
        case when (after).pay_group is distinct from (before).pay_group then 'payGroupCode' end,
        case when (after).pay_frequency is distinct from (before).pay_frequency then 'payFrequency' end,
        case when (after).hours_per_week is distinct from (before).hours_per_week then 'hoursPerWeek' end,
        case when (after).pattern_code is distinct from (before).pattern_code then 'workPatternCode' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.changed_kiwisaver(before payroll.kiwisaver, after payroll.kiwisaver)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when (after).status is distinct from (before).status then 'status' end,
        case when (after).employee_pct is distinct from (before).employee_pct then 'employeeRatePercent' end,
        case when (after).employer_pct is distinct from (before).employer_pct then 'employerRatePercent' end,
        case when (after).reduction_start is distinct from (before).reduction_start then 'rateReductionStart' end,
        case when (after).reduction_end is distinct from (before).reduction_end then 'rateReductionEnd' end,
        case when (after).suspension_start is distinct from (before).suspension_start then 'suspensionStart' end,
        case when (after).suspension_end is distinct from (before).suspension_end then 'suspensionEnd' end,
        case when (after).opt_out_date is distinct from (before).opt_out_date then 'optOutDate' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.changed_person_details(before payroll.person_details, after payroll.person_details)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when (after).title is distinct from (before).title then 'title' end,
        case when (after).first_name is distinct from (before).first_name then 'legalFirstName' end,
        case when (after).middle_names is distinct from (before).middle_names then 'legalMiddleNames' end,
        case when (after).last_name is distinct from (before).last_name then 'legalLastName' end,
        case when (after).preferred_name is distinct from (before).preferred_name then 'preferredName' end,
        case when (after).birth_date is distinct from (before).birth_date then 'dateOfBirth' end,
        case when (after).gender is distinct from (before).gender then 'gender' end,
        case when (after).work_email is distinct from (before).work_email then 'workEmail' end,
        case when (after).personal_email is distinct from (before).personal_email then 'personalEmail' end,
        case when (after).mobile is distinct from (before).mobile then 'mobile' end,
        case when row((after).line1, (after).line2, (after).suburb, (after).city, (after).state, (after).postcode, (after).country) is distinct from row((before).line1, (before).line2, (before).suburb, (before).city, (before).state, (before).postcode, (before).country) then 'address' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.changed_tax_au(before payroll.tax_au, after payroll.tax_au)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when (after).tfn is distinct from (before).tfn then 'tfn' end,
        case when (after).tfn_exemption is distinct from (before).tfn_exemption then 'tfnExemption' end,
        case when (after).residency_status is distinct from (before).residency_status then 'residencyStatus' end,
        case when (after).tax_free_threshold is distinct from (before).tax_free_threshold then 'taxFreeThresholdClaimed' end,
        case when (after).study_loan is distinct from (before).study_loan then 'studyLoan' end,
        case when (after).super_usi is distinct from (before).super_usi then 'superUsi' end,
        case when (after).super_member_no is distinct from (before).super_member_no then 'superMemberNumber' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.changed_tax_nz(before payroll.tax_nz, after payroll.tax_nz)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when (after).ird_number is distinct from (before).ird_number then 'irdNumber' end,
        case when (after).tax_code is distinct from (before).tax_code then 'taxCode' end,
        case when (after).student_loan is distinct from (before).student_loan then 'studentLoan' end,
        case when (after).tax_rate_pct is distinct from (before).tax_rate_pct then 'taxRatePercent' end,
        case when (after).tax_rate_end is distinct from (before).tax_rate_end then 'taxRateEndDate' end,
        case when (after).sl_special_pct is distinct from (before).sl_special_pct then 'slSpecialRatePercent' end,
        case when (after).sl_special_end is distinct from (before).sl_special_end then 'slSpecialRateEndDate' end,
        case when (after).esct_pct is distinct from (before).esct_pct then 'esctRatePercent' end,
        case when (after).declaration_date is distinct from (before).declaration_date then 'declarationDate' end,
        case when (after).declaration_form is distinct from (before).declaration_form then 'declarationForm' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.cleared_fields(left_out text, before jsonb, after jsonb)
 RETURNS SETOF text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select c.key from jsonb_each_text(before) c
  where c.key = any (string_to_array(left_out, ' ')) and c.value <> 'false' and coalesce(after->>c.key, 'false') = 'false'
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.cross_findings(p_environment uuid, p_ids uuid[], p_now timestamp with time zone)
 RETURNS TABLE(employment_id uuid, code text, other text)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.cross_findings_on(p_environment uuid, p_ids uuid[], p_today date)
 RETURNS TABLE(employment_id uuid, code text, other text)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.decimal_text(value numeric)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when scale(trim_scale(value)) < 2 then round(value, 2)::text else trim_scale(value)::text end
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.described_facts()
 RETURNS TABLE(line integer, rank integer, type text, effective_from date, subject jsonb, data jsonb)
 LANGUAGE sql
 STABLE
AS $function$
  select f.line, f.rank, f.type, f.effective_from,
    coalesce(f.other->'subject', jsonb_build_object('employeeId', payroll.show_id('emp', w.employment_id),
      'personId', payroll.show_id('pp', w.person_id), 'companyCode', w.company_code, 'employeeNumber', w.employee_number)),
    jsonb_build_object('effectiveFrom', f.effective_from, 'version', coalesce((f.other->>'version')::int,
      w.version - (f.type in ('bank_account.change_held', 'bank_account.change_withdrawn'))::int), 'change', jsonb_build_object(
      'kind', case when f.rank = 0 then 'create' when f.rank = 8 then 'end' else 'update' end, 'fields', f.fields,
      'classes', f.classes, 'values', coalesce(f.new_values, '{}'),
      'timing', case when f.effective_from > w.today then 'future' when f.effective_from < w.today then 'past' else 'today' end))
  from pg_temp.payroll_facts f
  join pg_temp.payroll_work w on w.line = f.line
  where f.type is not null
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.differs_from_person(p_environment uuid, p_person uuid, p_first text, p_last text, p_birth text, p_ird text, p_tfn text, p_residency text)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select array_remove(array[
    case when not exists (select from payroll.person_details d where d.environment_id = p_environment and d.person_id = p_person
      and d.superseded_at is null and platform.fold_search(d.first_name) = platform.fold_search(p_first)) then 'first_name' end,
    case when not exists (select from payroll.person_details d where d.environment_id = p_environment and d.person_id = p_person
      and d.superseded_at is null and platform.fold_search(d.last_name) = platform.fold_search(p_last)) then 'last_name' end,
    case when not exists (select from payroll.person_details d where d.environment_id = p_environment and d.person_id = p_person
      and d.superseded_at is null and d.birth_date = nullif(p_birth, '')::date) then 'birth_date' end,
    case when not exists (
        select from payroll.employments o
        join payroll.tax_nz z on z.environment_id = p_environment and z.employment_id = o.id and z.superseded_at is null
        where o.environment_id = p_environment and o.person_id = p_person and z.ird_number = nullif(p_ird, ''))
      and not exists (
        select from payroll.employments o
        join payroll.tax_au a on a.environment_id = p_environment and a.employment_id = o.id and a.superseded_at is null
        where o.environment_id = p_environment and o.person_id = p_person and a.tfn = nullif(p_tfn, ''))
      then case when coalesce(p_residency, '') <> '' then 'tfn' else 'ird_number' end end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.documents(p_environment uuid, p_ids uuid[], p_as_of date, p_at timestamp with time zone)
 RETURNS TABLE(employment_id uuid, person_id uuid, version integer, document json)
 LANGUAGE plpgsql
AS $function$
begin
  perform set_config('app.environment', p_environment::text, true);
  return query
  select e.id, e.person_id, e.version, json_build_object(
    'employeeId', payroll.show_id('emp', e.id), 'personId', payroll.show_id('pp', e.person_id),
    'companyCode', e.company_code, 'employeeNumber', e.employee_number, 'version', e.version,
    'status', case when n.end_date < t.as_of then 'terminated' when e.start_date > t.as_of then 'pending' else 'active' end,
    'asOf', t.as_of, 'masked', '[]'::json,
    'person', case when p.person_id is not null then json_build_object(
      'externalId', x.external_id, 'title', p.title, 'legalFirstName', p.first_name, 'legalMiddleNames', p.middle_names,
      'legalLastName', p.last_name, 'preferredName', p.preferred_name, 'dateOfBirth', p.birth_date, 'gender', p.gender,
      'workEmail', p.work_email, 'personalEmail', p.personal_email, 'mobile', p.mobile,
      'address', case when p.country is not null then json_build_object('line1', p.line1, 'line2', p.line2, 'suburb', p.suburb,
        'city', p.city, 'state', p.state, 'postcode', p.postcode, 'country', p.country) end,
      'effectiveFrom', p.effective_from) end,
    'employment', case when d.employment_id is not null then json_build_object(
      'startDate', e.start_date, 'continuousServiceDate', e.continuous_service_date, 'endDate', n.end_date,
      'terminationReason', n.termination_reason, 'employmentType', d.employment_type, 'fixedTermEndDate', d.fixed_term_end,
      'agreementCode', d.agreement_code, 'positionCode', d.position_code, 'positionTitle', d.position_title,
      'departmentCode', d.department_code, 'locationCode', d.location_code,
      'managerEmployeeNumber', d.manager_employee_number, 'costAllocations', d.cost_allocations,
      'payGroupCode', d.pay_group, 'payFrequency', d.pay_frequency, 'hoursPerWeek', payroll.decimal_text(d.hours_per_week),
      'workPatternCode', d.pattern_code, 'effectiveFrom', d.effective_from) end,
    'taxNz', case when z.employment_id is not null then json_build_object(
      'irdNumber', z.ird_number, 'taxCode', z.tax_code, 'studentLoan', z.student_loan,
      'taxRatePercent', payroll.decimal_text(z.tax_rate_pct), 'taxRateEndDate', z.tax_rate_end,
      'slSpecialRatePercent', payroll.decimal_text(z.sl_special_pct), 'slSpecialRateEndDate', z.sl_special_end,
      'esctRatePercent', trim_scale(z.esct_pct)::text, 'declarationDate', z.declaration_date,
      'declarationForm', z.declaration_form, 'effectiveFrom', z.effective_from) end,
    'taxAu', case when a.employment_id is not null then json_build_object(
      'tfn', a.tfn, 'tfnExemption', a.tfn_exemption, 'residencyStatus', a.residency_status,
      'taxFreeThresholdClaimed', a.tax_free_threshold, 'studyLoan', a.study_loan, 'superUsi', a.super_usi,
      'superMemberNumber', a.super_member_no, 'effectiveFrom', a.effective_from) end,
    'kiwiSaver', case when k.employment_id is not null then json_build_object(
      'status', k.status, 'employeeRatePercent', payroll.decimal_text(k.employee_pct),
      'employerRatePercent', payroll.decimal_text(k.employer_pct), 'rateReductionStart', k.reduction_start,
      'rateReductionEnd', k.reduction_end, 'suspensionStart', k.suspension_start, 'suspensionEnd', k.suspension_end,
      'optOutDate', k.opt_out_date, 'effectiveFrom', k.effective_from) end,
    'bankAccounts', coalesce((select json_agg(json_build_object('country', i->>'country', 'account', i->>'account',
        'accountName', i->>'accountName', 'reference', i->>'reference',
        'allocation', json_build_object('type', i->>'type', 'value', i->>'value')))
      from jsonb_array_elements(b.accounts) i), '[]'),
    'payRates', coalesce((select json_agg(json_build_object('effectiveFrom', r.effective_from, 'rateType', r.rate_type,
        'amount', payroll.decimal_text(r.amount), 'currency', r.currency,
        'hoursPerWeek', payroll.decimal_text(r.rate_hours_per_week), 'reasonCode', r.reason_code) order by r.effective_from)
      from payroll.pay_rates r
      where r.environment_id = p_environment and r.employment_id = e.id and r.superseded_at is null), '[]'))
  from payroll.employments e
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join payroll.people x on x.environment_id = p_environment and x.id = e.person_id
  cross join lateral (select coalesce(p_as_of, (p_at at time zone c.time_zone)::date) as as_of) t
  left join payroll.endings n on n.environment_id = p_environment and n.employment_id = e.id and n.superseded_at is null
  left join lateral (
    (select d.* from payroll.person_details d where d.environment_id = p_environment and d.person_id = e.person_id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.person_details d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.person_id = e.person_id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) p on true
  left join lateral (
    (select d.* from payroll.employment_details d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.employment_details d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) d on true
  left join lateral (
    (select d.* from payroll.tax_nz d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.tax_nz d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) z on true
  left join lateral (
    (select d.* from payroll.tax_au d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.tax_au d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) a on true
  left join lateral (
    (select d.* from payroll.kiwisaver d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.kiwisaver d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) k on true
  left join lateral (
    (select d.* from payroll.bank_account_sets d where d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null and d.effective_from <= t.as_of order by d.effective_from desc limit 1)
    union all
    (select d.* from payroll.bank_account_sets d where (p_as_of is null or t.as_of >= e.start_date) and d.environment_id = p_environment and d.employment_id = e.id
       and d.superseded_at is null order by d.effective_from limit 1)
    limit 1) b on true
  where e.environment_id = p_environment and e.id = any (p_ids)
  order by e.company_code, e.employee_number;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.elected_rates(p_steps jsonb)
 RETURNS TABLE(from_day date, until_day date, elected numeric[])
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when lag(s."from") over steps is null then '-infinity' else s."from" end,
    coalesce(lead(s."from") over steps, 'infinity'), s.elected
  from jsonb_to_recordset(p_steps) as s("from" date, elected numeric[])
  window steps as (order by s."from")
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.employee_document(p_environment uuid, p_company text, p_number text, p_as_of date, p_at timestamp with time zone DEFAULT now())
 RETURNS TABLE(employment_id uuid, person_id uuid, version integer, document json)
 LANGUAGE plpgsql
AS $function$
declare
  found_id uuid;
begin
  perform set_config('app.environment', p_environment::text, true);
  select e.id into found_id from payroll.employments e
  where e.environment_id = p_environment and e.company_code = p_company and e.employee_number = p_number;
  if found_id is null then
    select e.id into found_id from payroll.employments e
    where e.environment_id = p_environment and e.company_code = p_company and e.number_folded = platform.fold_code(p_number)
      and not e.number_twin;
  end if;
  if found_id is null then return; end if;
  return query select * from payroll.documents(p_environment, array[found_id], p_as_of, p_at);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.employee_page(p_environment uuid, p_after_company text, p_after_number text, p_limit integer, p_search text, p_status text, p_at timestamp with time zone)
 RETURNS TABLE(employment_id uuid, person_id uuid, company_code text, employee_number text, name text, position_title text, department_code text, location_code text, employment_type text, start_date date, end_date date, status text, version integer, updated_at timestamp with time zone)
 LANGUAGE plpgsql
AS $function$
begin
  perform set_config('app.environment', p_environment::text, true);
  return query
  select e.id, e.person_id, e.company_code, e.employee_number, coalesce(p.preferred_name, p.first_name) || ' ' || p.last_name,
    d.position_title, d.department_code, d.location_code, d.employment_type, e.start_date, n.end_date, t.status, e.version,
    e.updated_at
  from payroll.employments e
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  left join payroll.endings n on n.environment_id = p_environment and n.employment_id = e.id and n.superseded_at is null
  cross join lateral (select (p_at at time zone c.time_zone)::date as today) day
  cross join lateral (select case when n.end_date < day.today then 'terminated'
    when e.start_date > day.today then 'pending' else 'active' end as status) t
  left join lateral (
    select d.first_name, d.preferred_name, d.last_name, d.name_folded from payroll.person_details d
    where d.environment_id = p_environment and d.person_id = e.person_id and d.superseded_at is null
    order by d.effective_from <= day.today desc, abs(d.effective_from - day.today) limit 1) p on true
  left join lateral (
    select d.position_title, d.department_code, d.location_code, d.employment_type from payroll.employment_details d
    where d.environment_id = p_environment and d.employment_id = e.id and d.superseded_at is null
    order by d.effective_from <= day.today desc, abs(d.effective_from - day.today) limit 1) d on true
  where e.environment_id = p_environment
    and (p_after_company is null or (e.company_code, e.employee_number) > (p_after_company, p_after_number))
    and (p_status is null or t.status = p_status)
    and (p_search is null or e.number_folded like p_search || '%' or p.name_folded like '%' || p_search || '%'
         or case when octet_length(d.position_title) = length(d.position_title) then lower(d.position_title)
              else platform.fold_search(d.position_title) end like '%' || p_search || '%'
         or lower(d.department_code) like p_search || '%')
  order by e.company_code, e.employee_number
  limit p_limit;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.employment_faults(employment_type text, fixed_term_end date)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when employment_type = 'fixedTerm' and fixed_term_end is null then array['fixed-term-end fixed_term_end']
    else '{}' end
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.ending_faults(start_date date, end_date date, reason text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when end_date < start_date then 'end-before-start end_date' end,
    case when end_date is not null and reason is null then 'termination-reason termination_reason' end,
    case when end_date is null and reason is not null then 'end-date end_date' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.fields_effective(p_environment uuid, p_kind text, p_employment uuid, p_person uuid, p_day date)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select case p_kind
    when 'start' then '{startDate}'
    when 'end' then '{endDate,terminationReason}'
    when 'bank_account' then (
      select case when d.accounts is distinct from b.accounts then '{bankAccounts}'::text[] end
      from payroll.bank_account_sets d
      left join lateral (
        select o.accounts from payroll.bank_account_sets o
        where o.environment_id = p_environment and o.employment_id = p_employment and o.superseded_at is null
          and o.effective_from < p_day order by o.effective_from desc limit 1) b on true
      where d.environment_id = p_environment and d.employment_id = p_employment and d.superseded_at is null
        and d.effective_from = p_day)
    when 'employee' then payroll.fields_on_person_details(p_environment, p_person, p_day)
    when 'employment' then payroll.fields_on_employment_details(p_environment, p_employment, p_day)
    when 'kiwisaver' then payroll.fields_on_kiwisaver(p_environment, p_employment, p_day)
    when 'tax_details' then payroll.fields_on_tax_nz(p_environment, p_employment, p_day)
      || payroll.fields_on_tax_au(p_environment, p_employment, p_day)
    when 'pay_rate' then (
      select array_remove(array[
        case when d.rate_type is distinct from b.rate_type then 'rateType' end,
        case when d.amount is distinct from b.amount then 'amount' end,
        case when d.currency is distinct from b.currency then 'currency' end,
        case when d.rate_hours_per_week is distinct from b.rate_hours_per_week then 'rateHoursPerWeek' end,
        case when d.reason_code is distinct from b.reason_code then 'reasonCode' end], null)
      from payroll.pay_rates d
      left join lateral (
        select o.* from payroll.pay_rates o
        where o.environment_id = p_environment and o.employment_id = p_employment and o.superseded_at is null
          and o.effective_from < p_day order by o.effective_from desc limit 1) b on true
      where d.environment_id = p_environment and d.employment_id = p_employment and d.superseded_at is null
        and d.effective_from = p_day) end
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.fields_on_employment_details(p_environment uuid, p_owner uuid, p_day date)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((
    select payroll.changed_employment_details((select b from payroll.employment_details b
      where b.environment_id = p_environment and b.employment_id = p_owner and b.superseded_at is null and b.effective_from < p_day
      order by b.effective_from desc limit 1), d)
    from payroll.employment_details d
    where d.environment_id = p_environment and d.employment_id = p_owner and d.superseded_at is null and d.effective_from = p_day), '{}')
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.fields_on_kiwisaver(p_environment uuid, p_owner uuid, p_day date)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((
    select payroll.changed_kiwisaver((select b from payroll.kiwisaver b
      where b.environment_id = p_environment and b.employment_id = p_owner and b.superseded_at is null and b.effective_from < p_day
      order by b.effective_from desc limit 1), d)
    from payroll.kiwisaver d
    where d.environment_id = p_environment and d.employment_id = p_owner and d.superseded_at is null and d.effective_from = p_day), '{}')
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.fields_on_person_details(p_environment uuid, p_owner uuid, p_day date)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((
    select payroll.changed_person_details((select b from payroll.person_details b
      where b.environment_id = p_environment and b.person_id = p_owner and b.superseded_at is null and b.effective_from < p_day
      order by b.effective_from desc limit 1), d)
    from payroll.person_details d
    where d.environment_id = p_environment and d.person_id = p_owner and d.superseded_at is null and d.effective_from = p_day), '{}')
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.fields_on_tax_au(p_environment uuid, p_owner uuid, p_day date)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((
    select payroll.changed_tax_au((select b from payroll.tax_au b
      where b.environment_id = p_environment and b.employment_id = p_owner and b.superseded_at is null and b.effective_from < p_day
      order by b.effective_from desc limit 1), d)
    from payroll.tax_au d
    where d.environment_id = p_environment and d.employment_id = p_owner and d.superseded_at is null and d.effective_from = p_day), '{}')
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.fields_on_tax_nz(p_environment uuid, p_owner uuid, p_day date)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((
    select payroll.changed_tax_nz((select b from payroll.tax_nz b
      where b.environment_id = p_environment and b.employment_id = p_owner and b.superseded_at is null and b.effective_from < p_day
      order by b.effective_from desc limit 1), d)
    from payroll.tax_nz d
    where d.environment_id = p_environment and d.employment_id = p_owner and d.superseded_at is null and d.effective_from = p_day), '{}')
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.fill_work(p_environment uuid, p_from integer, p_to integer, p_now timestamp with time zone, p_existing boolean)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  insert into pg_temp.payroll_work (line, touches, is_new, new_person, rehired, employment_id, person_id, version,
    start_date, today, zone, effective_from,
    company_code, employee_number, external_id, title, first_name, middle_names, last_name, preferred_name,
    birth_date, gender, work_email, personal_email, mobile, line1, line2, suburb, city, state, postcode, country,
    continuous_service_date, end_date, termination_reason, employment_type, fixed_term_end, agreement_code,
    position_code, position_title, department_code, location_code, manager_employee_number, cost_allocations,
    pay_group, pay_frequency, hours_per_week, pattern_code, ird_number, tax_code, student_loan, tax_rate_pct,
    tax_rate_end, sl_special_pct, sl_special_end, esct_pct, declaration_date, declaration_form, tfn, tfn_exemption,
    residency_status, tax_free_threshold, study_loan, super_usi, super_member_no, kiwisaver_status, employee_pct,
    employer_pct, reduction_start, reduction_end, suspension_start, suspension_end, opt_out_date, accounts, rate_from,
    rate_type, amount, currency, rate_hours_per_week, reason_code, rates, external_folded, left_out)
  select s.line, s.touches, e.id is null, e.id is null and x.id is null, e.id is null and x.id is not null,
    coalesce(e.id, uuidv7()), coalesce(e.person_id, x.id, uuidv7()), coalesce(e.version + 1, 1),
    coalesce(nullif(s.start_date, '')::date, e.start_date), t.today, c.time_zone,
    coalesce(nullif(s.effective_from, '')::date,
             greatest(t.today, coalesce(nullif(s.start_date, '')::date, e.start_date))),
    s.company_code, s.employee_number, s.external_id, s.title, s.first_name, s.middle_names, s.last_name,
    s.preferred_name, s.birth_date, s.gender, s.work_email, s.personal_email, s.mobile, s.line1, s.line2, s.suburb,
    s.city, s.state, s.postcode, s.country, s.continuous_service_date, s.end_date, s.termination_reason,
    s.employment_type, s.fixed_term_end, s.agreement_code, s.position_code, s.position_title, s.department_code,
    s.location_code, s.manager_employee_number, s.cost_allocations, s.pay_group, s.pay_frequency, s.hours_per_week,
    s.pattern_code, s.ird_number, s.tax_code, s.student_loan, s.tax_rate_pct, s.tax_rate_end, s.sl_special_pct,
    s.sl_special_end, s.esct_pct, s.declaration_date, s.declaration_form, s.tfn, s.tfn_exemption, s.residency_status,
    s.tax_free_threshold, s.study_loan, s.super_usi, s.super_member_no, s.kiwisaver_status, s.employee_pct,
    s.employer_pct, s.reduction_start, s.reduction_end, s.suspension_start, s.suspension_end, s.opt_out_date,
    s.accounts, s.rate_from, s.rate_type, s.amount,
    coalesce(nullif(s.currency, ''), case c.country when 'AU' then 'AUD' else 'NZD' end),
    s.rate_hours_per_week, s.reason_code, s.rates, s.external_folded, s.left_out
  from pg_temp.payroll_staged s
  join payroll.companies c on c.environment_id = p_environment and c.code = s.company_code
  cross join lateral (select (p_now at time zone c.time_zone)::date as today) t
  left join payroll.employments e
    on e.environment_id = p_environment and e.company_code = s.company_code and e.employee_number = s.employee_number
  left join payroll.people x on e.id is null and x.environment_id = p_environment
    and x.external_id_folded = nullif(s.external_folded, '') and not x.external_id_twin
  where s.line between p_from and p_to and (e.id is not null or not p_existing);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.has_employment(p_environment uuid, p_company text, p_number text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (select from payroll.employments e
    where e.environment_id = p_environment and e.company_code = p_company and e.employee_number = p_number)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.has_kiwisaver(status text, rate numeric)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select status not in ('notEligible', 'notMember') or rate is not null
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.is_note(code text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select code in ('later-change-stands', 'field-cleared', 'number-looks-alike')
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.is_same_person(p_environment uuid, p_person uuid, p_employment uuid, first_name text, last_name text, birth_date text, ird_number text, tfn text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from payroll.person_details d
      where d.environment_id = p_environment and d.person_id = p_person and d.superseded_at is null
        and d.birth_date = nullif(is_same_person.birth_date, '')::date
        and platform.fold_search(d.first_name || ' ' || d.last_name) = platform.fold_search(is_same_person.first_name || ' ' || is_same_person.last_name))
    or exists (select from payroll.tax_nz z
      where z.environment_id = p_environment and z.employment_id = p_employment and z.superseded_at is null
        and z.ird_number = nullif(is_same_person.ird_number, ''))
    or exists (select from payroll.tax_au a
      where a.environment_id = p_environment and a.employment_id = p_employment and a.superseded_at is null
        and a.tfn = nullif(is_same_person.tfn, ''))
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.judge_changes(p_environment uuid, p_steps jsonb, p_stands boolean)
 RETURNS TABLE(line integer, code text, field text, holds_from date)
 LANGUAGE sql
 STABLE
AS $function$
  with person as materialized (
    select * from payroll.next_person_details(p_environment)
  ), job as materialized (
    select * from payroll.next_employment_details(p_environment)
  ), tax as materialized (
    select * from payroll.next_tax_nz(p_environment)
  ), australian as materialized (
    select * from payroll.next_tax_au(p_environment)
  ), saver as materialized (
    select * from payroll.next_kiwisaver(p_environment)
  ), seasonal as materialized (
    select c.line, c.owner_id
    from (select n.line, n.owner_id from tax n where n.writes union select n.line, n.owner_id from saver n where n.writes) c
    where c.line in (select n.line from tax n where (n.after).tax_code = 'NSW')
      or exists (select from payroll.tax_nz d where d.environment_id = p_environment and d.employment_id = c.owner_id
        and d.superseded_at is null and d.tax_code = 'NSW')
  ), tax_days as (
    select k.*, lead(k.day, 1, 'infinity') over (partition by k.line order by k.day) as until_day
    from (
      select n.line, (n.after).effective_from as day, (n.after).tax_code from tax n where n.writes
      union all
      select c.line, d.effective_from, d.tax_code from seasonal c
      join payroll.tax_nz d on d.environment_id = p_environment and d.employment_id = c.owner_id and d.superseded_at is null
      where not exists (select from tax n where n.line = c.line and n.writes and (n.after).effective_from = d.effective_from)) k
  ), saver_days as (
    select k.*, lead(k.day, 1, 'infinity') over (partition by k.line order by k.day) as until_day
    from (
      select n.line, (n.after).effective_from as day, (n.after).status, (n.after).employee_pct from saver n where n.writes
      union all
      select c.line, d.effective_from, d.status, d.employee_pct from seasonal c
      join payroll.kiwisaver d on d.environment_id = p_environment and d.employment_id = c.owner_id and d.superseded_at is null
      where not exists (select from saver n where n.line = c.line and n.writes and (n.after).effective_from = d.effective_from)) k
  ), judged as (
    select n.line, case when n.carried then (n.after).effective_from end as later_day,
      payroll.person_faults((n.after).country, (n.after).postcode) as faults
    from person n where n.writes
    union all
    select n.line, case when n.carried then (n.after).effective_from end,
      payroll.employment_faults((n.after).employment_type, (n.after).fixed_term_end)
    from job n where n.writes
    union all
    select n.line, case when n.carried then (n.after).effective_from end,
      payroll.tax_nz_faults((n.after).ird_number, (n.after).tax_code, (n.after).student_loan, (n.after).tax_rate_pct, (n.after).sl_special_pct)
      || case when not n.carried and (n.after).effective_from < n.today and 'slSpecialRatePercent' = any (n.fields)
          and (n.after).sl_special_pct is not null then '{sl-special-retrospective sl_special_pct}'::text[] else '{}' end
    from tax n where n.writes
    union all
    select n.line, case when n.carried then (n.after).effective_from end,
      payroll.tax_au_faults((n.after).residency_status, (n.after).tfn, (n.after).tfn_exemption)
    from australian n where n.writes
    union all
    select n.line, case when n.carried then (n.after).effective_from end,
      payroll.kiwisaver_faults((n.after).status, (n.after).employee_pct, (n.after).reduction_start, (n.after).reduction_end,
        (n.after).opt_out_date, (n.after).effective_from, r.elected)
    from saver n
    left join payroll.elected_rates(p_steps) r on (n.after).effective_from >= r.from_day and (n.after).effective_from < r.until_day
    where n.writes
    union all
    select t.line, greatest(t.day, s.day), '{nsw-kiwisaver kiwisaver_status}'::text[]
    from tax_days t join saver_days s on s.line = t.line and s.day < t.until_day and t.day < s.until_day
    where t.tax_code = 'NSW' and payroll.has_kiwisaver(s.status, s.employee_pct)
    union all
    select w.line, null,
      payroll.ending_faults(w.start_date,
        case when w.end_date is null then n.end_date else nullif(w.end_date, '')::date end,
        case when w.termination_reason is null then n.termination_reason else nullif(w.termination_reason, '') end)
    from pg_temp.payroll_work w
    left join payroll.endings n on n.environment_id = p_environment and n.employment_id = w.employment_id and n.superseded_at is null
    where not w.is_new and w.touches & 130 <> 0
    union all
    select w.line, null, '{effective-before-start effective_from}'::text[]
    from pg_temp.payroll_work w where not w.is_new and w.effective_from < w.start_date
    union all
    -- A date of birth that changes with both names, or with a name and the IRD number, is another person's.
    select p.line, null, '{employee-number-taken employee_number}'
    from person p
    left join tax x on x.line = p.line and not x.carried
      and (x.after).ird_number <> (x.base).ird_number
    where not p.is_new and not p.carried and p.fields @> '{dateOfBirth}' and p.fields && '{legalFirstName,legalLastName}'
      and (platform.fold_search((p.after).first_name) <> platform.fold_search((p.base).first_name))::int
        + (platform.fold_search((p.after).last_name) <> platform.fold_search((p.base).last_name))::int
        + (x.line is not null)::int >= 2
  )
  select j.line, split_part(fault, ' ', 1), split_part(fault, ' ', 2),
    case when bool_and(j.later_day is not null) then min(j.later_day) end
  from judged j cross join lateral unnest(j.faults) fault
  where j.faults <> '{}'
  group by j.line, fault
  union all
  select n.line, 'later-change-stands', f.field, min(n.day)
  from (
    select n.line, (n.after).effective_from as day, n.stands from person n
    union all select n.line, (n.after).effective_from, n.stands from job n
    union all select n.line, (n.after).effective_from, n.stands from tax n
    union all select n.line, (n.after).effective_from, n.stands from australian n
    union all select n.line, (n.after).effective_from, n.stands from saver n
    union all
    select t.line, payroll.accounts_stand_from(p_environment, t.employment_id, t.counts_from, t.old_accounts, t.accounts),
      '{accounts}'
    from payroll.told_accounts(p_environment) t
    where p_stands and t.base_from is not null and t.accounts <> t.old_accounts) n
  cross join lateral unnest(n.stands) f(field)
  where p_stands and n.day is not null
  group by n.line, f.field
  union all
  select n.line, 'field-cleared', n.field, null
  from (
    select n.line, f.field from person n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried
    union all
    select n.line, f.field from job n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried
    union all
    select n.line, 'continuous_service_date' from job n join pg_temp.payroll_work w on w.line = n.line
      and 'continuous_service_date' = any (string_to_array(w.left_out, ' '))
    where n.own #>> '{continuousServiceDate,new}' = ''
    union all
    select n.line, f.field from tax n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried
    union all
    select n.line, f.field from australian n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried
    union all
    select n.line, f.field from saver n join pg_temp.payroll_work w on w.line = n.line and w.left_out is not null
    cross join lateral payroll.cleared_fields(w.left_out, to_jsonb(n.base), to_jsonb(n.after)) f(field) where not n.carried) n
  where p_stands
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.judge_codes(p_environment uuid, p_from integer, p_to integer)
 RETURNS TABLE(line integer, code text, field text, other text, other_line integer)
 LANGUAGE sql
 STABLE
AS $function$
  with used as materialized (
    select k.kind, k.field, k.code, min(s.line) as first_line from (
      select min(s.line) as line, s.department_code, s.location_code, s.pay_group from pg_temp.payroll_staged s
      where s.line between p_from and p_to and s.touches & 2 <> 0 group by 2, 3, 4) s
    cross join lateral (values ('department', 'department_code', s.department_code), ('location', 'location_code', s.location_code),
      ('pay-group', 'pay_group', s.pay_group)) k(kind, field, code)
    where k.code <> '' group by 1, 2, 3
  ), fresh as materialized (
    select u.*, platform.loose_key(u.code) as loose from used u
    where not exists (select from payroll.codes c where c.environment_id = p_environment and c.kind = u.kind and c.code = u.code)
      and not exists (select from payroll.confirmations c
        where c.environment_id = p_environment and c.kind = u.kind and c.subject = platform.fold_code(u.code))
  ), alike as materialized (
    select f.kind, f.field, f.code, min(c.code) as other, null::int as other_line
    from fresh f
    join payroll.codes c on c.environment_id = p_environment and c.kind = f.kind and c.code_loose = f.loose
    group by 1, 2, 3
    union all
    select f.kind, f.field, f.code, min(o.code), min(o.first_line)
    from fresh f join fresh o on o.kind = f.kind and o.loose = f.loose and (o.first_line, o.code) < (f.first_line, f.code)
    where not exists (select from payroll.codes c where c.environment_id = p_environment and c.kind = f.kind and c.code_loose = f.loose)
    group by 1, 2, 3
  )
  select s.line, 'code-look-alike', a.field, a.other, a.other_line
  from alike a
  join pg_temp.payroll_staged s on a.code = case a.kind when 'department' then s.department_code
    when 'location' then s.location_code else s.pay_group end
  where s.line between p_from and p_to and s.touches & 2 <> 0
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.judge_identity(p_environment uuid, p_from integer, p_to integer)
 RETURNS TABLE(line integer, code text, field text, other text, other_line integer)
 LANGUAGE sql
 STABLE
AS $function$
  with fresh as materialized (
    select s.line, s.company_code || '/' || s.number_folded as subject, s.company_code, s.number_folded, s.number_loose,
      s.external_folded
    from pg_temp.payroll_staged s
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    where s.line between p_from and p_to and e.id is null
  ), alike as materialized (
    select f.line, f.subject, k.id, k.person_id, k.company_code || '/' || k.employee_number as other,
      k.number_folded = f.number_folded as is_same_key
    from fresh f
    join payroll.employments k on k.environment_id = p_environment and k.company_code = f.company_code
      and k.number_loose = f.number_loose
  ), confirmed as materialized (
    select c.kind, c.subject, c.value from payroll.confirmations c where c.environment_id = p_environment
  ), joined as materialized (
    select f.line, x.id as person_id from fresh f
    join payroll.people x on x.environment_id = p_environment and x.external_id_folded = f.external_folded and not x.external_id_twin
    where f.external_folded <> '' and not exists (select from confirmed c
      where c.kind = 'person' and c.subject = f.subject and c.value = f.external_folded)
  )
  select a.line, case when a.is_same_key or d.is_same then 'number-look-alike' else 'number-looks-alike' end, 'employee_number',
    min(a.other), null::int
  from alike a
  join pg_temp.payroll_staged s on s.line = a.line
  cross join lateral (select a.is_same_key or payroll.is_same_person(p_environment, a.person_id, a.id, s.first_name, s.last_name,
    s.birth_date, s.ird_number, s.tfn) as is_same) d
  where a.is_same_key or not exists (select from confirmed c where c.kind = 'employee-number' and c.subject = a.subject)
  group by 1, 2
  union all
  select j.line, 'person-differs', d.field,
    (select min(o.company_code || '/' || o.employee_number) from payroll.employments o
     where o.environment_id = p_environment and o.person_id = j.person_id), null
  from joined j
  join pg_temp.payroll_staged s on s.line = j.line
  cross join lateral unnest(payroll.differs_from_person(p_environment, j.person_id, s.first_name,
    s.last_name, s.birth_date, s.ird_number, s.tfn, s.residency_status)) d(field)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.judge_identity_within(p_environment uuid)
 RETURNS TABLE(line integer, code text, field text, other text, other_line integer)
 LANGUAGE sql
 STABLE
AS $function$
  with groups as materialized (
    select s.company_code, s.number_loose from pg_temp.payroll_staged s
    group by 1, 2 having min(s.number_folded) <> max(s.number_folded)
  ), members as materialized (
    select s.* from groups g
    join pg_temp.payroll_staged s on s.company_code = g.company_code and s.number_loose = g.number_loose
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    where e.id is null and not exists (select from payroll.confirmations c
      where c.environment_id = p_environment and c.kind = 'employee-number' and c.subject = s.company_code || '/' || s.number_folded)
  ), shared as materialized (
    select s.external_folded from pg_temp.payroll_staged s where s.external_folded <> '' group by 1 having count(*) > 1
  ), joiners as materialized (
    select s.*, first_value(s.line) over same as first_line, first_value(s.first_name) over same as person_first,
      first_value(s.last_name) over same as person_last, first_value(s.birth_date) over same as person_birth,
      first_value(s.ird_number) over same as person_ird, first_value(s.tfn) over same as person_tfn
    from shared h
    join pg_temp.payroll_staged s on s.external_folded = h.external_folded
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    where e.id is null and not exists (select from payroll.people x
      where x.environment_id = p_environment and x.external_id_folded = s.external_folded and not x.external_id_twin)
    window same as (partition by s.external_folded order by s.line)
  )
  select a.line, 'number-look-alike', 'employee_number', min(b.company_code || '/' || b.employee_number), min(b.line)
  from members a
  join members b on b.company_code = a.company_code and b.number_loose = a.number_loose and b.number_folded <> a.number_folded
    and ((b.birth_date = a.birth_date and platform.fold_search(b.first_name || ' ' || b.last_name) = platform.fold_search(a.first_name || ' ' || a.last_name))
      or nullif(b.ird_number, '') = a.ird_number or nullif(b.tfn, '') = a.tfn)
  group by a.line
  union all
  select j.line, 'person-differs', d.field, null, j.first_line
  from joiners j
  cross join lateral unnest(array_remove(array[
    case when platform.fold_search(j.first_name) is distinct from platform.fold_search(j.person_first) then 'first_name' end,
    case when platform.fold_search(j.last_name) is distinct from platform.fold_search(j.person_last) then 'last_name' end,
    case when j.birth_date is distinct from j.person_birth then 'birth_date' end,
    case when nullif(j.ird_number, '') = j.person_ird or nullif(j.tfn, '') = j.person_tfn then null
      when coalesce(j.residency_status, '') <> '' then 'tfn' else 'ird_number' end], null)) d(field)
  where j.line <> j.first_line and not exists (select from payroll.confirmations c
    where c.environment_id = p_environment and c.kind = 'person' and c.subject = j.company_code || '/' || j.number_folded
      and c.value = j.external_folded)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.judge_new(p_environment uuid, p_from integer, p_to integer, p_now timestamp with time zone, p_steps jsonb)
 RETURNS TABLE(line integer, code text, field text, holds_from date)
 LANGUAGE sql
 STABLE
AS $function$
  with fresh as materialized (
    select s.line, s.touches, d.day, nullif(s.country, '') as country, nullif(s.postcode, '') as postcode, nullif(s.start_date, '')::date as start_date, nullif(s.end_date, '')::date as end_date,
      nullif(s.termination_reason, '') as reason, nullif(s.employment_type, '') as employment_type,
      nullif(s.fixed_term_end, '')::date as fixed_term_end, nullif(s.ird_number, '') as ird, nullif(s.tax_code, '') as code,
      nullif(s.student_loan, '')::boolean as loan, nullif(s.tax_rate_pct, '')::numeric as rate,
      nullif(s.sl_special_pct, '')::numeric as special, nullif(s.residency_status, '') as residency, nullif(s.tfn, '') as tfn,
      nullif(s.tfn_exemption, '') as exemption, nullif(s.kiwisaver_status, '') as status,
      nullif(s.employee_pct, '')::numeric as employee_pct, nullif(s.reduction_end, '')::date as reduced_to,
      payroll.reduction_start(s.reduction_start, s.reduction_end, s.kiwisaver_status, null, null, null, d.day) as reduced_from,
      payroll.opt_out_date(s.opt_out_date, s.kiwisaver_status, null, null, d.day) as opted_out
    from pg_temp.payroll_staged s
    join payroll.companies c on c.environment_id = p_environment and c.code = s.company_code
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    cross join lateral (select coalesce(nullif(s.effective_from, '')::date,
      greatest((p_now at time zone c.time_zone)::date, nullif(s.start_date, '')::date)) as day) d
    where s.line between p_from and p_to and e.id is null
  ), judged as materialized (
    select f.line, f.day,
      case when f.touches & 1 <> 0 then payroll.person_faults(f.country, f.postcode) else '{}' end
      || case when f.touches & 2 <> 0 then payroll.employment_faults(f.employment_type, f.fixed_term_end) else '{}' end
      || case when f.touches & 4 <> 0 then payroll.tax_nz_faults(f.ird, f.code, f.loan, f.rate, f.special) else '{}' end
      || case when f.touches & 8 <> 0 then payroll.tax_au_faults(f.residency, f.tfn, f.exemption) else '{}' end
      || case when f.touches & 16 <> 0 then payroll.kiwisaver_faults(f.status, f.employee_pct, f.reduced_from, f.reduced_to,
          f.opted_out, f.day, r.elected) else '{}' end
      || payroll.ending_faults(f.start_date, f.end_date, f.reason)
      || case when f.day < f.start_date then '{effective-before-start effective_from}'::text[] else '{}' end
      || case when f.code = 'NSW' and payroll.has_kiwisaver(f.status, f.employee_pct)
          then '{nsw-kiwisaver kiwisaver_status}'::text[] else '{}' end as faults
    from fresh f
    left join payroll.elected_rates(p_steps) r on f.day >= r.from_day and f.day < r.until_day
  )
  select j.line, split_part(fault, ' ', 1), split_part(fault, ' ', 2), null::date
  from judged j cross join lateral unnest(j.faults) fault
  where j.faults <> '{}'
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.kiwisaver_faults(status text, rate numeric, reduced_from date, reduced_to date, opted_out date, day date, elected numeric[])
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when status is null then 'required-with-group kiwisaver_status' end,
    case when status in ('optedOut', 'savingsSuspension', 'notEligible', 'casualTemporary', 'notMember') and rate is not null
      then 'kiwisaver-rate-unexpected employee_pct' end,
    case when status in ('autoEnrolled', 'existingMember', 'optedIn') and rate is null then 'kiwisaver-rate-missing employee_pct' end,
    case when status in ('autoEnrolled', 'existingMember', 'optedIn', 'complyingFund') and rate <> all (elected)
      then 'kiwisaver-rate employee_pct' end,
    case when status = 'optedOut' and opted_out is null then 'kiwisaver-opt-out-date opt_out_date' end,
    case when status = 'temporaryRateReduction' and rate is distinct from 3 then 'kiwisaver-reduction-rate employee_pct' end,
    case when status = 'temporaryRateReduction' and reduced_to is null then 'kiwisaver-reduction-end reduction_end' end,
    case when status = 'temporaryRateReduction' and reduced_from is null then 'kiwisaver-reduction-start reduction_start' end,
    case when status = 'temporaryRateReduction' and reduced_to < day then 'kiwisaver-reduction-over reduction_end'
      when status = 'temporaryRateReduction' and reduced_to not between (reduced_from + interval '3 months')::date - 1
        and (reduced_from + interval '12 months')::date then 'kiwisaver-reduction-length reduction_end' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.later_accounts(p_environment uuid, p_employment uuid, p_day date, p_replaced jsonb)
 RETURNS TABLE(effective_from date, accounts jsonb, carried boolean)
 LANGUAGE sql
 STABLE
AS $function$
  select d.effective_from, d.accounts, bool_and(d.accounts = p_replaced) over (order by d.effective_from)
  from payroll.bank_account_sets d
  where d.environment_id = p_environment and d.employment_id = p_employment and d.superseded_at is null and d.effective_from > p_day
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.lock_employments(p_environment uuid, p_companies text[], p_numbers text[], p_external_ids text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform 1 from payroll.employments e
  where e.environment_id = p_environment and e.id in (
    select k.id from unnest(p_companies, p_numbers) r(company_code, employee_number)
    join payroll.employments k on k.environment_id = p_environment and k.company_code = r.company_code
      and k.employee_number = r.employee_number
    union all
    select o.id from unnest(p_companies, p_numbers) r(company_code, employee_number)
    join payroll.employments k on k.environment_id = p_environment and k.company_code = r.company_code
      and k.employee_number = r.employee_number
    join payroll.employments o on o.environment_id = p_environment and o.person_id = k.person_id and o.id <> k.id
    union all
    select o.id from unnest(p_external_ids) r(external_id)
    join payroll.people x on x.environment_id = p_environment and x.external_id_folded = r.external_id and not x.external_id_twin
    join payroll.employments o on o.environment_id = p_environment and o.person_id = x.id)
  order by e.id for update;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.manager_rings(p_environment uuid, p_reports uuid[], p_managers uuid[], p_today date)
 RETURNS TABLE(employment_id uuid)
 LANGUAGE plpgsql
 STABLE
AS $function$
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
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.managers_of(p_environment uuid, p_ids uuid[], p_today date)
 RETURNS TABLE(report uuid, manager uuid, manager_key text, ended boolean)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.move_employment(p_customer uuid, p_environment uuid, p_employment uuid, p_to uuid, p_now timestamp with time zone, p_by text)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  source uuid;
  target uuid := p_to;
  touched uuid[];
  before jsonb;
  facts jsonb;
begin
  perform 1 from payroll.employments e
  where e.environment_id = p_environment and e.person_id in (
    select o.person_id from payroll.employments o where o.environment_id = p_environment and o.id = p_employment
    union all select p_to)
  order by e.id for update;
  select e.person_id into strict source from payroll.employments e where e.environment_id = p_environment and e.id = p_employment;
  if source = p_to then return jsonb_build_object('same', true); end if;
  select array_agg(e.id) into touched from payroll.employments e where e.environment_id = p_environment and e.person_id = source;
  if p_to is null and cardinality(touched) = 1 then return jsonb_build_object('alone', true); end if;
  select jsonb_object_agg(e.id, jsonb_build_object('externalId', x.external_id,
      'person', to_jsonb(payroll.person_on(p_environment, e.person_id, (p_now at time zone c.time_zone)::date)))) into before
  from payroll.employments e
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join payroll.people x on x.environment_id = p_environment and x.id = e.person_id
  where e.environment_id = p_environment and e.id = any (touched);

  if p_to is null then
    target := uuidv7();
    insert into payroll.people (environment_id, customer_id, id, created_at) values (p_environment, p_customer, target, p_now);
    -- Who never told anything of their own has what was told of them together.
    if not payroll.restore_person(p_customer, p_environment, source, target, p_employment, true, p_now, p_by) then
      perform payroll.restore_person(p_customer, p_environment, source, target, p_employment, false, p_now, p_by);
    elsif exists (select from payroll.person_details d where d.environment_id = p_environment and d.person_id = source
        and d.told_by is distinct from p_employment) then
      update payroll.person_details d set superseded_at = p_now
      where d.environment_id = p_environment and d.person_id = source and d.told_by = p_employment and d.superseded_at is null;
      perform payroll.restore_person(p_customer, p_environment, source, source, p_employment, false, p_now, p_by);
    end if;
  end if;
  update payroll.employments e set person_id = target where e.environment_id = p_environment and e.id = p_employment;

  delete from payroll.pending_changes p
  where p.environment_id = p_environment and p.employment_id = any (touched) and p.kind = 'employee';
  insert into payroll.pending_changes (environment_id, customer_id, effective_from, employment_id, kind)
  select p_environment, p_customer, d.effective_from, e.id, 'employee'
  from payroll.employments e
  join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
  join payroll.person_details d on d.environment_id = p_environment and d.person_id = e.person_id and d.superseded_at is null
    and d.effective_from > (p_now at time zone c.time_zone)::date
  where e.environment_id = p_environment and e.id = any (touched);

  with changed as (
    select e.id, (p_now at time zone c.time_zone)::date as today, x.external_id, payroll.changed_person_details(
        jsonb_populate_record(null::payroll.person_details, before->(e.id::text)->'person'),
        payroll.person_on(p_environment, e.person_id, (p_now at time zone c.time_zone)::date))
      || case when before->(e.id::text)->>'externalId' is distinct from x.external_id then '{externalId}'::text[] else '{}' end as fields
    from payroll.employments e
    join payroll.companies c on c.environment_id = p_environment and c.code = e.company_code
    join payroll.people x on x.environment_id = p_environment and x.id = e.person_id
    where e.environment_id = p_environment and e.id = any (touched)
  ), raised as (
    update payroll.employments e set version = e.version + 1, updated_at = p_now from changed c
    where e.environment_id = p_environment and e.id = c.id and (e.id = p_employment or c.fields <> '{}')
    returning e.*, c.today, c.external_id, c.fields
  )
  select jsonb_agg(jsonb_build_object('type', 'employee.updated', 'effective_from', r.today,
      'subject', jsonb_build_object('employeeId', payroll.show_id('emp', r.id), 'personId', payroll.show_id('pp', r.person_id),
        'companyCode', r.company_code, 'employeeNumber', r.employee_number),
      'data', jsonb_build_object('effectiveFrom', r.today, 'version', r.version, 'change', jsonb_build_object('kind', 'update',
        'fields', r.fields, 'classes', '{P1,P2}'::text[], 'timing', 'today',
        'values', case when 'externalId' = any (r.fields) then jsonb_build_object('externalId', jsonb_build_object(
          'old', before->(r.id::text)->>'externalId', 'new', r.external_id)) else '{}' end)))
    order by r.company_code, r.employee_number) into facts
  from raised r;
  return jsonb_build_object('facts', facts);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.next_employment_details(p_environment uuid)
 RETURNS TABLE(line integer, owner_id uuid, is_new boolean, today date, base payroll.employment_details, after payroll.employment_details, fields text[], own jsonb, carried boolean, writes boolean, stands text[])
 LANGUAGE sql
 STABLE
AS $function$
  with merged as materialized (
    select w.line, w.employment_id as owner_id, w.is_new, w.today, b.base, nullif(case when w.start_date is distinct from o.start_date
          then jsonb_build_object('startDate', jsonb_build_object('old', o.start_date, 'new', w.start_date)) else '{}' end
        || case when w.continuous_service_date is not null
            and nullif(w.continuous_service_date, '')::date is distinct from o.continuous_service_date
          then jsonb_build_object('continuousServiceDate', jsonb_build_object('old', o.continuous_service_date,
            'new', nullif(w.continuous_service_date, ''))) else '{}' end, '{}') as own,
      row(p_environment, null::uuid, w.employment_id, w.effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when w.employment_type is null then (b.base).employment_type else nullif(w.employment_type, '') end,
        case when w.fixed_term_end is null then (b.base).fixed_term_end else nullif(w.fixed_term_end, '')::date end,
        case when w.agreement_code is null then (b.base).agreement_code else nullif(w.agreement_code, '') end,
        case when w.position_code is null then (b.base).position_code else nullif(w.position_code, '') end,
        case when w.position_title is null then (b.base).position_title else nullif(w.position_title, '') end,
        case when w.department_code is null then (b.base).department_code else nullif(w.department_code, '') end,
        case when w.location_code is null then (b.base).location_code else nullif(w.location_code, '') end,
        case when w.manager_employee_number is null then (b.base).manager_employee_number else nullif(w.manager_employee_number, '') end,
        case when w.cost_allocations is null then (b.base).cost_allocations else nullif(w.cost_allocations, '')::jsonb end,
        case when w.pay_group is null then (b.base).pay_group else nullif(w.pay_group, '') end,
        case when w.pay_frequency is null then (b.base).pay_frequency else nullif(w.pay_frequency, '') end,
        case when w.hours_per_week is null then (b.base).hours_per_week else nullif(w.hours_per_week, '')::numeric end,
        case when w.pattern_code is null then (b.base).pattern_code else nullif(w.pattern_code, '') end)::payroll.employment_details as after
    from pg_temp.payroll_work w
    join payroll.employments o on o.environment_id = p_environment and o.id = w.employment_id
    left join lateral (
      (select d as base from payroll.employment_details d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d from payroll.employment_details d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.is_new and w.touches & 2 <> 0
  ), compared as materialized (
    select m.*, payroll.changed_employment_details(m.base, m.after) as fields from merged m
  ), later as (
    select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, d as live,
      (c.after).employment_type is distinct from (c.base).employment_type as moves_1,
        min(d.effective_from) filter (where (d).employment_type is distinct from (c.base).employment_type) over same as stop_1,
        (c.after).fixed_term_end is distinct from (c.base).fixed_term_end as moves_2,
        min(d.effective_from) filter (where (d).fixed_term_end is distinct from (c.base).fixed_term_end) over same as stop_2,
        (c.after).agreement_code is distinct from (c.base).agreement_code as moves_3,
        min(d.effective_from) filter (where (d).agreement_code is distinct from (c.base).agreement_code) over same as stop_3,
        (c.after).position_code is distinct from (c.base).position_code as moves_4,
        min(d.effective_from) filter (where (d).position_code is distinct from (c.base).position_code) over same as stop_4,
        (c.after).position_title is distinct from (c.base).position_title as moves_5,
        min(d.effective_from) filter (where (d).position_title is distinct from (c.base).position_title) over same as stop_5,
        (c.after).department_code is distinct from (c.base).department_code as moves_6,
        min(d.effective_from) filter (where (d).department_code is distinct from (c.base).department_code) over same as stop_6,
        (c.after).location_code is distinct from (c.base).location_code as moves_7,
        min(d.effective_from) filter (where (d).location_code is distinct from (c.base).location_code) over same as stop_7,
        (c.after).manager_employee_number is distinct from (c.base).manager_employee_number as moves_8,
        min(d.effective_from) filter (where (d).manager_employee_number is distinct from (c.base).manager_employee_number) over same as stop_8,
        (c.after).cost_allocations is distinct from (c.base).cost_allocations as moves_9,
        min(d.effective_from) filter (where (d).cost_allocations is distinct from (c.base).cost_allocations) over same as stop_9,
        (c.after).pay_group is distinct from (c.base).pay_group as moves_10,
        min(d.effective_from) filter (where (d).pay_group is distinct from (c.base).pay_group) over same as stop_10,
        (c.after).pay_frequency is distinct from (c.base).pay_frequency as moves_11,
        min(d.effective_from) filter (where (d).pay_frequency is distinct from (c.base).pay_frequency) over same as stop_11,
        (c.after).hours_per_week is distinct from (c.base).hours_per_week as moves_12,
        min(d.effective_from) filter (where (d).hours_per_week is distinct from (c.base).hours_per_week) over same as stop_12,
        (c.after).pattern_code is distinct from (c.base).pattern_code as moves_13,
        min(d.effective_from) filter (where (d).pattern_code is distinct from (c.base).pattern_code) over same as stop_13
    from compared c
    join payroll.employment_details d on d.environment_id = p_environment and d.employment_id = c.owner_id and d.superseded_at is null
      and d.effective_from > (c.after).effective_from
    where c.fields <> '{}' and (c.base).effective_from is not null
    window same as (partition by c.line)
  ), carried as materialized (
    select l.line, l.owner_id, l.is_new, l.today, l.live,
      row(p_environment, null::uuid, l.owner_id, (l.live).effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when l.moves_1 and (l.stop_1 is null or (l.live).effective_from < l.stop_1)
          then (l.after).employment_type else (l.live).employment_type end,
        case when l.moves_2 and (l.stop_2 is null or (l.live).effective_from < l.stop_2)
          then (l.after).fixed_term_end else (l.live).fixed_term_end end,
        case when l.moves_3 and (l.stop_3 is null or (l.live).effective_from < l.stop_3)
          then (l.after).agreement_code else (l.live).agreement_code end,
        case when l.moves_4 and (l.stop_4 is null or (l.live).effective_from < l.stop_4)
          then (l.after).position_code else (l.live).position_code end,
        case when l.moves_5 and (l.stop_5 is null or (l.live).effective_from < l.stop_5)
          then (l.after).position_title else (l.live).position_title end,
        case when l.moves_6 and (l.stop_6 is null or (l.live).effective_from < l.stop_6)
          then (l.after).department_code else (l.live).department_code end,
        case when l.moves_7 and (l.stop_7 is null or (l.live).effective_from < l.stop_7)
          then (l.after).location_code else (l.live).location_code end,
        case when l.moves_8 and (l.stop_8 is null or (l.live).effective_from < l.stop_8)
          then (l.after).manager_employee_number else (l.live).manager_employee_number end,
        case when l.moves_9 and (l.stop_9 is null or (l.live).effective_from < l.stop_9)
          then (l.after).cost_allocations else (l.live).cost_allocations end,
        case when l.moves_10 and (l.stop_10 is null or (l.live).effective_from < l.stop_10)
          then (l.after).pay_group else (l.live).pay_group end,
        case when l.moves_11 and (l.stop_11 is null or (l.live).effective_from < l.stop_11)
          then (l.after).pay_frequency else (l.live).pay_frequency end,
        case when l.moves_12 and (l.stop_12 is null or (l.live).effective_from < l.stop_12)
          then (l.after).hours_per_week else (l.live).hours_per_week end,
        case when l.moves_13 and (l.stop_13 is null or (l.live).effective_from < l.stop_13)
          then (l.after).pattern_code else (l.live).pattern_code end)::payroll.employment_details as after,
      array_remove(array[
        case when l.moves_1 and (l.live).effective_from = l.stop_1
          and (l.live).employment_type is distinct from (l.after).employment_type then 'employment_type' end,
        case when l.moves_2 and (l.live).effective_from = l.stop_2
          and (l.live).fixed_term_end is distinct from (l.after).fixed_term_end then 'fixed_term_end' end,
        case when l.moves_3 and (l.live).effective_from = l.stop_3
          and (l.live).agreement_code is distinct from (l.after).agreement_code then 'agreement_code' end,
        case when l.moves_4 and (l.live).effective_from = l.stop_4
          and (l.live).position_code is distinct from (l.after).position_code then 'position_code' end,
        case when l.moves_5 and (l.live).effective_from = l.stop_5
          and (l.live).position_title is distinct from (l.after).position_title then 'position_title' end,
        case when l.moves_6 and (l.live).effective_from = l.stop_6
          and (l.live).department_code is distinct from (l.after).department_code then 'department_code' end,
        case when l.moves_7 and (l.live).effective_from = l.stop_7
          and (l.live).location_code is distinct from (l.after).location_code then 'location_code' end,
        case when l.moves_8 and (l.live).effective_from = l.stop_8
          and (l.live).manager_employee_number is distinct from (l.after).manager_employee_number then 'manager_employee_number' end,
        case when l.moves_9 and (l.live).effective_from = l.stop_9
          and (l.live).cost_allocations is distinct from (l.after).cost_allocations then 'cost_allocations' end,
        case when l.moves_10 and (l.live).effective_from = l.stop_10
          and (l.live).pay_group is distinct from (l.after).pay_group then 'pay_group' end,
        case when l.moves_11 and (l.live).effective_from = l.stop_11
          and (l.live).pay_frequency is distinct from (l.after).pay_frequency then 'pay_frequency' end,
        case when l.moves_12 and (l.live).effective_from = l.stop_12
          and (l.live).hours_per_week is distinct from (l.after).hours_per_week then 'hours_per_week' end,
        case when l.moves_13 and (l.live).effective_from = l.stop_13
          and (l.live).pattern_code is distinct from (l.after).pattern_code then 'pattern_code' end], null) as stands
    from later l
  )
  select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, c.fields, c.own, false,
    c.fields <> '{}' or (c.base).effective_from > (c.after).effective_from, '{}'::text[]
  from compared c
  where c.fields <> '{}' or c.own is not null or (c.base).effective_from > (c.after).effective_from
  union all
  select k.line, k.owner_id, k.is_new, k.today, k.live, k.after, f.fields, null, true, f.fields <> '{}', k.stands
  from carried k cross join lateral (select payroll.changed_employment_details(k.live, k.after) as fields) f
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.next_kiwisaver(p_environment uuid)
 RETURNS TABLE(line integer, owner_id uuid, is_new boolean, today date, base payroll.kiwisaver, after payroll.kiwisaver, fields text[], own jsonb, carried boolean, writes boolean, stands text[])
 LANGUAGE sql
 STABLE
AS $function$
  with merged as materialized (
    select w.line, w.employment_id as owner_id, w.is_new, w.today, b.base, null::jsonb as own,
      row(p_environment, null::uuid, w.employment_id, w.effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when w.kiwisaver_status is null then (b.base).status else nullif(w.kiwisaver_status, '') end,
        case when w.employee_pct is null then (b.base).employee_pct else nullif(w.employee_pct, '')::numeric end,
        case when w.employer_pct is null then (b.base).employer_pct else nullif(w.employer_pct, '')::numeric end,
        payroll.reduction_start(w.reduction_start, w.reduction_end, w.kiwisaver_status, (b.base).status,
          (b.base).reduction_start, (b.base).reduction_end, w.effective_from),
        case when w.reduction_end is null then (b.base).reduction_end else nullif(w.reduction_end, '')::date end,
        case when w.suspension_start is null then (b.base).suspension_start else nullif(w.suspension_start, '')::date end,
        case when w.suspension_end is null then (b.base).suspension_end else nullif(w.suspension_end, '')::date end,
        payroll.opt_out_date(w.opt_out_date, w.kiwisaver_status, (b.base).status, (b.base).opt_out_date, w.effective_from))::payroll.kiwisaver as after
    from pg_temp.payroll_work w
    
    left join lateral (
      (select d as base from payroll.kiwisaver d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d from payroll.kiwisaver d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.is_new and w.touches & 16 <> 0
  ), compared as materialized (
    select m.*, payroll.changed_kiwisaver(m.base, m.after) as fields from merged m
  ), later as (
    select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, d as live,
      (c.after).status is distinct from (c.base).status as moves_1,
        min(d.effective_from) filter (where (d).status is distinct from (c.base).status) over same as stop_1,
        (c.after).employee_pct is distinct from (c.base).employee_pct as moves_2,
        min(d.effective_from) filter (where (d).employee_pct is distinct from (c.base).employee_pct) over same as stop_2,
        (c.after).employer_pct is distinct from (c.base).employer_pct as moves_3,
        min(d.effective_from) filter (where (d).employer_pct is distinct from (c.base).employer_pct) over same as stop_3,
        (c.after).reduction_start is distinct from (c.base).reduction_start as moves_4,
        min(d.effective_from) filter (where (d).reduction_start is distinct from (c.base).reduction_start) over same as stop_4,
        (c.after).reduction_end is distinct from (c.base).reduction_end as moves_5,
        min(d.effective_from) filter (where (d).reduction_end is distinct from (c.base).reduction_end) over same as stop_5,
        (c.after).suspension_start is distinct from (c.base).suspension_start as moves_6,
        min(d.effective_from) filter (where (d).suspension_start is distinct from (c.base).suspension_start) over same as stop_6,
        (c.after).suspension_end is distinct from (c.base).suspension_end as moves_7,
        min(d.effective_from) filter (where (d).suspension_end is distinct from (c.base).suspension_end) over same as stop_7,
        (c.after).opt_out_date is distinct from (c.base).opt_out_date as moves_8,
        min(d.effective_from) filter (where (d).opt_out_date is distinct from (c.base).opt_out_date) over same as stop_8
    from compared c
    join payroll.kiwisaver d on d.environment_id = p_environment and d.employment_id = c.owner_id and d.superseded_at is null
      and d.effective_from > (c.after).effective_from
    where c.fields <> '{}' and (c.base).effective_from is not null
    window same as (partition by c.line)
  ), carried as materialized (
    select l.line, l.owner_id, l.is_new, l.today, l.live,
      row(p_environment, null::uuid, l.owner_id, (l.live).effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when l.moves_1 and (l.stop_1 is null or (l.live).effective_from < l.stop_1)
          then (l.after).status else (l.live).status end,
        case when l.moves_2 and (l.stop_2 is null or (l.live).effective_from < l.stop_2)
          then (l.after).employee_pct else (l.live).employee_pct end,
        case when l.moves_3 and (l.stop_3 is null or (l.live).effective_from < l.stop_3)
          then (l.after).employer_pct else (l.live).employer_pct end,
        case when l.moves_4 and (l.stop_4 is null or (l.live).effective_from < l.stop_4)
          then (l.after).reduction_start else (l.live).reduction_start end,
        case when l.moves_5 and (l.stop_5 is null or (l.live).effective_from < l.stop_5)
          then (l.after).reduction_end else (l.live).reduction_end end,
        case when l.moves_6 and (l.stop_6 is null or (l.live).effective_from < l.stop_6)
          then (l.after).suspension_start else (l.live).suspension_start end,
        case when l.moves_7 and (l.stop_7 is null or (l.live).effective_from < l.stop_7)
          then (l.after).suspension_end else (l.live).suspension_end end,
        case when l.moves_8 and (l.stop_8 is null or (l.live).effective_from < l.stop_8)
          then (l.after).opt_out_date else (l.live).opt_out_date end)::payroll.kiwisaver as after,
      array_remove(array[
        case when l.moves_1 and (l.live).effective_from = l.stop_1
          and (l.live).status is distinct from (l.after).status then 'kiwisaver_status' end,
        case when l.moves_2 and (l.live).effective_from = l.stop_2
          and (l.live).employee_pct is distinct from (l.after).employee_pct then 'employee_pct' end,
        case when l.moves_3 and (l.live).effective_from = l.stop_3
          and (l.live).employer_pct is distinct from (l.after).employer_pct then 'employer_pct' end,
        case when l.moves_4 and (l.live).effective_from = l.stop_4
          and (l.live).reduction_start is distinct from (l.after).reduction_start then 'reduction_start' end,
        case when l.moves_5 and (l.live).effective_from = l.stop_5
          and (l.live).reduction_end is distinct from (l.after).reduction_end then 'reduction_end' end,
        case when l.moves_6 and (l.live).effective_from = l.stop_6
          and (l.live).suspension_start is distinct from (l.after).suspension_start then 'suspension_start' end,
        case when l.moves_7 and (l.live).effective_from = l.stop_7
          and (l.live).suspension_end is distinct from (l.after).suspension_end then 'suspension_end' end,
        case when l.moves_8 and (l.live).effective_from = l.stop_8
          and (l.live).opt_out_date is distinct from (l.after).opt_out_date then 'opt_out_date' end], null) as stands
    from later l
  )
  select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, c.fields, c.own, false,
    c.fields <> '{}' or (c.base).effective_from > (c.after).effective_from, '{}'::text[]
  from compared c
  where c.fields <> '{}' or c.own is not null or (c.base).effective_from > (c.after).effective_from
  union all
  select k.line, k.owner_id, k.is_new, k.today, k.live, k.after, f.fields, null, true, f.fields <> '{}', k.stands
  from carried k cross join lateral (select payroll.changed_kiwisaver(k.live, k.after) as fields) f
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.next_person_details(p_environment uuid)
 RETURNS TABLE(line integer, owner_id uuid, is_new boolean, today date, base payroll.person_details, after payroll.person_details, fields text[], own jsonb, carried boolean, writes boolean, stands text[])
 LANGUAGE sql
 STABLE
AS $function$
  with merged as materialized (
    select w.line, w.person_id as owner_id, w.is_new, w.today, b.base, case when not w.is_new and w.external_id is not null and nullif(w.external_id, '') is distinct from o.external_id
        then jsonb_build_object('externalId', jsonb_build_object('old', o.external_id, 'new', nullif(w.external_id, ''))) end as own,
      row(p_environment, null::uuid, w.person_id, w.effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when w.title is null then (b.base).title else nullif(w.title, '') end,
        case when w.first_name is null then (b.base).first_name else nullif(w.first_name, '') end,
        case when w.middle_names is null then (b.base).middle_names else nullif(w.middle_names, '') end,
        case when w.last_name is null then (b.base).last_name else nullif(w.last_name, '') end,
        case when w.preferred_name is null then (b.base).preferred_name else nullif(w.preferred_name, '') end,
        case when w.birth_date is null then (b.base).birth_date else nullif(w.birth_date, '')::date end,
        case when w.gender is null then (b.base).gender else nullif(w.gender, '') end,
        case when w.work_email is null then (b.base).work_email else nullif(w.work_email, '') end,
        case when w.personal_email is null then (b.base).personal_email else nullif(w.personal_email, '') end,
        case when w.mobile is null then (b.base).mobile else nullif(w.mobile, '') end,
        case when w.line1 is null then (b.base).line1 else nullif(w.line1, '') end,
        case when w.line2 is null then (b.base).line2 else nullif(w.line2, '') end,
        case when w.suburb is null then (b.base).suburb else nullif(w.suburb, '') end,
        case when w.city is null then (b.base).city else nullif(w.city, '') end,
        case when w.state is null then (b.base).state else nullif(w.state, '') end,
        case when w.postcode is null then (b.base).postcode else nullif(w.postcode, '') end,
        case when w.country is null then (b.base).country else nullif(w.country, '') end, null::uuid, null::text)::payroll.person_details as after
    from pg_temp.payroll_work w
    join payroll.people o on o.environment_id = p_environment and o.id = w.person_id
    left join lateral (
      (select d as base from payroll.person_details d
       where d.environment_id = p_environment and d.person_id = w.person_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d from payroll.person_details d
       where d.environment_id = p_environment and d.person_id = w.person_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.new_person and w.leads_person and w.touches & 1 <> 0
  ), compared as materialized (
    select m.*, payroll.changed_person_details(m.base, m.after) as fields from merged m
  ), later as (
    select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, d as live,
      (c.after).title is distinct from (c.base).title as moves_1,
        min(d.effective_from) filter (where (d).title is distinct from (c.base).title) over same as stop_1,
        (c.after).first_name is distinct from (c.base).first_name as moves_2,
        min(d.effective_from) filter (where (d).first_name is distinct from (c.base).first_name) over same as stop_2,
        (c.after).middle_names is distinct from (c.base).middle_names as moves_3,
        min(d.effective_from) filter (where (d).middle_names is distinct from (c.base).middle_names) over same as stop_3,
        (c.after).last_name is distinct from (c.base).last_name as moves_4,
        min(d.effective_from) filter (where (d).last_name is distinct from (c.base).last_name) over same as stop_4,
        (c.after).preferred_name is distinct from (c.base).preferred_name as moves_5,
        min(d.effective_from) filter (where (d).preferred_name is distinct from (c.base).preferred_name) over same as stop_5,
        (c.after).birth_date is distinct from (c.base).birth_date as moves_6,
        min(d.effective_from) filter (where (d).birth_date is distinct from (c.base).birth_date) over same as stop_6,
        (c.after).gender is distinct from (c.base).gender as moves_7,
        min(d.effective_from) filter (where (d).gender is distinct from (c.base).gender) over same as stop_7,
        (c.after).work_email is distinct from (c.base).work_email as moves_8,
        min(d.effective_from) filter (where (d).work_email is distinct from (c.base).work_email) over same as stop_8,
        (c.after).personal_email is distinct from (c.base).personal_email as moves_9,
        min(d.effective_from) filter (where (d).personal_email is distinct from (c.base).personal_email) over same as stop_9,
        (c.after).mobile is distinct from (c.base).mobile as moves_10,
        min(d.effective_from) filter (where (d).mobile is distinct from (c.base).mobile) over same as stop_10,
        row((c.after).line1, (c.after).line2, (c.after).suburb, (c.after).city, (c.after).state, (c.after).postcode, (c.after).country) is distinct from row((c.base).line1, (c.base).line2, (c.base).suburb, (c.base).city, (c.base).state, (c.base).postcode, (c.base).country) as moves_11,
        min(d.effective_from) filter (where row((d).line1, (d).line2, (d).suburb, (d).city, (d).state, (d).postcode, (d).country) is distinct from row((c.base).line1, (c.base).line2, (c.base).suburb, (c.base).city, (c.base).state, (c.base).postcode, (c.base).country)) over same as stop_11
    from compared c
    join payroll.person_details d on d.environment_id = p_environment and d.person_id = c.owner_id and d.superseded_at is null
      and d.effective_from > (c.after).effective_from
    where c.fields <> '{}' and (c.base).effective_from is not null
    window same as (partition by c.line)
  ), carried as materialized (
    select l.line, l.owner_id, l.is_new, l.today, l.live,
      row(p_environment, null::uuid, l.owner_id, (l.live).effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when l.moves_1 and (l.stop_1 is null or (l.live).effective_from < l.stop_1)
          then (l.after).title else (l.live).title end,
        case when l.moves_2 and (l.stop_2 is null or (l.live).effective_from < l.stop_2)
          then (l.after).first_name else (l.live).first_name end,
        case when l.moves_3 and (l.stop_3 is null or (l.live).effective_from < l.stop_3)
          then (l.after).middle_names else (l.live).middle_names end,
        case when l.moves_4 and (l.stop_4 is null or (l.live).effective_from < l.stop_4)
          then (l.after).last_name else (l.live).last_name end,
        case when l.moves_5 and (l.stop_5 is null or (l.live).effective_from < l.stop_5)
          then (l.after).preferred_name else (l.live).preferred_name end,
        case when l.moves_6 and (l.stop_6 is null or (l.live).effective_from < l.stop_6)
          then (l.after).birth_date else (l.live).birth_date end,
        case when l.moves_7 and (l.stop_7 is null or (l.live).effective_from < l.stop_7)
          then (l.after).gender else (l.live).gender end,
        case when l.moves_8 and (l.stop_8 is null or (l.live).effective_from < l.stop_8)
          then (l.after).work_email else (l.live).work_email end,
        case when l.moves_9 and (l.stop_9 is null or (l.live).effective_from < l.stop_9)
          then (l.after).personal_email else (l.live).personal_email end,
        case when l.moves_10 and (l.stop_10 is null or (l.live).effective_from < l.stop_10)
          then (l.after).mobile else (l.live).mobile end,
        case when l.moves_11 and (l.stop_11 is null or (l.live).effective_from < l.stop_11)
          then (l.after).line1 else (l.live).line1 end,
        case when l.moves_11 and (l.stop_11 is null or (l.live).effective_from < l.stop_11)
          then (l.after).line2 else (l.live).line2 end,
        case when l.moves_11 and (l.stop_11 is null or (l.live).effective_from < l.stop_11)
          then (l.after).suburb else (l.live).suburb end,
        case when l.moves_11 and (l.stop_11 is null or (l.live).effective_from < l.stop_11)
          then (l.after).city else (l.live).city end,
        case when l.moves_11 and (l.stop_11 is null or (l.live).effective_from < l.stop_11)
          then (l.after).state else (l.live).state end,
        case when l.moves_11 and (l.stop_11 is null or (l.live).effective_from < l.stop_11)
          then (l.after).postcode else (l.live).postcode end,
        case when l.moves_11 and (l.stop_11 is null or (l.live).effective_from < l.stop_11)
          then (l.after).country else (l.live).country end, null::uuid, null::text)::payroll.person_details as after,
      array_remove(array[
        case when l.moves_1 and (l.live).effective_from = l.stop_1
          and (l.live).title is distinct from (l.after).title then 'title' end,
        case when l.moves_2 and (l.live).effective_from = l.stop_2
          and (l.live).first_name is distinct from (l.after).first_name then 'first_name' end,
        case when l.moves_3 and (l.live).effective_from = l.stop_3
          and (l.live).middle_names is distinct from (l.after).middle_names then 'middle_names' end,
        case when l.moves_4 and (l.live).effective_from = l.stop_4
          and (l.live).last_name is distinct from (l.after).last_name then 'last_name' end,
        case when l.moves_5 and (l.live).effective_from = l.stop_5
          and (l.live).preferred_name is distinct from (l.after).preferred_name then 'preferred_name' end,
        case when l.moves_6 and (l.live).effective_from = l.stop_6
          and (l.live).birth_date is distinct from (l.after).birth_date then 'birth_date' end,
        case when l.moves_7 and (l.live).effective_from = l.stop_7
          and (l.live).gender is distinct from (l.after).gender then 'gender' end,
        case when l.moves_8 and (l.live).effective_from = l.stop_8
          and (l.live).work_email is distinct from (l.after).work_email then 'work_email' end,
        case when l.moves_9 and (l.live).effective_from = l.stop_9
          and (l.live).personal_email is distinct from (l.after).personal_email then 'personal_email' end,
        case when l.moves_10 and (l.live).effective_from = l.stop_10
          and (l.live).mobile is distinct from (l.after).mobile then 'mobile' end,
        case when l.moves_11 and (l.live).effective_from = l.stop_11
          and row((l.live).line1, (l.live).line2, (l.live).suburb, (l.live).city, (l.live).state, (l.live).postcode, (l.live).country) is distinct from row((l.after).line1, (l.after).line2, (l.after).suburb, (l.after).city, (l.after).state, (l.after).postcode, (l.after).country) then 'line1' end], null) as stands
    from later l
  )
  select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, c.fields, c.own, false,
    c.fields <> '{}' or (c.base).effective_from > (c.after).effective_from, '{}'::text[]
  from compared c
  where c.fields <> '{}' or c.own is not null or (c.base).effective_from > (c.after).effective_from
  union all
  select k.line, k.owner_id, k.is_new, k.today, k.live, k.after, f.fields, null, true, f.fields <> '{}', k.stands
  from carried k cross join lateral (select payroll.changed_person_details(k.live, k.after) as fields) f
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.next_tax_au(p_environment uuid)
 RETURNS TABLE(line integer, owner_id uuid, is_new boolean, today date, base payroll.tax_au, after payroll.tax_au, fields text[], own jsonb, carried boolean, writes boolean, stands text[])
 LANGUAGE sql
 STABLE
AS $function$
  with merged as materialized (
    select w.line, w.employment_id as owner_id, w.is_new, w.today, b.base, null::jsonb as own,
      row(p_environment, null::uuid, w.employment_id, w.effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when w.tfn is null then (b.base).tfn else nullif(w.tfn, '') end,
        case when w.tfn_exemption is null then (b.base).tfn_exemption else nullif(w.tfn_exemption, '') end,
        case when w.residency_status is null then (b.base).residency_status else nullif(w.residency_status, '') end,
        coalesce(case when w.tax_free_threshold is null then (b.base).tax_free_threshold else nullif(w.tax_free_threshold, '')::boolean end, false),
        coalesce(case when w.study_loan is null then (b.base).study_loan else nullif(w.study_loan, '')::boolean end, false),
        case when w.super_usi is null then (b.base).super_usi else nullif(w.super_usi, '') end,
        case when w.super_member_no is null then (b.base).super_member_no else nullif(w.super_member_no, '') end)::payroll.tax_au as after
    from pg_temp.payroll_work w
    
    left join lateral (
      (select d as base from payroll.tax_au d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d from payroll.tax_au d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.is_new and w.touches & 8 <> 0
  ), compared as materialized (
    select m.*, payroll.changed_tax_au(m.base, m.after) as fields from merged m
  ), later as (
    select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, d as live,
      (c.after).tfn is distinct from (c.base).tfn as moves_1,
        min(d.effective_from) filter (where (d).tfn is distinct from (c.base).tfn) over same as stop_1,
        (c.after).tfn_exemption is distinct from (c.base).tfn_exemption as moves_2,
        min(d.effective_from) filter (where (d).tfn_exemption is distinct from (c.base).tfn_exemption) over same as stop_2,
        (c.after).residency_status is distinct from (c.base).residency_status as moves_3,
        min(d.effective_from) filter (where (d).residency_status is distinct from (c.base).residency_status) over same as stop_3,
        (c.after).tax_free_threshold is distinct from (c.base).tax_free_threshold as moves_4,
        min(d.effective_from) filter (where (d).tax_free_threshold is distinct from (c.base).tax_free_threshold) over same as stop_4,
        (c.after).study_loan is distinct from (c.base).study_loan as moves_5,
        min(d.effective_from) filter (where (d).study_loan is distinct from (c.base).study_loan) over same as stop_5,
        (c.after).super_usi is distinct from (c.base).super_usi as moves_6,
        min(d.effective_from) filter (where (d).super_usi is distinct from (c.base).super_usi) over same as stop_6,
        (c.after).super_member_no is distinct from (c.base).super_member_no as moves_7,
        min(d.effective_from) filter (where (d).super_member_no is distinct from (c.base).super_member_no) over same as stop_7
    from compared c
    join payroll.tax_au d on d.environment_id = p_environment and d.employment_id = c.owner_id and d.superseded_at is null
      and d.effective_from > (c.after).effective_from
    where c.fields <> '{}' and (c.base).effective_from is not null
    window same as (partition by c.line)
  ), carried as materialized (
    select l.line, l.owner_id, l.is_new, l.today, l.live,
      row(p_environment, null::uuid, l.owner_id, (l.live).effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when l.moves_1 and (l.stop_1 is null or (l.live).effective_from < l.stop_1)
          then (l.after).tfn else (l.live).tfn end,
        case when l.moves_2 and (l.stop_2 is null or (l.live).effective_from < l.stop_2)
          then (l.after).tfn_exemption else (l.live).tfn_exemption end,
        case when l.moves_3 and (l.stop_3 is null or (l.live).effective_from < l.stop_3)
          then (l.after).residency_status else (l.live).residency_status end,
        case when l.moves_4 and (l.stop_4 is null or (l.live).effective_from < l.stop_4)
          then (l.after).tax_free_threshold else (l.live).tax_free_threshold end,
        case when l.moves_5 and (l.stop_5 is null or (l.live).effective_from < l.stop_5)
          then (l.after).study_loan else (l.live).study_loan end,
        case when l.moves_6 and (l.stop_6 is null or (l.live).effective_from < l.stop_6)
          then (l.after).super_usi else (l.live).super_usi end,
        case when l.moves_7 and (l.stop_7 is null or (l.live).effective_from < l.stop_7)
          then (l.after).super_member_no else (l.live).super_member_no end)::payroll.tax_au as after,
      array_remove(array[
        case when l.moves_1 and (l.live).effective_from = l.stop_1
          and (l.live).tfn is distinct from (l.after).tfn then 'tfn' end,
        case when l.moves_2 and (l.live).effective_from = l.stop_2
          and (l.live).tfn_exemption is distinct from (l.after).tfn_exemption then 'tfn_exemption' end,
        case when l.moves_3 and (l.live).effective_from = l.stop_3
          and (l.live).residency_status is distinct from (l.after).residency_status then 'residency_status' end,
        case when l.moves_4 and (l.live).effective_from = l.stop_4
          and (l.live).tax_free_threshold is distinct from (l.after).tax_free_threshold then 'tax_free_threshold' end,
        case when l.moves_5 and (l.live).effective_from = l.stop_5
          and (l.live).study_loan is distinct from (l.after).study_loan then 'study_loan' end,
        case when l.moves_6 and (l.live).effective_from = l.stop_6
          and (l.live).super_usi is distinct from (l.after).super_usi then 'super_usi' end,
        case when l.moves_7 and (l.live).effective_from = l.stop_7
          and (l.live).super_member_no is distinct from (l.after).super_member_no then 'super_member_no' end], null) as stands
    from later l
  )
  select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, c.fields, c.own, false,
    c.fields <> '{}' or (c.base).effective_from > (c.after).effective_from, '{}'::text[]
  from compared c
  where c.fields <> '{}' or c.own is not null or (c.base).effective_from > (c.after).effective_from
  union all
  select k.line, k.owner_id, k.is_new, k.today, k.live, k.after, f.fields, null, true, f.fields <> '{}', k.stands
  from carried k cross join lateral (select payroll.changed_tax_au(k.live, k.after) as fields) f
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.next_tax_nz(p_environment uuid)
 RETURNS TABLE(line integer, owner_id uuid, is_new boolean, today date, base payroll.tax_nz, after payroll.tax_nz, fields text[], own jsonb, carried boolean, writes boolean, stands text[])
 LANGUAGE sql
 STABLE
AS $function$
  with merged as materialized (
    select w.line, w.employment_id as owner_id, w.is_new, w.today, b.base, null::jsonb as own,
      row(p_environment, null::uuid, w.employment_id, w.effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when w.ird_number is null then (b.base).ird_number else nullif(w.ird_number, '') end,
        case when w.tax_code is null then (b.base).tax_code else nullif(w.tax_code, '') end,
        coalesce(case when w.student_loan is null then (b.base).student_loan else nullif(w.student_loan, '')::boolean end, false),
        case when w.tax_rate_pct is null then (b.base).tax_rate_pct else nullif(w.tax_rate_pct, '')::numeric end,
        case when w.tax_rate_end is null then (b.base).tax_rate_end else nullif(w.tax_rate_end, '')::date end,
        case when w.sl_special_pct is null then (b.base).sl_special_pct else nullif(w.sl_special_pct, '')::numeric end,
        case when w.sl_special_end is null then (b.base).sl_special_end else nullif(w.sl_special_end, '')::date end,
        case when w.esct_pct is null then (b.base).esct_pct else nullif(w.esct_pct, '')::numeric end,
        case when w.declaration_date is null then (b.base).declaration_date else nullif(w.declaration_date, '')::date end,
        case when w.declaration_form is null then (b.base).declaration_form else nullif(w.declaration_form, '') end)::payroll.tax_nz as after
    from pg_temp.payroll_work w
    
    left join lateral (
      (select d as base from payroll.tax_nz d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null and d.effective_from <= w.effective_from
       order by d.effective_from desc limit 1)
      union all
      (select d from payroll.tax_nz d
       where d.environment_id = p_environment and d.employment_id = w.employment_id
         and d.superseded_at is null
       order by d.effective_from limit 1)
      limit 1) b on true
    where not w.is_new and w.touches & 4 <> 0
  ), compared as materialized (
    select m.*, payroll.changed_tax_nz(m.base, m.after) as fields from merged m
  ), later as (
    select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, d as live,
      (c.after).ird_number is distinct from (c.base).ird_number as moves_1,
        min(d.effective_from) filter (where (d).ird_number is distinct from (c.base).ird_number) over same as stop_1,
        (c.after).tax_code is distinct from (c.base).tax_code as moves_2,
        min(d.effective_from) filter (where (d).tax_code is distinct from (c.base).tax_code) over same as stop_2,
        (c.after).student_loan is distinct from (c.base).student_loan as moves_3,
        min(d.effective_from) filter (where (d).student_loan is distinct from (c.base).student_loan) over same as stop_3,
        (c.after).tax_rate_pct is distinct from (c.base).tax_rate_pct as moves_4,
        min(d.effective_from) filter (where (d).tax_rate_pct is distinct from (c.base).tax_rate_pct) over same as stop_4,
        (c.after).tax_rate_end is distinct from (c.base).tax_rate_end as moves_5,
        min(d.effective_from) filter (where (d).tax_rate_end is distinct from (c.base).tax_rate_end) over same as stop_5,
        (c.after).sl_special_pct is distinct from (c.base).sl_special_pct as moves_6,
        min(d.effective_from) filter (where (d).sl_special_pct is distinct from (c.base).sl_special_pct) over same as stop_6,
        (c.after).sl_special_end is distinct from (c.base).sl_special_end as moves_7,
        min(d.effective_from) filter (where (d).sl_special_end is distinct from (c.base).sl_special_end) over same as stop_7,
        (c.after).esct_pct is distinct from (c.base).esct_pct as moves_8,
        min(d.effective_from) filter (where (d).esct_pct is distinct from (c.base).esct_pct) over same as stop_8,
        (c.after).declaration_date is distinct from (c.base).declaration_date as moves_9,
        min(d.effective_from) filter (where (d).declaration_date is distinct from (c.base).declaration_date) over same as stop_9,
        (c.after).declaration_form is distinct from (c.base).declaration_form as moves_10,
        min(d.effective_from) filter (where (d).declaration_form is distinct from (c.base).declaration_form) over same as stop_10
    from compared c
    join payroll.tax_nz d on d.environment_id = p_environment and d.employment_id = c.owner_id and d.superseded_at is null
      and d.effective_from > (c.after).effective_from
    where c.fields <> '{}' and (c.base).effective_from is not null
    window same as (partition by c.line)
  ), carried as materialized (
    select l.line, l.owner_id, l.is_new, l.today, l.live,
      row(p_environment, null::uuid, l.owner_id, (l.live).effective_from, null::timestamptz, null::timestamptz, null::text, null::uuid,
        case when l.moves_1 and (l.stop_1 is null or (l.live).effective_from < l.stop_1)
          then (l.after).ird_number else (l.live).ird_number end,
        case when l.moves_2 and (l.stop_2 is null or (l.live).effective_from < l.stop_2)
          then (l.after).tax_code else (l.live).tax_code end,
        case when l.moves_3 and (l.stop_3 is null or (l.live).effective_from < l.stop_3)
          then (l.after).student_loan else (l.live).student_loan end,
        case when l.moves_4 and (l.stop_4 is null or (l.live).effective_from < l.stop_4)
          then (l.after).tax_rate_pct else (l.live).tax_rate_pct end,
        case when l.moves_5 and (l.stop_5 is null or (l.live).effective_from < l.stop_5)
          then (l.after).tax_rate_end else (l.live).tax_rate_end end,
        case when l.moves_6 and (l.stop_6 is null or (l.live).effective_from < l.stop_6)
          then (l.after).sl_special_pct else (l.live).sl_special_pct end,
        case when l.moves_7 and (l.stop_7 is null or (l.live).effective_from < l.stop_7)
          then (l.after).sl_special_end else (l.live).sl_special_end end,
        case when l.moves_8 and (l.stop_8 is null or (l.live).effective_from < l.stop_8)
          then (l.after).esct_pct else (l.live).esct_pct end,
        case when l.moves_9 and (l.stop_9 is null or (l.live).effective_from < l.stop_9)
          then (l.after).declaration_date else (l.live).declaration_date end,
        case when l.moves_10 and (l.stop_10 is null or (l.live).effective_from < l.stop_10)
          then (l.after).declaration_form else (l.live).declaration_form end)::payroll.tax_nz as after,
      array_remove(array[
        case when l.moves_1 and (l.live).effective_from = l.stop_1
          and (l.live).ird_number is distinct from (l.after).ird_number then 'ird_number' end,
        case when l.moves_2 and (l.live).effective_from = l.stop_2
          and (l.live).tax_code is distinct from (l.after).tax_code then 'tax_code' end,
        case when l.moves_3 and (l.live).effective_from = l.stop_3
          and (l.live).student_loan is distinct from (l.after).student_loan then 'student_loan' end,
        case when l.moves_4 and (l.live).effective_from = l.stop_4
          and (l.live).tax_rate_pct is distinct from (l.after).tax_rate_pct then 'tax_rate_pct' end,
        case when l.moves_5 and (l.live).effective_from = l.stop_5
          and (l.live).tax_rate_end is distinct from (l.after).tax_rate_end then 'tax_rate_end' end,
        case when l.moves_6 and (l.live).effective_from = l.stop_6
          and (l.live).sl_special_pct is distinct from (l.after).sl_special_pct then 'sl_special_pct' end,
        case when l.moves_7 and (l.live).effective_from = l.stop_7
          and (l.live).sl_special_end is distinct from (l.after).sl_special_end then 'sl_special_end' end,
        case when l.moves_8 and (l.live).effective_from = l.stop_8
          and (l.live).esct_pct is distinct from (l.after).esct_pct then 'esct_pct' end,
        case when l.moves_9 and (l.live).effective_from = l.stop_9
          and (l.live).declaration_date is distinct from (l.after).declaration_date then 'declaration_date' end,
        case when l.moves_10 and (l.live).effective_from = l.stop_10
          and (l.live).declaration_form is distinct from (l.after).declaration_form then 'declaration_form' end], null) as stands
    from later l
  )
  select c.line, c.owner_id, c.is_new, c.today, c.base, c.after, c.fields, c.own, false,
    c.fields <> '{}' or (c.base).effective_from > (c.after).effective_from, '{}'::text[]
  from compared c
  where c.fields <> '{}' or c.own is not null or (c.base).effective_from > (c.after).effective_from
  union all
  select k.line, k.owner_id, k.is_new, k.today, k.live, k.after, f.fields, null, true, f.fields <> '{}', k.stands
  from carried k cross join lateral (select payroll.changed_tax_nz(k.live, k.after) as fields) f
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.open_staging(keep boolean)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  cells constant text := '
    company_code text, employee_number text, external_id text, title text, first_name text, middle_names text,
    last_name text, preferred_name text, birth_date text, gender text, work_email text, personal_email text,
    mobile text, line1 text, line2 text, suburb text, city text, state text, postcode text, country text,
    continuous_service_date text, end_date text, termination_reason text, employment_type text, fixed_term_end text,
    agreement_code text, position_code text, position_title text, department_code text, location_code text,
    manager_employee_number text, cost_allocations text, pay_group text, pay_frequency text, hours_per_week text,
    pattern_code text, ird_number text, tax_code text, student_loan text, tax_rate_pct text, tax_rate_end text,
    sl_special_pct text, sl_special_end text, esct_pct text, declaration_date text, declaration_form text, tfn text,
    tfn_exemption text, residency_status text, tax_free_threshold text, study_loan text, super_usi text,
    super_member_no text, kiwisaver_status text, employee_pct text, employer_pct text, reduction_start text,
    reduction_end text, suspension_start text, suspension_end text, opt_out_date text, accounts text, rate_from text,
    rate_type text, amount text, currency text, rate_hours_per_week text, reason_code text, rates text';
begin
  if to_regclass('pg_temp.payroll_staged') is not null then
    if not keep then return; end if;
    drop table pg_temp.payroll_staged, pg_temp.payroll_work, pg_temp.payroll_facts;
  end if;
  execute format('create temp table payroll_staged (line int not null, touches int not null, effective_from text,
    start_date text, %s, unreadable text, left_out text, number_folded text, number_loose text, external_folded text) on commit %s rows', cells, case when keep then 'preserve' else 'delete' end);
  execute format('create temp table payroll_work (line int not null, touches int not null, is_new boolean not null,
    new_person boolean not null, leads_person boolean not null default true, rehired boolean not null,
    employment_id uuid not null, person_id uuid not null, version int not null, start_date date not null,
    today date not null, zone text not null, effective_from date not null, %s, external_folded text, left_out text) on commit delete rows', cells);
  create temp table payroll_facts (
    line int not null, rank int not null, type text, kind text, fields text[] not null, classes text[] not null,
    new_values jsonb, effective_from date not null, other jsonb
  ) on commit delete rows;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.opt_out_date(told text, told_status text, old_status text, old_date date, day date)
 RETURNS date
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case when told is not null then nullif(told, '')::date
    when told_status = 'optedOut' and old_status is distinct from 'optedOut' then day else old_date end
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.person_faults(country text, postcode text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when country in ('NZ', 'AU') and postcode !~ '^\d{4}$' then array['postcode postcode'] else '{}' end
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.person_on(p_environment uuid, p_person uuid, p_day date)
 RETURNS payroll.person_details
 LANGUAGE sql
 STABLE
AS $function$
  select d from payroll.person_details d
  where d.environment_id = p_environment and d.person_id = p_person and d.superseded_at is null
  order by d.effective_from <= p_day desc, abs(d.effective_from - p_day) limit 1
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.preview_import_chunk(p_customer uuid, p_environment uuid, p_from integer, p_to integer, p_actor jsonb, p_source jsonb, p_now timestamp with time zone, p_steps jsonb, p_limit integer)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  found jsonb;
begin
  perform set_config('app.customer', p_customer::text, true), set_config('app.environment', p_environment::text, true),
    set_config('work_mem', '64MB', true);
  if p_to - p_from >= 1000 then perform set_config('enable_nestloop', 'off', true); end if;
  begin
    perform payroll.apply_staged(p_customer, p_environment, p_from, p_to, p_actor, p_source, p_now, null, null, p_steps);
    select jsonb_agg(to_jsonb(f) order by f.line, f.code) into found
    from payroll.staged_cross_findings(p_environment, p_from, p_to, p_now, p_limit) f;
    raise exception 'undone' using errcode = 'FL001';
  exception when sqlstate 'FL001' then null;
  end;
  return coalesce(found, '[]');
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.put_employee(p_customer uuid, p_environment uuid, p_row jsonb, p_actor jsonb, p_source jsonb, p_now timestamp with time zone, p_expected integer, p_steps jsonb, p_judge boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  found_version int;
  outcome jsonb;
begin
  perform payroll.take_turn(p_environment, p_row->>'company_code', p_row->>'number_loose', p_row->>'external_folded');
  perform payroll.lock_employments(p_environment, array[p_row->>'company_code'], array[p_row->>'employee_number'],
    array[p_row->>'external_folded']);
  select e.version into found_version from payroll.employments e
  where e.environment_id = p_environment and e.company_code = p_row->>'company_code'
    and e.employee_number = p_row->>'employee_number';
  if (p_expected = -1 and found_version is null) or (p_expected >= 0 and p_expected <> coalesce(found_version, 0)) then
    return jsonb_build_object('conflict', coalesce(found_version, 0));
  end if;
  if not exists (select from payroll.companies c where c.environment_id = p_environment and c.code = p_row->>'company_code') then
    return jsonb_build_object('unknownCompany', true);
  end if;
  if found_version is null and (p_row->>'touches')::int & 3 <> 3 then
    return jsonb_build_object('missing', true);
  end if;
  perform payroll.open_staging(false);
  delete from pg_temp.payroll_staged;
  delete from pg_temp.payroll_work;
  delete from pg_temp.payroll_facts;
  insert into pg_temp.payroll_staged select (jsonb_populate_record(null::pg_temp.payroll_staged, p_row)).*;
  if p_judge then
    perform payroll.fill_work(p_environment, 1, 1, p_now, false);
    return jsonb_build_object('broken', coalesce((select jsonb_agg(to_jsonb(j) order by j.code, j.field) from (
      select j.*, null as other from payroll.judge_new(p_environment, 1, 1, p_now, p_steps) j
      union all select j.*, null from payroll.judge_changes(p_environment, p_steps, false) j
      union all select j.line, j.code, j.field, null, j.other from payroll.judge_identity(p_environment, 1, 1) j
      union all select j.line, j.code, j.field, null, j.other from payroll.judge_codes(p_environment, 1, 1) j) j
      where not payroll.is_note(j.code)), '[]'));
  end if;
  outcome := payroll.apply_staged(p_customer, p_environment, 1, 1, p_actor, p_source, p_now, null, null, p_steps);
  -- What another writer made since we looked was updated just now; the caller, who must only create, undoes that.
  if p_expected = 0 and (outcome->>'created')::int = 0 then
    return jsonb_build_object('conflict', (outcome->>'version')::int);
  end if;
  return outcome;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.raise_other_employments(p_environment uuid, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  changed uuid[];
begin
  select array_agg(distinct w.person_id) into changed from pg_temp.payroll_work w
  where not w.new_person and exists (select from pg_temp.payroll_facts f where f.line = w.line and f.rank = 1);
  if changed is null then return; end if;
  with raised as (
    update payroll.employments e set version = e.version + 1, updated_at = p_now
    from unnest(changed) c(person_id)
    where e.environment_id = p_environment and e.person_id = c.person_id
      and not exists (select from pg_temp.payroll_work w where w.employment_id = e.id
        and (w.is_new or exists (select from pg_temp.payroll_facts f where f.line = w.line
          and f.type not in ('bank_account.change_held', 'bank_account.change_withdrawn'))))
    returning e.id, e.person_id, e.company_code, e.employee_number, e.version
  ), others as (
    select * from raised
    union all
    select w.employment_id, w.person_id, w.company_code, w.employee_number, w.version from pg_temp.payroll_work w
    where not w.is_new and w.person_id = any (changed)
      and exists (select from pg_temp.payroll_facts f where f.line = w.line
        and f.type not in ('bank_account.change_held', 'bank_account.change_withdrawn'))
  )
  insert into pg_temp.payroll_facts (line, rank, type, kind, fields, classes, new_values, effective_from, other)
  select f.line, 1, case when f.effective_from > w.today then 'employee.update_scheduled' else 'employee.updated' end, 'employee',
    f.fields, f.classes, f.new_values, f.effective_from, jsonb_build_object('employmentId', o.id, 'version', o.version,
      'subject', jsonb_build_object('employeeId', payroll.show_id('emp', o.id), 'personId', payroll.show_id('pp', o.person_id),
        'companyCode', o.company_code, 'employeeNumber', o.employee_number))
  from pg_temp.payroll_facts f
  join pg_temp.payroll_work w on w.line = f.line
  join others o on o.person_id = w.person_id and o.id <> w.employment_id
  where f.rank = 1 and f.fields <> '{}';
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.read_by_rule(code text, field text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select field || case
    when code = 'postcode' then '{country}'
    when code = 'required-when-new' and field = 'tax_code' then '{residency_status}'::text[]
    when code = 'ird-missing-needs-nd' then '{ird_number}'
    when code in ('student-loan-code', 'tax-rate-missing', 'tax-rate-range') then '{tax_code}'
    when code = 'nsw-kiwisaver' then '{tax_code,employee_pct}'
    when code like 'kiwisaver-reduction-%' then '{kiwisaver_status,reduction_end}'
    when code like 'kiwisaver-%' then '{kiwisaver_status}'
    when code = 'tfn-or-exemption' then '{tfn_exemption,residency_status}'
    when code = 'fixed-term-end' then '{employment_type}'
    when code in ('end-before-start', 'effective-before-start') then '{start_date}'
    when code in ('termination-reason', 'end-date') then '{end_date,termination_reason}'
    else '{}' end
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.reduction_start(told text, told_end text, told_status text, old_status text, old_start date, old_end date, day date)
 RETURNS date
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case when told is not null then nullif(told, '')::date
    when coalesce(told_status, old_status) is distinct from 'temporaryRateReduction' then old_start
    when old_status = 'temporaryRateReduction' and coalesce(nullif(told_end, '')::date, old_end)
      between (old_start + interval '3 months')::date - 1 and (old_start + interval '12 months')::date then old_start
    else least(day, (coalesce(nullif(told_end, '')::date, old_end) + 1 - interval '3 months')::date) end
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.refuse_staged(p_environment uuid, p_required text[], p_now timestamp with time zone, p_steps jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  slice constant int := 50000;
  first_line int;
  last_line int;
begin
  drop table if exists pg_temp.payroll_refused;
  create temp table payroll_refused (line int not null, code text not null, field text not null, key text not null,
    other_line int, holds_from date, refuses boolean not null default true, other text);
  create index on pg_temp.payroll_staged (line);
  perform set_config('default_statistics_target', '10', true);
  analyze pg_temp.payroll_staged (line, company_code, employee_number, number_folded);
  insert into pg_temp.payroll_refused
  select s.line, 'duplicate-key', 'employee_number', s.company_code || '/' || s.employee_number, d.first_line
  from (select company_code, number_folded, min(line) as first_line from pg_temp.payroll_staged
        group by company_code, number_folded having count(*) > 1) d
  join pg_temp.payroll_staged s on s.company_code = d.company_code and s.number_folded = d.number_folded;
  insert into pg_temp.payroll_refused
  select s.line, 'company-unknown', 'company_code', s.company_code || '/' || s.employee_number
  from pg_temp.payroll_staged s
  where not exists (select from payroll.companies c where c.environment_id = p_environment and c.code = s.company_code);
  insert into pg_temp.payroll_refused
  select n.line, 'required-when-new', r.field, n.key
  from (select s.*, s.company_code || '/' || s.employee_number as key, to_jsonb(s) as cells from pg_temp.payroll_staged s
        left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
          and e.employee_number = s.employee_number
        where e.id is null and (s.touches & 3 <> 3 or coalesce(s.first_name, '') = '' or coalesce(s.last_name, '') = ''
          or coalesce(s.birth_date, '') = '' or coalesce(s.country, '') = '' or coalesce(s.start_date, '') = ''
          or coalesce(s.employment_type, '') = '' or coalesce(s.department_code, '') = ''
          or coalesce(s.location_code, '') = '' or coalesce(s.cost_allocations, '') = '' or coalesce(s.pay_group, '') = ''
          or coalesce(s.pay_frequency, '') = '' or coalesce(s.accounts, '') = ''
          or (coalesce(s.tax_code, '') = '' and coalesce(s.residency_status, '') = ''))) n
  cross join lateral unnest(p_required) r(field)
  where coalesce(n.cells->>r.field, '') = '' and (r.field <> 'tax_code' or coalesce(n.residency_status, '') = '');
  -- An external id names one person: not one who has it already, nor two in the file of whom neither has it yet.
  insert into pg_temp.payroll_refused
  with claims as (
    select s.line, s.company_code || '/' || s.employee_number as key, x.id as holder,
      coalesce(e.person_id, x.id) as person,
      first_value(s.line) over same as first_line, first_value(coalesce(e.person_id, x.id)) over same as first_person
    from pg_temp.payroll_staged s
    left join payroll.employments e on e.environment_id = p_environment and e.company_code = s.company_code
      and e.employee_number = s.employee_number
    left join payroll.people x on x.environment_id = p_environment and x.external_id_folded = s.external_folded
      and not x.external_id_twin
    where s.external_folded <> ''
    window same as (partition by s.external_folded order by s.line))
  select c.line, 'external-id-taken', 'external_id', c.key, case when c.holder is null then c.first_line end
  from claims c
  where c.person <> c.holder or (c.holder is null and c.person is distinct from c.first_person);
  if (select count(*) from pg_temp.payroll_staged) >= 1000 then perform set_config('enable_nestloop', 'off', true); end if;
  insert into pg_temp.payroll_refused
  select j.line, j.code, j.field, s.company_code || '/' || s.employee_number, j.other_line, null, not payroll.is_note(j.code), j.other
  from (select * from payroll.judge_identity(p_environment, 0, 2147483647)
        union all select * from payroll.judge_codes(p_environment, 0, 2147483647)
        union all select * from payroll.judge_identity_within(p_environment)) j
  join pg_temp.payroll_staged s on s.line = j.line
  where not exists (select from pg_temp.payroll_refused r where r.line = j.line and (r.field = j.field or r.code = 'duplicate-key'));
  select min(s.line), max(s.line) into first_line, last_line from pg_temp.payroll_staged s;
  while first_line <= last_line loop
    truncate pg_temp.payroll_work;
    perform payroll.fill_work(p_environment, first_line, first_line + slice - 1, p_now, true);
    insert into pg_temp.payroll_refused
    select j.line, j.code, j.field, s.company_code || '/' || s.employee_number, null, j.holds_from, not payroll.is_note(j.code)
    from (select * from payroll.judge_new(p_environment, first_line, first_line + slice - 1, p_now, p_steps)
          union all select * from payroll.judge_changes(p_environment, p_steps, true)) j
    join pg_temp.payroll_staged s on s.line = j.line
    where not exists (select from pg_temp.payroll_refused r where r.line = j.line and (r.field = j.field or r.code = 'duplicate-key'));
    first_line := first_line + slice;
  end loop;
  truncate pg_temp.payroll_work;
  delete from pg_temp.payroll_refused r using pg_temp.payroll_staged s
  where s.line = r.line and s.unreadable is not null
    and string_to_array(s.unreadable, ' ') && payroll.read_by_rule(r.code, r.field);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.register_import(p_customer uuid, p_environment uuid, p_import uuid, p_mode text, p_source jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform set_config('app.environment', p_environment::text, true);
  insert into payroll.imports (environment_id, customer_id, id, mode, source, started_at)
  values (p_environment, p_customer, p_import, p_mode, p_source, p_now)
  on conflict do nothing;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.restore_person(p_customer uuid, p_environment uuid, p_source uuid, p_target uuid, p_employment uuid, p_own boolean, p_now timestamp with time zone, p_by text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  insert into payroll.person_details (environment_id, customer_id, person_id, effective_from, recorded_at, recorded_by, told_by,
    title, first_name, middle_names, last_name, preferred_name, birth_date, gender, work_email, personal_email, mobile, line1,
    line2, suburb, city, state, postcode, country)
  select p_environment, p_customer, p_target, r.effective_from, p_now, p_by, r.told_by, r.title, r.first_name, r.middle_names,
    r.last_name, r.preferred_name, r.birth_date, r.gender, r.work_email, r.personal_email, r.mobile, r.line1, r.line2, r.suburb,
    r.city, r.state, r.postcode, r.country
  from (
    select distinct on (d.effective_from) d.* from payroll.person_details d
    where d.environment_id = p_environment and (d.person_id = p_source or (p_own and d.told_by = p_employment))
      and (d.told_by is not distinct from p_employment) = p_own
    order by d.effective_from, d.superseded_at is null desc, d.recorded_at desc) r
  where not (r.superseded_at is null and r.person_id = p_target);
  return exists (select from payroll.person_details d
    where d.environment_id = p_environment and d.person_id = p_target and d.superseded_at is null);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.show_id(prefix text, id uuid)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  b bytea := uuid_send(id);
  a bytea := '0123456789abcdefghjkmnpqrstvwxyz'::bytea;
  buf bytea := '00000000000000000000000000'::bytea;
begin
  return prefix || '_' || encode(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(set_byte(buf, 0, get_byte(a, get_byte(b, 0) >> 5)), 1, get_byte(a, (get_byte(b, 0)) & 31)), 2, get_byte(a, (get_byte(b, 1) >> 3) & 31)), 3, get_byte(a, ((get_byte(b, 1) << 2) | (get_byte(b, 2) >> 6)) & 31)), 4, get_byte(a, (get_byte(b, 2) >> 1) & 31)), 5, get_byte(a, ((get_byte(b, 2) << 4) | (get_byte(b, 3) >> 4)) & 31)), 6, get_byte(a, ((get_byte(b, 3) << 1) | (get_byte(b, 4) >> 7)) & 31)), 7, get_byte(a, (get_byte(b, 4) >> 2) & 31)), 8, get_byte(a, ((get_byte(b, 4) << 3) | (get_byte(b, 5) >> 5)) & 31)), 9, get_byte(a, (get_byte(b, 5)) & 31)), 10, get_byte(a, (get_byte(b, 6) >> 3) & 31)), 11, get_byte(a, ((get_byte(b, 6) << 2) | (get_byte(b, 7) >> 6)) & 31)), 12, get_byte(a, (get_byte(b, 7) >> 1) & 31)), 13, get_byte(a, ((get_byte(b, 7) << 4) | (get_byte(b, 8) >> 4)) & 31)), 14, get_byte(a, ((get_byte(b, 8) << 1) | (get_byte(b, 9) >> 7)) & 31)), 15, get_byte(a, (get_byte(b, 9) >> 2) & 31)), 16, get_byte(a, ((get_byte(b, 9) << 3) | (get_byte(b, 10) >> 5)) & 31)), 17, get_byte(a, (get_byte(b, 10)) & 31)), 18, get_byte(a, (get_byte(b, 11) >> 3) & 31)), 19, get_byte(a, ((get_byte(b, 11) << 2) | (get_byte(b, 12) >> 6)) & 31)), 20, get_byte(a, (get_byte(b, 12) >> 1) & 31)), 21, get_byte(a, ((get_byte(b, 12) << 4) | (get_byte(b, 13) >> 4)) & 31)), 22, get_byte(a, ((get_byte(b, 13) << 1) | (get_byte(b, 14) >> 7)) & 31)), 23, get_byte(a, (get_byte(b, 14) >> 2) & 31)), 24, get_byte(a, ((get_byte(b, 14) << 3) | (get_byte(b, 15) >> 5)) & 31)), 25, get_byte(a, (get_byte(b, 15)) & 31)), 'escape');
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.staged_cross_findings(p_environment uuid, p_from integer, p_to integer, p_now timestamp with time zone, p_limit integer)
 RETURNS TABLE(line integer, key text, code text, other text)
 LANGUAGE plpgsql
AS $function$
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
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.staged_effects(p_environment uuid, p_now timestamp with time zone, p_change double precision, p_factor double precision)
 RETURNS TABLE(created integer, ended integer, bank_changed integer, identity_changed integer, pay_changed integer, pay_far integer, pay_factor double precision)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.take_turn(p_environment uuid, p_company text, p_number text, p_external_id text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(k.key) from (
    select distinct hashtextextended(concat_ws(' ', 'payroll', p_environment, n.name), 0) as key
    from (values (jsonb_build_array(p_company, p_number)), (to_jsonb(nullif(p_external_id, '')))) n(name)
    where n.name is not null order by 1) k;
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.tax_au_faults(residency text, tfn text, exemption text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when residency is null then 'required-with-group residency_status' end,
    case when residency is not null and tfn is null and exemption is null then 'tfn-or-exemption tfn' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.tax_nz_faults(ird text, code text, loan boolean, rate numeric, special numeric)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_remove(array[
    case when code is null then 'required-with-group tax_code' end,
    case when ird is null and code <> 'ND' then 'ird-missing-needs-nd tax_code' end,
    case when loan and code not in ('M', 'ME', 'SB', 'S', 'SH', 'ST', 'SA') then 'student-loan-code student_loan' end,
    case when rate is null and code in ('STC', 'WT') then 'tax-rate-missing tax_rate_pct' end,
    case when rate > 100 or (rate < 10 and code = 'WT') then 'tax-rate-range tax_rate_pct' end,
    case when special >= 12 or special <> trunc(special) then 'sl-special-rate sl_special_pct' end], null)
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.told_accounts(p_environment uuid)
 RETURNS TABLE(line integer, is_new boolean, employment_id uuid, effective_from date, counts_from date, today date, accounts jsonb, base_from date, old_accounts jsonb)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.value_changes(fields text[], old_values jsonb, new_values jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select jsonb_object_agg(f, jsonb_build_object('old', old_values->f, 'new', new_values->f))
  from unnest(fields) f where new_values ? f
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION payroll.yearly_pay(rate_type text, amount double precision, hours double precision)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case rate_type when 'annualSalary' then amount when 'hourly' then amount * hours * 52 when 'daily' then amount * 260 end
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION pipeline.cards_across_customers(of_board text, at_most integer)
 RETURNS TABLE(id uuid, customer_id uuid, customer_code text, customer_name text, title text, column_key text, integration_id uuid, assignee_id uuid, assignee_name text, created_at timestamp with time zone, moved_at timestamp with time zone, in_column integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$
;
-- owner: fairlead_staff
grant execute on function pipeline.cards_across_customers(text,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION pipeline.opportunities_across_customers(of_stage text, of_customer uuid, search text, before uuid, at_most integer)
 RETURNS TABLE(id uuid, customer_id uuid, customer_code text, customer_name text, title text, stage text, amount_cents bigint, currency text, integration_id uuid, created_at timestamp with time zone, moved_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$
;
-- owner: fairlead_staff
grant execute on function pipeline.opportunities_across_customers(text,uuid,text,uuid,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.across_customers(signature text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  target regprocedure := signature::regprocedure;
  in_schema text := (select n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.oid = target);
begin
  execute format('revoke all on function %s from public', target);
  execute format('grant execute on function %s to fairlead_app', target);
  execute format('grant usage, create on schema %I to fairlead_staff', in_schema);
  execute format('alter function %s owner to fairlead_staff', target);
  execute format('revoke create on schema %I from fairlead_staff', in_schema);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION platform.add_jobs(new_jobs jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  one record;
begin
  for one in select * from jsonb_to_recordset(new_jobs) as j(job text, payload json, key text, "runAt" timestamptz) loop
    perform graphile_worker.add_job(one.job, one.payload, run_at => one."runAt", job_key => one.key, max_attempts => 25);
  end loop;
end $function$
;
-- owner: fairlead_migrator
grant execute on function platform.add_jobs(jsonb) to fairlead_app;
grant execute on function platform.add_jobs(jsonb) to public;

CREATE OR REPLACE FUNCTION platform.aged_objects(of_class text, before timestamp with time zone, after timestamp with time zone, at_most integer)
 RETURNS SETOF platform.objects
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from platform.objects
  where class = of_class and removed_at is null and created_at < before and created_at > after
  order by created_at limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function platform.aged_objects(text,timestamp with time zone,timestamp with time zone,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.all_data_keys()
 RETURNS SETOF platform.data_keys
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from platform.data_keys order by id
$function$
;
-- owner: fairlead_staff
grant execute on function platform.all_data_keys() to fairlead_app;

CREATE OR REPLACE FUNCTION platform.append_events(stream uuid, by_actor jsonb, new_events jsonb, at timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
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
end $function$
;
-- owner: fairlead_migrator
grant execute on function platform.append_events(uuid,jsonb,jsonb,timestamp with time zone) to fairlead_app;
grant execute on function platform.append_events(uuid,jsonb,jsonb,timestamp with time zone) to public;

CREATE OR REPLACE FUNCTION platform.current_customer()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('app.customer', true), '')::uuid $function$
;
-- owner: fairlead_migrator
grant execute on function platform.current_customer() to fairlead_app;
grant execute on function platform.current_customer() to public;

CREATE OR REPLACE FUNCTION platform.current_environment()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('app.environment', true), '')::uuid $function$
;
-- owner: fairlead_migrator
grant execute on function platform.current_environment() to fairlead_app;
grant execute on function platform.current_environment() to public;

CREATE OR REPLACE FUNCTION platform.due_timers(at timestamp with time zone, at_most integer)
 RETURNS TABLE(kind text, key text, customer_id uuid, environment_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select t.kind, t.key, t.customer_id, t.environment_id from platform.timers t
  where t.due_at <= at
  order by t.due_at limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function platform.due_timers(timestamp with time zone,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.ensure_event_partitions(around date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET lock_timeout TO '2s'
AS $function$
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
end $function$
;
-- owner: fairlead_migrator
grant execute on function platform.ensure_event_partitions(date) to fairlead_app;
grant execute on function platform.ensure_event_partitions(date) to public;

CREATE OR REPLACE FUNCTION platform.find_data_key(wanted uuid)
 RETURNS SETOF platform.data_keys
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from platform.data_keys where id = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function platform.find_data_key(uuid) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.find_object(wanted text)
 RETURNS SETOF platform.objects
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from platform.objects where key = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function platform.find_object(text) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.fold_code(text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select trim(both ' ' from regexp_replace(
    lower(normalize(text, nfkc) collate pg_catalog.pg_unicode_fast), '\s+', ' ', 'g')) $function$
;
-- owner: fairlead_migrator
grant execute on function platform.fold_code(text) to fairlead_app;
grant execute on function platform.fold_code(text) to fairlead_staff;
grant execute on function platform.fold_code(text) to public;

CREATE OR REPLACE FUNCTION platform.fold_search(text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select trim(both ' ' from regexp_replace(translate(lower(regexp_replace(
    normalize(text, nfkd), '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g')
    collate pg_catalog.pg_unicode_fast), 'øđłħıß', 'odlhis'), '\s+', ' ', 'g')) $function$
;
-- owner: fairlead_migrator
grant execute on function platform.fold_search(text) to fairlead_app;
grant execute on function platform.fold_search(text) to fairlead_staff;
grant execute on function platform.fold_search(text) to public;

CREATE OR REPLACE FUNCTION platform.folded(words text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select regexp_replace(lower(normalize(words, nfd) collate "pg_c_utf8"), '[\u0300-\u036f]', '', 'g')
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION platform.grant_app(target text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('grant usage on schema %I to fairlead_app, fairlead_staff', target);
  execute format('grant select, insert, update, delete on all tables in schema %I to fairlead_app', target);
  execute format('grant usage on all sequences in schema %I to fairlead_app', target);
  execute format('grant select on all tables in schema %I to fairlead_staff', target);
  execute format('grant execute on all functions in schema %I to fairlead_app', target);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION platform.kept_objects(keys text[])
 RETURNS TABLE(key text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.key from platform.objects o where o.key = any (keys) and o.removed_at is null
$function$
;
-- owner: fairlead_staff
grant execute on function platform.kept_objects(text[]) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.lock_cursor(for_consumer text, stream uuid, OUT at bigint, OUT failed integer)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  select sequence, failures into at, failed from platform.cursors
  where consumer = for_consumer and stream_id = stream for update skip locked;
  if found then return; end if;
  insert into platform.cursors (consumer, stream_id) values (for_consumer, stream)
  on conflict do nothing returning sequence, failures into at, failed;
end $function$
;
-- owner: fairlead_migrator
grant execute on function platform.lock_cursor(text,uuid) to fairlead_app;
grant execute on function platform.lock_cursor(text,uuid) to public;

CREATE OR REPLACE FUNCTION platform.loose_key(text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select regexp_replace(
    regexp_replace(platform.fold_code(text), '[ !-/:-@\[-`{-~’‘´]', '', 'g'), '(?<![0-9])0+(?=[0-9])', '', 'g') $function$
;
-- owner: fairlead_migrator
grant execute on function platform.loose_key(text) to fairlead_app;
grant execute on function platform.loose_key(text) to fairlead_staff;
grant execute on function platform.loose_key(text) to public;

CREATE OR REPLACE FUNCTION platform.objects_to_encrypt(after text, at_most integer)
 RETURNS SETOF platform.objects
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select o.* from platform.objects o left join platform.data_keys k on k.id = o.data_key_id
  where o.removed_at is null and o.key > after and (k.id is null or k.retired_at is not null)
  order by o.key limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function platform.objects_to_encrypt(text,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.pending_streams(for_consumer text, of_kinds text[], after uuid, at_most integer)
 RETURNS TABLE(id uuid, kind text, customer_id uuid, environment_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.id, s.kind, s.customer_id, s.environment_id
  from platform.streams s
  left join platform.cursors c on c.consumer = for_consumer and c.stream_id = s.id
  where s.kind = any (of_kinds) and s.head > coalesce(c.sequence, 0)
    and (c.retry_at is null or c.retry_at <= clock_timestamp())
  order by s.id <= after, s.id
  limit at_most
$function$
;
-- owner: fairlead_dispatcher
grant execute on function platform.pending_streams(text,text[],uuid,integer) to fairlead_app;
grant execute on function platform.pending_streams(text,text[],uuid,integer) to public;

CREATE OR REPLACE FUNCTION platform.postpone_cursor(for_consumer text, stream uuid, reason text, max_backoff_ms integer)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into platform.cursors as c (consumer, stream_id, failures, failing_since, retry_at, error)
  values (for_consumer, stream, 1, clock_timestamp(), clock_timestamp() + interval '100 ms', reason)
  on conflict (consumer, stream_id) do update
  set failures = c.failures + 1, error = reason, failing_since = coalesce(c.failing_since, excluded.failing_since),
      retry_at = clock_timestamp()
        + make_interval(secs => least(max_backoff_ms, 100 * power(2, least(c.failures, 20))) / 1000.0)
$function$
;
-- owner: fairlead_migrator
grant execute on function platform.postpone_cursor(text,uuid,text,integer) to fairlead_app;
grant execute on function platform.postpone_cursor(text,uuid,text,integer) to public;

CREATE OR REPLACE FUNCTION platform.protect_customer(target text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy customer on %s using (customer_id = nullif(current_setting(''app.customer'', true), '''')::uuid)', target);
  execute format('create policy across on %s for select to fairlead_staff using (true)', target);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION platform.protect_environment(target text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy environment on %s using (environment_id = nullif(current_setting(''app.environment'', true), '''')::uuid)', target);
  execute format('create policy across on %s for select to fairlead_staff using (true)', target);
end $function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION platform.search_of(search text)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select string_agg(quote_literal(word) || ':*', ' & ')::tsquery
  from unnest(array_remove(regexp_split_to_array(platform.folded(search), '[^[:alnum:]]+'), '')) word
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION platform.some_objects(at_most integer)
 RETURNS TABLE(key text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  (select o.key from platform.objects o where o.removed_at is null order by o.key limit at_most)
$function$
;
-- owner: fairlead_staff
grant execute on function platform.some_objects(integer) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.spent_data_keys(before timestamp with time zone)
 RETURNS SETOF platform.data_keys
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from platform.data_keys k
  where k.retired_at < before and not exists (select from platform.objects o where o.data_key_id = k.id)
$function$
;
-- owner: fairlead_staff
grant execute on function platform.spent_data_keys(timestamp with time zone) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.stream_heads()
 RETURNS TABLE(id uuid, kind text, customer_id uuid, environment_id uuid, head bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.id, s.kind, s.customer_id, s.environment_id, s.head from platform.streams s
$function$
;
-- owner: fairlead_dispatcher
grant execute on function platform.stream_heads() to fairlead_app;
grant execute on function platform.stream_heads() to public;

CREATE OR REPLACE FUNCTION platform.unreadable_objects(at_most integer)
 RETURNS SETOF platform.objects
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from platform.objects
  where unreadable_since is not null and removed_at is null order by unreadable_since limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function platform.unreadable_objects(integer) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.unsettled_objects(before timestamp with time zone, at_most integer)
 RETURNS SETOF platform.objects
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select * from platform.objects
  where settled_at is null and removed_at is null and created_at < before
  order by created_at limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function platform.unsettled_objects(timestamp with time zone,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION platform.words_of(words text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_to_tsvector(array_remove(
    regexp_split_to_array(platform.folded(words), '[^[:alnum:]]+'), ''))
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION webhooks.due_endpoints(at timestamp with time zone, at_most integer)
 RETURNS TABLE(customer_id uuid, environment_id uuid, endpoint_id uuid, endpoints integer)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.customer_id, r.environment_id, r.id, r.endpoints from (
    select e.*, row_number() over (partition by e.customer_id order by random()) as place from (
      select n.customer_id, n.environment_id, n.id, (count(*) over (partition by n.customer_id))::int as endpoints,
        exists (
          select from webhooks.deliveries d
          where d.environment_id = n.environment_id and d.endpoint_id = n.id and d.state = 'waiting' and d.next_at <= at
            and (d.lease_until is null or d.lease_until < clock_timestamp())) as is_due
      from webhooks.endpoints n where n.status = 'enabled' and n.secret is not null) e
    where e.is_due) r
  order by r.place limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function webhooks.due_endpoints(timestamp with time zone,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION webhooks.environments_with_inbound(at timestamp with time zone, at_most integer)
 RETURNS TABLE(customer_id uuid, environment_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select distinct i.customer_id, i.environment_id from webhooks.inbound i
  where i.state in ('received', 'waiting') and webhooks.is_due(i, at) limit at_most
$function$
;
-- owner: fairlead_staff
grant execute on function webhooks.environments_with_inbound(timestamp with time zone,integer) to fairlead_app;

CREATE OR REPLACE FUNCTION webhooks.is_due(message webhooks.inbound, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select message.state = 'received' or (message.state = 'waiting' and (message.wait_until <= at
    or payroll.has_employment(message.environment_id, message.company_code, message.employee_number)))
$function$
;
-- owner: fairlead_migrator

CREATE OR REPLACE FUNCTION webhooks.receiver_by_token(wanted text)
 RETURNS TABLE(customer_id uuid, environment_id uuid, id uuid, status text, secret bytea, previous_secret bytea, previous_until timestamp with time zone, fingerprint text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select r.customer_id, r.environment_id, r.id, r.status, r.secret, r.previous_secret, r.previous_until, r.fingerprint
  from webhooks.receivers r where r.token = wanted
$function$
;
-- owner: fairlead_staff
grant execute on function webhooks.receiver_by_token(text) to fairlead_app;

create table access.delegations (
  id uuid not null default uuidv7(),
  person_id uuid not null,
  delegate_id uuid not null,
  starts_on date not null,
  ends_on date not null,
  time_zone text not null,
  constraint delegations_pkey PRIMARY KEY (id),
  constraint delegations_delegate_id_fkey FOREIGN KEY (delegate_id) REFERENCES access.people(id),
  constraint delegations_person_id_fkey FOREIGN KEY (person_id) REFERENCES access.people(id),
  constraint delegations_check CHECK ((ends_on >= starts_on)),
  constraint delegations_check1 CHECK ((person_id <> delegate_id))
);
CREATE INDEX delegations_delegate ON access.delegations USING btree (delegate_id);
CREATE INDEX delegations_person ON access.delegations USING btree (person_id);
grant delete, insert, select, update on access.delegations to fairlead_app;
grant select on access.delegations to fairlead_staff;

create table access.people (
  id uuid not null default uuidv7(),
  name text not null,
  email text not null,
  customer_id uuid,
  active boolean not null default true,
  last_day date,
  last_day_zone text,
  created_at timestamp with time zone not null,
  in_portal boolean not null generated always as ((customer_id IS NOT NULL)),
  lost_at timestamp with time zone,
  constraint people_email_key UNIQUE (email),
  constraint people_id_customer_id_key UNIQUE (id, customer_id),
  constraint people_id_in_portal_key UNIQUE (id, in_portal),
  constraint people_pkey PRIMARY KEY (id),
  constraint people_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers.customers(id),
  constraint people_check CHECK (((last_day IS NULL) = (last_day_zone IS NULL))),
  constraint people_email_check CHECK ((email = lower(email))),
  constraint people_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
CREATE TRIGGER mirror AFTER INSERT OR UPDATE ON access.people FOR EACH ROW EXECUTE FUNCTION access.mirror_person();
alter table access.people force row level security;
create policy across on access.people for select to fairlead_staff using (true);
create policy own on access.people for all to public using (((customer_id IS NULL) OR (customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid)));
grant delete, insert, select, update on access.people to fairlead_app;
grant select on access.people to fairlead_staff;

create table access.roles (
  person_id uuid not null,
  role text not null,
  in_portal boolean not null generated always as ((role = ANY (ARRAY['project-owner'::text, 'developer'::text, 'signatory'::text]))),
  constraint roles_pkey PRIMARY KEY (person_id, role),
  constraint roles_person_id_in_portal_fkey FOREIGN KEY (person_id, in_portal) REFERENCES access.people(id, in_portal),
  constraint roles_role_check CHECK ((role = ANY (ARRAY['commercial-director'::text, 'integrations-manager'::text, 'customer-team-lead'::text, 'lead-consultant'::text, 'support'::text, 'auditor'::text, 'administrator'::text, 'project-owner'::text, 'developer'::text, 'signatory'::text])))
);
grant delete, insert, select, update on access.roles to fairlead_app;
grant select on access.roles to fairlead_staff;

create table access.sign_in_links (
  id uuid not null default uuidv7(),
  token_hash bytea not null,
  person_id uuid not null,
  network text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint sign_in_links_token_hash_key UNIQUE (token_hash),
  constraint sign_in_links_pkey PRIMARY KEY (id),
  constraint sign_in_links_person_id_fkey FOREIGN KEY (person_id) REFERENCES access.people(id),
  constraint sign_in_links_token_hash_check CHECK ((length(token_hash) = 32))
);
CREATE INDEX sign_in_links_person ON access.sign_in_links USING btree (person_id, expires_at);
grant delete, insert, select, update on access.sign_in_links to fairlead_app;
grant select on access.sign_in_links to fairlead_staff;

create table auth.account (
  id text not null,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamp with time zone,
  "refreshTokenExpiresAt" timestamp with time zone,
  scope text,
  password text,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now(),
  constraint account_pkey PRIMARY KEY (id),
  constraint "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);

create table auth.passkey (
  id text not null,
  name text,
  "publicKey" text not null,
  "userId" text not null,
  "credentialID" text not null,
  counter integer not null,
  "deviceType" text not null,
  "backedUp" boolean not null,
  transports text,
  "createdAt" timestamp with time zone default now(),
  aaguid text,
  constraint passkey_pkey PRIMARY KEY (id),
  constraint "passkey_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE TRIGGER audit AFTER INSERT OR DELETE ON auth.passkey FOR EACH ROW EXECUTE FUNCTION auth.audit();

create table auth.session (
  id text not null,
  "expiresAt" timestamp with time zone not null,
  token text not null,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now(),
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null,
  constraint session_token_key UNIQUE (token),
  constraint session_pkey PRIMARY KEY (id),
  constraint "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX session_of_user ON auth.session USING btree ("userId");
CREATE TRIGGER audit AFTER INSERT OR DELETE ON auth.session FOR EACH ROW EXECUTE FUNCTION auth.audit();

create table auth."user" (
  id text not null,
  name text not null,
  email text not null,
  "emailVerified" boolean not null,
  image text,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now(),
  constraint user_email_key UNIQUE (email),
  constraint user_pkey PRIMARY KEY (id)
);
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON auth."user" FOR EACH ROW EXECUTE FUNCTION auth.audit();

create table auth.verification (
  id text not null,
  identifier text not null,
  value text not null,
  "expiresAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone not null default now(),
  "updatedAt" timestamp with time zone not null default now(),
  constraint verification_pkey PRIMARY KEY (id)
);
CREATE INDEX verification_identifier ON auth.verification USING btree (identifier);

create table certification.agreements (
  environment_id uuid not null,
  customer_id uuid not null,
  track text not null,
  scenarios text[] not null,
  agreed_at timestamp with time zone not null,
  agreed_by text not null,
  constraint agreements_pkey PRIMARY KEY (environment_id, track),
  constraint agreements_scenarios_check CHECK (((cardinality(scenarios) >= 1) AND (cardinality(scenarios) <= 10))),
  constraint agreements_track_check CHECK ((track = ANY (ARRAY['web-api'::text, 'file-transfer'::text])))
);
alter table certification.agreements force row level security;
create policy across on certification.agreements for select to fairlead_staff using (true);
create policy environment on certification.agreements for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on certification.agreements to fairlead_app;
grant select on certification.agreements to fairlead_staff;

create table certification.completions (
  environment_id uuid not null,
  customer_id uuid not null,
  track text not null,
  fingerprint text not null,
  completed_at timestamp with time zone not null,
  constraint completions_pkey PRIMARY KEY (environment_id, track, fingerprint)
);
alter table certification.completions force row level security;
create policy across on certification.completions for select to fairlead_staff using (true);
create policy environment on certification.completions for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, select on certification.completions to fairlead_app;
grant select on certification.completions to fairlead_staff;

create table certification.passes (
  environment_id uuid not null,
  customer_id uuid not null,
  scenario text not null,
  state text not null,
  source text,
  source_fingerprint text,
  fingerprint text,
  sentence text not null,
  sequence bigint not null,
  seen_at timestamp with time zone not null,
  constraint passes_pkey PRIMARY KEY (environment_id, scenario),
  constraint passes_state_check CHECK ((state = ANY (ARRAY['partly'::text, 'passed'::text])))
);
alter table certification.passes force row level security;
create policy across on certification.passes for select to fairlead_staff using (true);
create policy environment on certification.passes for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on certification.passes to fairlead_app;
grant select on certification.passes to fairlead_staff;

create table certification.sources (
  environment_id uuid not null,
  customer_id uuid not null,
  source text not null,
  fingerprint text not null,
  seen_at timestamp with time zone not null,
  constraint sources_pkey PRIMARY KEY (environment_id, source)
);
alter table certification.sources force row level security;
create policy across on certification.sources for select to fairlead_staff using (true);
create policy environment on certification.sources for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on certification.sources to fairlead_app;
grant select on certification.sources to fairlead_staff;

create table credentials.api_keys (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  environment_id uuid not null,
  environment_kind text not null,
  label text not null,
  prefix text,
  secret_hash bytea,
  scopes text[] not null,
  allowed_addresses text[] not null default '{}'::text[],
  integration_id uuid,
  contact_name text not null,
  contact_email text not null,
  issued_at timestamp with time zone not null,
  issued_by_name text not null,
  link_id uuid,
  revealed_at timestamp with time zone,
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoke_reason text,
  replaces_id uuid,
  overlap_hours integer,
  replaced_at timestamp with time zone,
  leaked_at timestamp with time zone,
  leaked_in text,
  constraint api_keys_secret_hash_key UNIQUE (secret_hash),
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_integration FOREIGN KEY (customer_id, integration_id) REFERENCES integrations.integrations(customer_id, id),
  constraint api_keys_replaces_id_fkey FOREIGN KEY (replaces_id) REFERENCES credentials.api_keys(id),
  constraint api_keys_check CHECK (((secret_hash IS NULL) = (revealed_at IS NULL))),
  constraint api_keys_check1 CHECK (((secret_hash IS NULL) = (prefix IS NULL))),
  constraint api_keys_check2 CHECK (((revoked_at IS NULL) = (revoke_reason IS NULL))),
  constraint api_keys_check3 CHECK (((leaked_at IS NULL) = (leaked_in IS NULL))),
  constraint api_keys_environment_kind_check CHECK ((environment_kind = ANY (ARRAY['sandbox'::text, 'production'::text]))),
  constraint api_keys_label_check CHECK (((length(label) >= 1) AND (length(label) <= 80))),
  constraint api_keys_overlap_hours_check CHECK (((overlap_hours >= 0) AND (overlap_hours <= 168))),
  constraint api_keys_scopes_check CHECK ((cardinality(scopes) > 0)),
  constraint api_keys_secret_hash_check CHECK ((length(secret_hash) = 32))
);
CREATE INDEX api_keys_environment ON credentials.api_keys USING btree (environment_id, id DESC);
CREATE INDEX api_keys_link ON credentials.api_keys USING btree (link_id);
alter table credentials.api_keys force row level security;
create policy across on credentials.api_keys for select to fairlead_staff using (true);
create policy environment on credentials.api_keys for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on credentials.api_keys to fairlead_app;
grant select on credentials.api_keys to fairlead_staff;

create table credentials.key_requests (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  environment_id uuid not null,
  contact_name text not null,
  contact_email text not null,
  person_id uuid not null,
  label text not null,
  purpose text not null,
  scopes text[] not null,
  integration_id uuid,
  status text not null default 'open'::text,
  requested_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  decided_by_name text,
  decline_reason text,
  key_id uuid,
  constraint key_requests_pkey PRIMARY KEY (id),
  constraint key_requests_integration FOREIGN KEY (customer_id, integration_id) REFERENCES integrations.integrations(customer_id, id),
  constraint key_requests_check CHECK (((status = 'open'::text) = (decided_at IS NULL))),
  constraint key_requests_check1 CHECK (((status = 'issued'::text) = (key_id IS NOT NULL))),
  constraint key_requests_label_check CHECK (((length(label) >= 1) AND (length(label) <= 80))),
  constraint key_requests_purpose_check CHECK (((length(purpose) >= 1) AND (length(purpose) <= 500))),
  constraint key_requests_scopes_check CHECK ((cardinality(scopes) > 0)),
  constraint key_requests_status_check CHECK ((status = ANY (ARRAY['open'::text, 'issued'::text, 'declined'::text, 'closed'::text])))
);
CREATE INDEX key_requests_environment ON credentials.key_requests USING btree (environment_id, id DESC);
CREATE INDEX key_requests_person ON credentials.key_requests USING btree (environment_id, person_id) WHERE (status = 'open'::text);
alter table credentials.key_requests force row level security;
create policy across on credentials.key_requests for select to fairlead_staff using (true);
create policy environment on credentials.key_requests for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on credentials.key_requests to fairlead_app;
grant select on credentials.key_requests to fairlead_staff;

create table credentials.one_time_links (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  environment_id uuid,
  token_hash bytea not null,
  kind text not null,
  title text not null,
  subject jsonb not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revealed_at timestamp with time zone,
  browser_hash bytea,
  reveals integer not null default 0,
  voided_at timestamp with time zone,
  holder_email text,
  holder_person uuid,
  holder_roles text[] not null default '{}'::text[],
  constraint one_time_links_token_hash_key UNIQUE (token_hash),
  constraint one_time_links_pkey PRIMARY KEY (id),
  constraint one_time_links_browser_hash_check CHECK ((length(browser_hash) = 32)),
  constraint one_time_links_check CHECK (((revealed_at IS NULL) = (browser_hash IS NULL))),
  constraint one_time_links_holder_email_check CHECK ((holder_email = lower(holder_email))),
  constraint one_time_links_token_hash_check CHECK ((length(token_hash) = 32))
);
CREATE INDEX one_time_links_customer ON credentials.one_time_links USING btree (customer_id, id DESC);
alter table credentials.one_time_links force row level security;
create policy across on credentials.one_time_links for select to fairlead_staff using (true);
create policy customer on credentials.one_time_links for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on credentials.one_time_links to fairlead_app;
grant select on credentials.one_time_links to fairlead_staff;

create table customers.contacts (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  name text not null,
  email text not null,
  kind text not null,
  has_authority boolean not null default false,
  person_id uuid,
  created_at timestamp with time zone not null,
  lost_at timestamp with time zone,
  removed_at timestamp with time zone,
  constraint contacts_customer_id_email_key UNIQUE (customer_id, email),
  constraint contacts_pkey PRIMARY KEY (id),
  constraint contacts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers.customers(id),
  constraint contacts_person_id_customer_id_fkey FOREIGN KEY (person_id, customer_id) REFERENCES access.people(id, customer_id),
  constraint contacts_email_check CHECK ((email = lower(email))),
  constraint contacts_kind_check CHECK ((kind = ANY (ARRAY['project-owner'::text, 'developer'::text, 'signatory'::text, 'other'::text]))),
  constraint contacts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
alter table customers.contacts force row level security;
create policy across on customers.contacts for select to fairlead_staff using (true);
create policy customer on customers.contacts for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on customers.contacts to fairlead_app;
grant select on customers.contacts to fairlead_staff;

create table customers.customers (
  id uuid not null default uuidv7(),
  code text not null,
  name text not null,
  service_model text not null,
  head_count integer,
  director_id uuid,
  consultant_id uuid,
  team_lead_id uuid,
  domains text[] not null default '{}'::text[],
  created_at timestamp with time zone not null,
  constraint customers_code_key UNIQUE (code),
  constraint customers_pkey PRIMARY KEY (id),
  constraint customers_consultant_id_fkey FOREIGN KEY (consultant_id) REFERENCES access.people(id),
  constraint customers_director_id_fkey FOREIGN KEY (director_id) REFERENCES access.people(id),
  constraint customers_team_lead_id_fkey FOREIGN KEY (team_lead_id) REFERENCES access.people(id),
  constraint customers_code_check CHECK ((code ~ '^[A-Z][A-Z0-9]{1,19}$'::text)),
  constraint customers_head_count_check CHECK ((head_count >= 0)),
  constraint customers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint customers_service_model_check CHECK ((service_model = ANY (ARRAY['fms'::text, 'saas'::text, 'supported'::text])))
);
CREATE INDEX customers_words ON customers.customers USING gin (customers.words_of(code, name, service_model));
alter table customers.customers force row level security;
create policy across on customers.customers for select to fairlead_staff using (true);
create policy own on customers.customers for all to public using ((id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on customers.customers to fairlead_app;
grant select on customers.customers to fairlead_staff;

create table customers.environments (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  kind text not null,
  created_at timestamp with time zone not null,
  constraint environments_customer_id_kind_key UNIQUE (customer_id, kind),
  constraint environments_pkey PRIMARY KEY (id),
  constraint environments_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers.customers(id),
  constraint environments_kind_check CHECK ((kind = ANY (ARRAY['sandbox'::text, 'production'::text])))
);
alter table customers.environments force row level security;
create policy across on customers.environments for select to fairlead_staff using (true);
create policy customer on customers.environments for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on customers.environments to fairlead_app;
grant select on customers.environments to fairlead_staff;

create table data_audits.audits (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  integration_id uuid,
  track text not null,
  state text not null default 'comparing'::text,
  file_name text not null,
  object_key text not null,
  size_bytes bigint not null,
  sha256 text not null,
  refusal jsonb,
  attempts integer not null default 0,
  failure jsonb,
  rows_ours integer,
  rows_theirs integer,
  rows_matched integer,
  fields_compared text[] not null default '{}'::text[],
  columns_ignored text[] not null default '{}'::text[],
  cells_compared bigint not null default 0,
  cells_equal bigint not null default 0,
  runs integer not null default 0,
  created_at timestamp with time zone not null,
  compared_at timestamp with time zone,
  closed_at timestamp with time zone,
  started_at timestamp with time zone,
  interruptions integer not null default 0,
  constraint audits_pkey PRIMARY KEY (environment_id, id),
  constraint audits_integration FOREIGN KEY (customer_id, integration_id) REFERENCES integrations.integrations(customer_id, id),
  constraint audits_check CHECK (((state = 'failed'::text) = (failure IS NOT NULL))),
  constraint audits_state_check CHECK ((state = ANY (ARRAY['comparing'::text, 'open'::text, 'closed'::text, 'refused'::text, 'failed'::text]))),
  constraint audits_track_check CHECK ((track = ANY (ARRAY['web-api'::text, 'file-transfer'::text])))
);
CREATE INDEX audits_object ON data_audits.audits USING btree (object_key);
alter table data_audits.audits force row level security;
create policy across on data_audits.audits for select to fairlead_staff using (true);
create policy environment on data_audits.audits for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on data_audits.audits to fairlead_app;
grant select on data_audits.audits to fairlead_staff;

create table data_audits.differences (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  audit_id uuid not null,
  company_code text not null,
  employee_number text not null,
  field text not null,
  class text not null,
  cause text not null,
  ours text,
  theirs text,
  digest bytea not null,
  state text not null default 'open'::text,
  reason text,
  decided_by text,
  decided_at timestamp with time zone,
  run integer not null,
  constraint differences_environment_id_audit_id_company_code_employee_n_key UNIQUE (environment_id, audit_id, company_code, employee_number, field),
  constraint differences_pkey PRIMARY KEY (environment_id, id),
  constraint differences_environment_id_audit_id_fkey FOREIGN KEY (environment_id, audit_id) REFERENCES data_audits.audits(environment_id, id),
  constraint differences_check CHECK (((class = ANY (ARRAY['P0'::text, 'P1'::text])) OR ((ours IS NULL) AND (theirs IS NULL)))),
  constraint differences_check1 CHECK (((state <> 'accepted'::text) OR (reason IS NOT NULL))),
  constraint differences_class_check CHECK ((class = ANY (ARRAY['P0'::text, 'P1'::text, 'P2'::text, 'P3'::text, 'P4'::text]))),
  constraint differences_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'corrected'::text])))
);
CREATE INDEX differences_open ON data_audits.differences USING btree (environment_id, audit_id, state, cause);
alter table data_audits.differences force row level security;
create policy across on data_audits.differences for select to fairlead_staff using (true);
create policy environment on data_audits.differences for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on data_audits.differences to fairlead_app;
grant select on data_audits.differences to fairlead_staff;

create table data_audits.extracts (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  integration_id uuid,
  state text not null default 'making'::text,
  file_name text not null,
  as_of date not null,
  restricted text not null,
  reason text,
  object_key text,
  row_count integer,
  size_bytes bigint,
  sha256 text,
  counts jsonb not null default '{}'::jsonb,
  control_totals jsonb not null default '{}'::jsonb,
  attempts integer not null default 0,
  failure jsonb,
  created_at timestamp with time zone not null,
  created_by text not null,
  started_at timestamp with time zone,
  interruptions integer not null default 0,
  constraint extracts_pkey PRIMARY KEY (environment_id, id),
  constraint extracts_integration FOREIGN KEY (customer_id, integration_id) REFERENCES integrations.integrations(customer_id, id),
  constraint extracts_check CHECK (((state = 'ready'::text) = (object_key IS NOT NULL))),
  constraint extracts_check1 CHECK (((state = 'failed'::text) = (failure IS NOT NULL))),
  constraint extracts_check2 CHECK (((restricted = 'masked'::text) OR (reason IS NOT NULL))),
  constraint extracts_restricted_check CHECK ((restricted = ANY (ARRAY['masked'::text, 'full'::text]))),
  constraint extracts_state_check CHECK ((state = ANY (ARRAY['making'::text, 'ready'::text, 'failed'::text])))
);
CREATE INDEX extracts_object ON data_audits.extracts USING btree (object_key) WHERE (object_key IS NOT NULL);
alter table data_audits.extracts force row level security;
create policy across on data_audits.extracts for select to fairlead_staff using (true);
create policy environment on data_audits.extracts for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on data_audits.extracts to fairlead_app;
grant select on data_audits.extracts to fairlead_staff;

create table data_audits.placements (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  extract_id uuid not null,
  via text not null,
  path text,
  token_hash bytea,
  token_until timestamp with time zone,
  placed_at timestamp with time zone not null,
  delivered_at timestamp with time zone,
  link_id uuid,
  constraint placements_token_hash_key UNIQUE (token_hash),
  constraint placements_pkey PRIMARY KEY (environment_id, id),
  constraint placements_environment_id_extract_id_fkey FOREIGN KEY (environment_id, extract_id) REFERENCES data_audits.extracts(environment_id, id),
  constraint placements_via_check CHECK ((via = ANY (ARRAY['link'::text, 'sftp'::text])))
);
CREATE INDEX placements_path ON data_audits.placements USING btree (environment_id, path) WHERE (path IS NOT NULL);
alter table data_audits.placements force row level security;
create policy across on data_audits.placements for select to fairlead_staff using (true);
create policy environment on data_audits.placements for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on data_audits.placements to fairlead_app;
grant select on data_audits.placements to fairlead_staff;

create table desk.entries (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  ticket_id uuid not null,
  kind text not null,
  change text,
  body text,
  by_name text not null,
  at timestamp with time zone not null,
  constraint entries_pkey PRIMARY KEY (customer_id, id),
  constraint entries_customer_id_ticket_id_fkey FOREIGN KEY (customer_id, ticket_id) REFERENCES desk.tickets(customer_id, id),
  constraint entries_change_check CHECK ((change = ANY (ARRAY['created'::text, 'bound'::text, 'assigned'::text, 'held'::text, 'closed'::text, 'reopened'::text, 'subject-changed'::text, 'merged'::text, 'took-over'::text, 'mail-moved'::text, 'mail-came'::text]))),
  constraint entries_check CHECK (((kind = 'change'::text) = (change IS NOT NULL))),
  constraint entries_kind_check CHECK ((kind = ANY (ARRAY['note'::text, 'change'::text])))
);
CREATE INDEX entries_ticket ON desk.entries USING btree (customer_id, ticket_id, at);
alter table desk.entries force row level security;
create policy across on desk.entries for select to fairlead_staff using (true);
create policy customer on desk.entries for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select on desk.entries to fairlead_app;
grant select on desk.entries to fairlead_staff;

create table desk.held_mails (
  id uuid not null default uuidv7(),
  inbox_id uuid not null,
  reason text not null,
  content jsonb,
  suggested_ticket_id uuid,
  received_at timestamp with time zone not null,
  decision text,
  decided_by uuid,
  decided_at timestamp with time zone,
  verified_by text not null default 'none'::text,
  automatic boolean not null generated always as ((reason = ANY (ARRAY['automatic'::text, 'bounce'::text, 'own-mail'::text]))),
  candidates jsonb not null default '[]'::jsonb,
  constraint held_mails_pkey PRIMARY KEY (id),
  constraint held_mails_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES desk.inbox(id),
  constraint held_mails_check CHECK (((decision IS NULL) = (content IS NOT NULL))),
  constraint held_mails_decision_check CHECK ((decision = ANY (ARRAY['append'::text, 'make-ticket'::text, 'discard'::text, 'replay'::text]))),
  constraint held_mails_reason_check CHECK ((reason = ANY (ARRAY['unknown-sender'::text, 'unproved-sender'::text, 'unclear-sender'::text, 'unclear-recipients'::text, 'not-taking-part'::text, 'no-customer'::text, 'several-customers'::text, 'unsure-customer'::text, 'subject-only'::text, 'unparseable'::text, 'to-postmaster'::text, 'automatic'::text, 'bounce'::text, 'own-mail'::text]))),
  constraint held_mails_verified_by_check CHECK ((verified_by = ANY (ARRAY['own'::text, 'submission'::text, 'token'::text, 'dmarc'::text, 'none'::text])))
);
CREATE INDEX held_mails_inbox ON desk.held_mails USING btree (inbox_id);
CREATE INDEX held_mails_waiting ON desk.held_mails USING btree (automatic, id) WHERE (decision IS NULL);
grant insert, select, update on desk.held_mails to fairlead_app;
grant select on desk.held_mails to fairlead_staff;

create table desk.inbox (
  id uuid not null default uuidv7(),
  object_key text,
  sha256 bytea not null,
  size_bytes bigint not null,
  envelope_from text not null,
  envelope_to text[] not null,
  remote_address text not null,
  helo text,
  authenticated_as text,
  received_at timestamp with time zone not null,
  state text not null default 'stored'::text,
  outcome text,
  processed_at timestamp with time zone,
  constraint inbox_pkey PRIMARY KEY (id),
  constraint inbox_check CHECK (((state = 'processed'::text) = (outcome IS NOT NULL))),
  constraint inbox_outcome_check CHECK ((outcome = ANY (ARRAY['ticket-created'::text, 'appended'::text, 'held'::text, 'automatic'::text, 'bounce'::text, 'duplicate'::text, 'own'::text, 'unparseable'::text]))),
  constraint inbox_state_check CHECK ((state = ANY (ARRAY['stored'::text, 'processed'::text])))
);
CREATE INDEX inbox_object ON desk.inbox USING btree (object_key) WHERE (object_key IS NOT NULL);
CREATE INDEX inbox_waiting ON desk.inbox USING btree (id) WHERE (state = 'stored'::text);
grant insert, select, update on desk.inbox to fairlead_app;
grant select on desk.inbox to fairlead_staff;

create table desk.mails (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  ticket_id uuid not null,
  direction text not null,
  inbox_id uuid,
  outbox_id uuid,
  from_name text,
  from_address text not null,
  recipients text[] not null,
  subject text not null,
  body_text text not null,
  body_html text,
  attachments jsonb not null default '[]'::jsonb,
  message_id text,
  verified_by text not null,
  at timestamp with time zone not null,
  placed_by text,
  automatic boolean not null default false,
  reply_to text[] not null default '{}'::text[],
  copies text[] not null default '{}'::text[],
  constraint mails_pkey PRIMARY KEY (customer_id, id),
  constraint mails_customer_id_ticket_id_fkey FOREIGN KEY (customer_id, ticket_id) REFERENCES desk.tickets(customer_id, id),
  constraint mails_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES desk.inbox(id),
  constraint mails_outbox_id_fkey FOREIGN KEY (outbox_id) REFERENCES mail.outbox(id),
  constraint mails_check CHECK (((direction = 'in'::text) = (inbox_id IS NOT NULL))),
  constraint mails_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
  constraint mails_verified_by_check CHECK ((verified_by = ANY (ARRAY['own'::text, 'submission'::text, 'token'::text, 'dmarc'::text, 'none'::text])))
);
CREATE UNIQUE INDEX mails_inbox ON desk.mails USING btree (inbox_id, ticket_id) WHERE (inbox_id IS NOT NULL);
CREATE INDEX mails_ticket ON desk.mails USING btree (customer_id, ticket_id, at);
alter table desk.mails force row level security;
create policy across on desk.mails for select to fairlead_staff using (true);
create policy customer on desk.mails for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select, update on desk.mails to fairlead_app;
grant select on desk.mails to fairlead_staff;

create table desk.numbers (
  customer_id uuid not null,
  number text not null,
  integration_id uuid not null,
  constraint numbers_pkey PRIMARY KEY (customer_id, number),
  constraint numbers_number_check CHECK ((number = upper(number)))
);
CREATE UNIQUE INDEX numbers_number ON desk.numbers USING btree (number);
alter table desk.numbers force row level security;
create policy across on desk.numbers for select to fairlead_staff using (true);
create policy customer on desk.numbers for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select on desk.numbers to fairlead_app;
grant select on desk.numbers to fairlead_staff;

create table desk.participants (
  customer_id uuid not null,
  ticket_id uuid not null,
  address text not null,
  name text,
  first_seen_at timestamp with time zone not null,
  admitted_at timestamp with time zone,
  admitted_by text,
  constraint participants_pkey PRIMARY KEY (customer_id, ticket_id, address),
  constraint participants_customer_id_ticket_id_fkey FOREIGN KEY (customer_id, ticket_id) REFERENCES desk.tickets(customer_id, id),
  constraint participants_address_check CHECK ((address = lower(address))),
  constraint participants_admission CHECK (((admitted_at IS NULL) = (admitted_by IS NULL)))
);
alter table desk.participants force row level security;
create policy across on desk.participants for select to fairlead_staff using (true);
create policy customer on desk.participants for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on desk.participants to fairlead_app;
grant select on desk.participants to fairlead_staff;

create table desk.seen_messages (
  message_id text not null,
  content_sha256 bytea not null,
  inbox_id uuid not null,
  constraint seen_messages_pkey PRIMARY KEY (message_id, content_sha256),
  constraint seen_messages_inbox_id_fkey FOREIGN KEY (inbox_id) REFERENCES desk.inbox(id)
);
grant insert, select on desk.seen_messages to fairlead_app;
grant select on desk.seen_messages to fairlead_staff;

create table desk.thread_references (
  customer_id uuid not null,
  reference text not null,
  ticket_id uuid not null,
  constraint thread_references_pkey PRIMARY KEY (customer_id, reference),
  constraint thread_references_customer_id_ticket_id_fkey FOREIGN KEY (customer_id, ticket_id) REFERENCES desk.tickets(customer_id, id)
);
CREATE INDEX thread_references_by_text ON desk.thread_references USING btree (reference);
alter table desk.thread_references force row level security;
create policy across on desk.thread_references for select to fairlead_staff using (true);
create policy customer on desk.thread_references for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on desk.thread_references to fairlead_app;
grant select on desk.thread_references to fairlead_staff;

create table desk.ticket_requests (
  customer_id uuid not null,
  integration_id uuid not null,
  title text not null,
  requested_at timestamp with time zone not null,
  ticket_id uuid,
  waiting boolean not null default true,
  constraint ticket_requests_pkey PRIMARY KEY (customer_id, integration_id)
);
alter table desk.ticket_requests force row level security;
create policy across on desk.ticket_requests for select to fairlead_staff using (true);
create policy customer on desk.ticket_requests for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on desk.ticket_requests to fairlead_app;
grant select on desk.ticket_requests to fairlead_staff;

create table desk.tickets (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  number bigint not null default nextval('desk.ticket_numbers'::regclass),
  subject text not null,
  status text not null default 'open'::text,
  hold_reason text,
  integration_id uuid,
  assignee_id uuid,
  requester_name text,
  requester_address text not null,
  verified boolean not null,
  linked_ticket_id uuid,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  words tsvector not null generated always as (desk.words_of(number, subject, requester_name, requester_address)),
  merged_into_id uuid,
  constraint tickets_customer_id_integration_id_key UNIQUE (customer_id, integration_id),
  constraint tickets_number_key UNIQUE (number),
  constraint tickets_pkey PRIMARY KEY (customer_id, id),
  constraint tickets_merged FOREIGN KEY (customer_id, merged_into_id) REFERENCES desk.tickets(customer_id, id),
  constraint tickets_check CHECK (((status = 'held'::text) = (hold_reason IS NOT NULL))),
  constraint tickets_check1 CHECK (((status = 'closed'::text) = (closed_at IS NOT NULL))),
  constraint tickets_merged_closed CHECK (((merged_into_id IS NULL) OR ((status = 'closed'::text) AND (integration_id IS NULL)))),
  constraint tickets_status_check CHECK ((status = ANY (ARRAY['open'::text, 'held'::text, 'closed'::text])))
);
CREATE UNIQUE INDEX tickets_id ON desk.tickets USING btree (id);
CREATE INDEX tickets_merged_into ON desk.tickets USING btree (customer_id, merged_into_id) WHERE (merged_into_id IS NOT NULL);
CREATE INDEX tickets_open ON desk.tickets USING btree (customer_id, number) WHERE (status <> 'closed'::text);
CREATE INDEX tickets_words ON desk.tickets USING gin (words);
alter table desk.tickets force row level security;
create policy across on desk.tickets for select to fairlead_staff using (true);
create policy customer on desk.tickets for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select, update on desk.tickets to fairlead_app;
grant select on desk.tickets to fairlead_staff;

create table documents.acceptances (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  sequence integer not null,
  document_id uuid not null,
  version integer not null,
  decision text not null,
  name text not null,
  contact_id uuid not null,
  channel text not null,
  statement text not null,
  at timestamp with time zone not null,
  ip text,
  user_agent text,
  sha256 text not null,
  pdf_sha256 text,
  mail_id uuid,
  previous_hash text not null,
  hash text not null,
  constraint acceptances_customer_id_sequence_key UNIQUE (customer_id, sequence),
  constraint acceptances_pkey PRIMARY KEY (id),
  constraint acceptances_document_id_version_fkey FOREIGN KEY (document_id, version) REFERENCES documents.versions(document_id, number),
  constraint acceptances_channel_check CHECK ((channel = ANY (ARRAY['link-and-code'::text, 'portal'::text, 'mail'::text]))),
  constraint acceptances_check CHECK (((sequence = 1) = (previous_hash = ''::text))),
  constraint acceptances_decision_check CHECK ((decision = ANY (ARRAY['accepted'::text, 'declined'::text, 'change-requested'::text]))),
  constraint acceptances_sequence_check CHECK ((sequence > 0))
);
CREATE INDEX acceptances_document ON documents.acceptances USING btree (document_id, at);
CREATE UNIQUE INDEX acceptances_once ON documents.acceptances USING btree (document_id, version) WHERE (decision = 'accepted'::text);
alter table documents.acceptances force row level security;
create policy across on documents.acceptances for select to fairlead_staff using (true);
create policy customer on documents.acceptances for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select on documents.acceptances to fairlead_app;
grant select on documents.acceptances to fairlead_staff;

create table documents.comments (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  document_id uuid not null,
  version integer not null,
  place text not null,
  text text not null,
  author_id uuid not null,
  at timestamp with time zone not null,
  answer text,
  answered_by uuid,
  answered_at timestamp with time zone,
  closed_at timestamp with time zone,
  closed_by uuid,
  constraint comments_pkey PRIMARY KEY (id),
  constraint comments_document_id_version_fkey FOREIGN KEY (document_id, version) REFERENCES documents.versions(document_id, number),
  constraint comments_text_check CHECK (((length(text) >= 1) AND (length(text) <= 4000)))
);
CREATE INDEX comments_document ON documents.comments USING btree (document_id, at);
alter table documents.comments force row level security;
create policy across on documents.comments for select to fairlead_staff using (true);
create policy customer on documents.comments for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on documents.comments to fairlead_app;
grant select on documents.comments to fairlead_staff;

create table documents.documents (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  integration_id uuid,
  kind text not null,
  title text not null,
  created_at timestamp with time zone not null,
  constraint documents_pkey PRIMARY KEY (id),
  constraint documents_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers.customers(id),
  constraint documents_kind_check CHECK ((kind = ANY (ARRAY['estimate'::text, 'scope'::text, 'requirements'::text, 'solution-design'::text, 'change-request'::text]))),
  constraint documents_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);
CREATE INDEX documents_customer ON documents.documents USING btree (customer_id, integration_id);
alter table documents.documents force row level security;
create policy across on documents.documents for select to fairlead_staff using (true);
create policy customer on documents.documents for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on documents.documents to fairlead_app;
grant select on documents.documents to fairlead_staff;

create table documents.signing_links (
  id uuid not null default uuidv7(),
  customer_id uuid not null,
  document_id uuid not null,
  version integer not null,
  contact_id uuid not null,
  token_hash bytea not null,
  code_hash bytea,
  code_expires_at timestamp with time zone,
  code_attempts integer not null default 0,
  codes_sent integer not null default 0,
  expires_at timestamp with time zone not null,
  voided_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint signing_links_token_hash_key UNIQUE (token_hash),
  constraint signing_links_pkey PRIMARY KEY (id),
  constraint signing_links_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES customers.contacts(id),
  constraint signing_links_document_id_version_fkey FOREIGN KEY (document_id, version) REFERENCES documents.versions(document_id, number)
);
CREATE INDEX signing_links_document ON documents.signing_links USING btree (document_id);
alter table documents.signing_links force row level security;
create policy across on documents.signing_links for select to fairlead_staff using (true);
create policy customer on documents.signing_links for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on documents.signing_links to fairlead_app;
grant select on documents.signing_links to fairlead_staff;

create table documents.versions (
  customer_id uuid not null,
  document_id uuid not null,
  number integer not null,
  content jsonb not null,
  revision integer not null default 1,
  author_id uuid not null,
  at timestamp with time zone not null,
  frozen_at timestamp with time zone,
  facts jsonb,
  sha256 text,
  pdf_key text,
  pdf_sha256 text,
  constraint versions_pkey PRIMARY KEY (document_id, number),
  constraint versions_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents.documents(id),
  constraint versions_check CHECK ((((frozen_at IS NULL) = (facts IS NULL)) AND ((frozen_at IS NULL) = (sha256 IS NULL)))),
  constraint versions_check1 CHECK ((((pdf_key IS NULL) = (pdf_sha256 IS NULL)) AND ((pdf_key IS NULL) OR (frozen_at IS NOT NULL)))),
  constraint versions_number_check CHECK ((number > 0))
);
CREATE INDEX versions_pdf ON documents.versions USING btree (pdf_key) WHERE (pdf_key IS NOT NULL);
CREATE TRIGGER keep_frozen BEFORE UPDATE ON documents.versions FOR EACH ROW EXECUTE FUNCTION documents.keep_frozen();
alter table documents.versions force row level security;
create policy across on documents.versions for select to fairlead_staff using (true);
create policy customer on documents.versions for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on documents.versions to fairlead_app;
grant select on documents.versions to fairlead_staff;

create table estimates.estimates (
  id uuid not null,
  customer_id uuid not null,
  integration_id uuid,
  status text not null,
  reviewer text not null default 'commercial-director'::text,
  round integer not null default 1,
  version integer not null default 1,
  net_cents bigint not null default 0,
  change_request text,
  change_number text,
  updated_at timestamp with time zone not null,
  constraint estimates_pkey PRIMARY KEY (id),
  constraint estimates_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers.customers(id),
  constraint estimates_id_fkey FOREIGN KEY (id) REFERENCES documents.documents(id),
  constraint estimates_reviewer_check CHECK ((reviewer = ANY (ARRAY['commercial-director'::text, 'lead-consultant'::text]))),
  constraint estimates_status_check CHECK ((status = ANY (ARRAY['estimating'::text, 'in-review'::text, 'refining'::text, 'finalised'::text, 'sent'::text, 'signed-off'::text, 'declined'::text, 'expired'::text, 'withdrawn'::text])))
);
CREATE INDEX estimates_customer ON estimates.estimates USING btree (customer_id, integration_id);
CREATE UNIQUE INDEX estimates_open ON estimates.estimates USING btree (customer_id, integration_id) WHERE (status <> ALL (ARRAY['declined'::text, 'expired'::text]));
alter table estimates.estimates force row level security;
create policy across on estimates.estimates for select to fairlead_staff using (true);
create policy customer on estimates.estimates for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on estimates.estimates to fairlead_app;
grant select on estimates.estimates to fairlead_staff;

create table fair_use.batches (
  node text not null,
  boot uuid not null,
  sequence bigint not null,
  taken_at timestamp with time zone not null default clock_timestamp(),
  constraint batches_pkey PRIMARY KEY (node, boot, sequence)
);
CREATE INDEX batches_taken_at ON fair_use.batches USING brin (taken_at);
grant delete, insert, select, update on fair_use.batches to fairlead_app;
grant select on fair_use.batches to fairlead_staff;

create table fair_use.daily (
  customer_id uuid not null,
  environment_id uuid not null,
  day date not null,
  calls bigint not null default 0,
  messages bigint not null default 0,
  rows bigint not null default 0,
  counted_at timestamp with time zone,
  counted_total bigint,
  within boolean,
  constraint daily_pkey PRIMARY KEY (environment_id, day),
  constraint daily_calls_check CHECK ((calls >= 0)),
  constraint daily_messages_check CHECK ((messages >= 0)),
  constraint daily_rows_check CHECK ((rows >= 0))
);
CREATE INDEX daily_day ON fair_use.daily USING btree (day);
alter table fair_use.daily force row level security;
create policy across on fair_use.daily for select to fairlead_staff using (true);
create policy environment on fair_use.daily for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on fair_use.daily to fairlead_app;
grant select on fair_use.daily to fairlead_staff;

create table fair_use.metered (
  customer_id uuid not null,
  environment_id uuid not null,
  since date not null,
  next_day date not null,
  constraint metered_pkey PRIMARY KEY (environment_id)
);
alter table fair_use.metered force row level security;
create policy across on fair_use.metered for select to fairlead_staff using (true);
create policy environment on fair_use.metered for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on fair_use.metered to fairlead_app;
grant select on fair_use.metered to fairlead_staff;

create table fair_use.policies (
  version integer not null generated as identity,
  set_at timestamp with time zone not null,
  set_by_name text not null,
  body jsonb not null,
  constraint policies_pkey PRIMARY KEY (version)
);
grant insert, select on fair_use.policies to fairlead_app;
grant select on fair_use.policies to fairlead_staff;

create table fair_use.thresholds (
  customer_id uuid not null,
  environment_id uuid not null,
  meter text not null,
  period_start date not null,
  percent integer not null,
  reached_at timestamp with time zone not null,
  constraint thresholds_pkey PRIMARY KEY (environment_id, meter, period_start, percent),
  constraint thresholds_meter_check CHECK ((meter = ANY (ARRAY['calls'::text, 'messages'::text, 'rows'::text])))
);
alter table fair_use.thresholds force row level security;
create policy across on fair_use.thresholds for select to fairlead_staff using (true);
create policy environment on fair_use.thresholds for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on fair_use.thresholds to fairlead_app;
grant select on fair_use.thresholds to fairlead_staff;

create table file_exchange.account_keys (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  account_id uuid not null,
  algorithm text not null,
  public_key text not null,
  fingerprint text not null,
  label text not null,
  registered_at timestamp with time zone not null,
  registered_by text not null,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint account_keys_pkey PRIMARY KEY (environment_id, id),
  constraint account_keys_environment_id_account_id_fkey FOREIGN KEY (environment_id, account_id) REFERENCES file_exchange.accounts(environment_id, id)
);
CREATE UNIQUE INDEX account_keys_live ON file_exchange.account_keys USING btree (environment_id, account_id, fingerprint) WHERE (revoked_at IS NULL);
alter table file_exchange.account_keys force row level security;
create policy across on file_exchange.account_keys for select to fairlead_staff using (true);
create policy environment on file_exchange.account_keys for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.account_keys to fairlead_app;
grant select on file_exchange.account_keys to fairlead_staff;

create table file_exchange.accounts (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  user_name text not null,
  allowed_addresses text[] not null default '{}'::text[],
  created_at timestamp with time zone not null,
  created_by text not null,
  first_login_at timestamp with time zone,
  last_login_at timestamp with time zone,
  constraint accounts_pkey PRIMARY KEY (environment_id, id),
  constraint accounts_user_name_check CHECK ((user_name ~ '^[a-z][a-z0-9-]{2,31}$'::text))
);
CREATE UNIQUE INDEX accounts_user_name ON file_exchange.accounts USING btree (user_name);
alter table file_exchange.accounts force row level security;
create policy across on file_exchange.accounts for select to fairlead_staff using (true);
create policy environment on file_exchange.accounts for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.accounts to fairlead_app;
grant select on file_exchange.accounts to fairlead_staff;

create table file_exchange.acknowledged_formats (
  environment_id uuid not null,
  customer_id uuid not null,
  format text not null,
  version text not null,
  acknowledged_at timestamp with time zone not null,
  acknowledged_by text not null,
  constraint acknowledged_formats_pkey PRIMARY KEY (environment_id, format, version)
);
alter table file_exchange.acknowledged_formats force row level security;
create policy across on file_exchange.acknowledged_formats for select to fairlead_staff using (true);
create policy environment on file_exchange.acknowledged_formats for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.acknowledged_formats to fairlead_app;
grant select on file_exchange.acknowledged_formats to fairlead_staff;

create table file_exchange.exchanges (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  code text not null,
  direction text not null,
  format text not null,
  version text not null,
  dialect jsonb not null,
  naming text not null,
  naming_in_force text not null,
  acknowledgement text not null,
  schedule text not null,
  acceptance jsonb not null,
  files_in_a_row integer not null,
  probe_token text not null,
  probed_in_at timestamp with time zone,
  probed_out_at timestamp with time zone,
  proposed_by text not null default 'vendor'::text,
  agreed_at timestamp with time zone,
  agreed_by text,
  created_at timestamp with time zone not null,
  created_by text not null,
  order_mark text,
  constraint exchanges_environment_id_code_key UNIQUE (environment_id, code),
  constraint exchanges_pkey PRIMARY KEY (environment_id, id),
  constraint exchanges_code_check CHECK (((code ~ '^[a-z][a-z0-9-]{1,31}$'::text) AND (code <> ALL (ARRAY['validate'::text, 'ack'::text, 'extracts'::text])))),
  constraint exchanges_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
  constraint exchanges_files_in_a_row_check CHECK (((files_in_a_row >= 1) AND (files_in_a_row <= 100))),
  constraint exchanges_proposed_by_check CHECK ((proposed_by = ANY (ARRAY['vendor'::text, 'customer'::text])))
);
alter table file_exchange.exchanges force row level security;
create policy across on file_exchange.exchanges for select to fairlead_staff using (true);
create policy environment on file_exchange.exchanges for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.exchanges to fairlead_app;
grant select on file_exchange.exchanges to fairlead_staff;

create table file_exchange.files (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  folder text not null,
  name text not null,
  kind text not null,
  object_key text not null,
  size_bytes bigint not null,
  sha256 text not null,
  exchange_id uuid,
  transfer_id uuid,
  reference text,
  modified_at timestamp with time zone not null,
  collected_at timestamp with time zone,
  removed_at timestamp with time zone,
  set_modified_at timestamp with time zone,
  constraint files_pkey PRIMARY KEY (environment_id, id),
  constraint files_folder_check CHECK ((folder ~ '^/'::text)),
  constraint files_kind_check CHECK ((kind = ANY (ARRAY['partial'::text, 'data'::text, 'control'::text, 'probe'::text, 'answer'::text, 'placed'::text]))),
  constraint files_name_check CHECK ((((octet_length(name) >= 1) AND (octet_length(name) <= 255)) AND (name !~ '/'::text))),
  constraint files_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE UNIQUE INDEX files_live ON file_exchange.files USING btree (environment_id, folder, name) WHERE (removed_at IS NULL);
CREATE INDEX files_object ON file_exchange.files USING btree (object_key);
CREATE INDEX files_partial ON file_exchange.files USING btree (environment_id, modified_at) WHERE (kind = 'partial'::text);
CREATE INDEX files_transfer ON file_exchange.files USING btree (environment_id, transfer_id) WHERE (transfer_id IS NOT NULL);
alter table file_exchange.files force row level security;
create policy across on file_exchange.files for select to fairlead_staff using (true);
create policy environment on file_exchange.files for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.files to fairlead_app;
grant select on file_exchange.files to fairlead_staff;

create table file_exchange.findings (
  environment_id uuid not null,
  customer_id uuid not null,
  transfer_id uuid not null,
  ordinal integer not null,
  row_number integer,
  line integer,
  key text,
  field text,
  "position" integer,
  code text not null,
  severity text not null,
  message text not null,
  fix text not null,
  constraint findings_pkey PRIMARY KEY (environment_id, transfer_id, ordinal),
  constraint findings_environment_id_transfer_id_fkey FOREIGN KEY (environment_id, transfer_id) REFERENCES file_exchange.transfers(environment_id, id),
  constraint findings_severity_check CHECK ((severity = ANY (ARRAY['error'::text, 'warning'::text])))
);
alter table file_exchange.findings force row level security;
create policy across on file_exchange.findings for select to fairlead_staff using (true);
create policy environment on file_exchange.findings for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.findings to fairlead_app;
grant select on file_exchange.findings to fairlead_staff;

create table file_exchange.host_keys (
  algorithm text not null,
  sealed bytea not null,
  created_at timestamp with time zone not null,
  constraint host_keys_pkey PRIMARY KEY (algorithm)
);
grant delete, insert, select, update on file_exchange.host_keys to fairlead_app;
grant select on file_exchange.host_keys to fairlead_staff;

create table file_exchange.refused_sign_ins (
  environment_id uuid not null,
  customer_id uuid not null,
  account_id uuid not null,
  address text not null,
  reason text not null,
  fingerprint text not null,
  times integer not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  constraint refused_sign_ins_pkey PRIMARY KEY (environment_id, account_id, address, reason, fingerprint),
  constraint refused_sign_ins_environment_id_account_id_fkey FOREIGN KEY (environment_id, account_id) REFERENCES file_exchange.accounts(environment_id, id),
  constraint refused_sign_ins_reason_check CHECK ((reason = ANY (ARRAY['unknown-key'::text, 'revoked-key'::text, 'algorithm'::text, 'signature'::text, 'address'::text, 'banned'::text, 'connections'::text])))
);
alter table file_exchange.refused_sign_ins force row level security;
create policy across on file_exchange.refused_sign_ins for select to fairlead_staff using (true);
create policy environment on file_exchange.refused_sign_ins for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.refused_sign_ins to fairlead_app;
grant select on file_exchange.refused_sign_ins to fairlead_staff;

create table file_exchange.sign_in_failures (
  id uuid not null default uuidv7(),
  network text not null,
  user_name text not null,
  points integer not null,
  since timestamp with time zone not null,
  last_at timestamp with time zone not null,
  last_address text not null,
  banned_until timestamp with time zone,
  constraint sign_in_failures_id_key UNIQUE (id),
  constraint sign_in_failures_pkey PRIMARY KEY (network, user_name)
);
CREATE INDEX sign_in_failures_banned ON file_exchange.sign_in_failures USING btree (banned_until) WHERE (banned_until IS NOT NULL);
grant delete, insert, select, update on file_exchange.sign_in_failures to fairlead_app;
grant select on file_exchange.sign_in_failures to fairlead_staff;

create table file_exchange.transfer_steps (
  environment_id uuid not null,
  customer_id uuid not null,
  transfer_id uuid not null,
  step text not null,
  at timestamp with time zone not null,
  detail jsonb not null,
  constraint transfer_steps_pkey PRIMARY KEY (environment_id, transfer_id, step),
  constraint transfer_steps_environment_id_transfer_id_fkey FOREIGN KEY (environment_id, transfer_id) REFERENCES file_exchange.transfers(environment_id, id)
);
alter table file_exchange.transfer_steps force row level security;
create policy across on file_exchange.transfer_steps for select to fairlead_staff using (true);
create policy environment on file_exchange.transfer_steps for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.transfer_steps to fairlead_app;
grant select on file_exchange.transfer_steps to fairlead_staff;

create table file_exchange.transfers (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  exchange_id uuid not null,
  account_id uuid,
  file_name text not null,
  object_key text not null,
  sha256 text not null,
  size_bytes bigint not null,
  dry_run boolean not null,
  state text not null default 'received'::text,
  mode text,
  file_sequence text,
  fingerprint text not null,
  row_count integer,
  accepted integer,
  rejected integer,
  warnings integer,
  codes jsonb not null default '{}'::jsonb,
  findings_total integer not null default 0,
  effects jsonb,
  held jsonb,
  approved_by text,
  approved_causes text[] not null default '{}'::text[],
  duplicate_of uuid,
  received_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  attempts integer not null default 0,
  retry_at timestamp with time zone,
  arrival text not null default 'upload'::text,
  key_id uuid,
  vouched_by text,
  supersedes uuid,
  difference jsonb,
  superseded_by uuid,
  constraint transfers_pkey PRIMARY KEY (environment_id, id),
  constraint transfers_environment_id_exchange_id_fkey FOREIGN KEY (environment_id, exchange_id) REFERENCES file_exchange.exchanges(environment_id, id),
  constraint transfers_arrival_check CHECK ((arrival = ANY (ARRAY['upload'::text, 'rename'::text]))),
  constraint transfers_mode_check CHECK ((mode = ANY (ARRAY['FULL'::text, 'DELTA'::text]))),
  constraint transfers_state_check CHECK ((state = ANY (ARRAY['received'::text, 'checking'::text, 'held'::text, 'applying'::text, 'applied'::text, 'validated'::text, 'rejected'::text, 'duplicate'::text, 'superseded'::text]))),
  constraint transfers_vouched_by_check CHECK ((vouched_by = ANY (ARRAY['sha256'::text, 'rows'::text, 'rename'::text])))
);
CREATE INDEX transfers_exchange ON file_exchange.transfers USING btree (environment_id, exchange_id, id DESC);
CREATE INDEX transfers_name ON file_exchange.transfers USING btree (environment_id, exchange_id, file_name);
CREATE INDEX transfers_object ON file_exchange.transfers USING btree (object_key);
CREATE INDEX transfers_open ON file_exchange.transfers USING btree (id) WHERE (state = ANY (ARRAY['received'::text, 'checking'::text, 'applying'::text]));
CREATE INDEX transfers_sha256 ON file_exchange.transfers USING btree (environment_id, sha256);
alter table file_exchange.transfers force row level security;
create policy across on file_exchange.transfers for select to fairlead_staff using (true);
create policy environment on file_exchange.transfers for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on file_exchange.transfers to fairlead_app;
grant select on file_exchange.transfers to fairlead_staff;

create table integrations.attachments (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  integration_id uuid not null,
  name text not null,
  media_type text not null,
  sha256 bytea not null,
  content bytea not null,
  added_at timestamp with time zone not null,
  constraint attachments_pkey PRIMARY KEY (customer_id, id),
  constraint attachments_customer_id_integration_id_fkey FOREIGN KEY (customer_id, integration_id) REFERENCES integrations.integrations(customer_id, id),
  constraint attachments_content_check CHECK ((length(content) <= 1000000)),
  constraint attachments_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint attachments_sha256_check CHECK ((length(sha256) = 32))
);
alter table integrations.attachments force row level security;
create policy across on integrations.attachments for select to fairlead_staff using (true);
create policy customer on integrations.attachments for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select on integrations.attachments to fairlead_app;
grant select on integrations.attachments to fairlead_staff;

create table integrations.history (
  customer_id uuid not null,
  integration_id uuid not null,
  sequence integer not null,
  at timestamp with time zone not null,
  kind text not null,
  actor jsonb not null,
  fact jsonb not null,
  constraint history_pkey PRIMARY KEY (customer_id, integration_id, sequence),
  constraint history_customer_id_integration_id_fkey FOREIGN KEY (customer_id, integration_id) REFERENCES integrations.integrations(customer_id, id) DEFERRABLE INITIALLY DEFERRED,
  constraint history_sequence_check CHECK ((sequence > 0))
);
alter table integrations.history force row level security;
create policy across on integrations.history for select to fairlead_staff using (true);
create policy customer on integrations.history for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select on integrations.history to fairlead_app;
grant select on integrations.history to fairlead_staff;

create table integrations.integrations (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  name text not null,
  playbook integer not null,
  state text not null,
  phase text not null,
  final boolean not null,
  held boolean not null,
  sequence integer not null,
  folded jsonb not null,
  opened_at timestamp with time zone not null,
  since timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  constraint integrations_pkey PRIMARY KEY (customer_id, id),
  constraint integrations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint integrations_phase_check CHECK ((phase = ANY (ARRAY['scope'::text, 'discovery'::text, 'estimate'::text, 'sign-off'::text, 'development'::text, 'live'::text, 'ended'::text]))),
  constraint integrations_sequence_check CHECK ((sequence > 0))
);
CREATE INDEX integrations_changed ON integrations.integrations USING btree (changed_at DESC, id DESC);
CREATE UNIQUE INDEX integrations_id ON integrations.integrations USING btree (id);
CREATE INDEX integrations_phase ON integrations.integrations USING btree (phase, since, id);
alter table integrations.integrations force row level security;
create policy across on integrations.integrations for select to fairlead_staff using (true);
create policy customer on integrations.integrations for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select, update on integrations.integrations to fairlead_app;
grant select on integrations.integrations to fairlead_staff;

create table integrations.waits (
  customer_id uuid not null,
  integration_id uuid not null,
  "position" integer not null,
  role text not null,
  person_id uuid,
  step text,
  sentence text not null,
  since timestamp with time zone not null,
  paused_seconds integer not null,
  due_at timestamp with time zone,
  constraint waits_pkey PRIMARY KEY (customer_id, integration_id, "position"),
  constraint waits_customer_id_integration_id_fkey FOREIGN KEY (customer_id, integration_id) REFERENCES integrations.integrations(customer_id, id)
);
CREATE INDEX waits_person ON integrations.waits USING btree (person_id);
CREATE INDEX waits_role ON integrations.waits USING btree (role);
alter table integrations.waits force row level security;
create policy across on integrations.waits for select to fairlead_staff using (true);
create policy customer on integrations.waits for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on integrations.waits to fairlead_app;
grant select on integrations.waits to fairlead_staff;

create table mail.outbox (
  id uuid not null default uuidv7(),
  customer_id uuid,
  integration_id uuid,
  kind text not null,
  automatic boolean not null,
  sender text not null,
  recipients text[] not null,
  subject text not null,
  body_text text,
  body_html text,
  body_sealed bytea,
  confidential boolean not null default false,
  reply_to text,
  headers jsonb not null default '{}'::jsonb,
  attachments jsonb not null default '[]'::jsonb,
  message_id text not null,
  status text not null default 'waiting'::text,
  status_detail text,
  attempts integer not null default 0,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  words tsvector not null generated always as (mail.words_of(subject, kind, recipients)),
  copies text[] not null default '{}'::text[],
  constraint outbox_message_id_key UNIQUE (message_id),
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_check CHECK (((NOT confidential) OR ((body_text IS NULL) AND (body_html IS NULL)))),
  constraint outbox_copies CHECK ((copies <@ recipients)),
  constraint outbox_kind_check CHECK ((kind ~ '^[a-z][a-z-]{1,59}$'::text)),
  constraint outbox_recipients_check CHECK (((cardinality(recipients) >= 1) AND (cardinality(recipients) <= 100))),
  constraint outbox_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'sent'::text, 'kept'::text, 'failed'::text])))
);
CREATE INDEX outbox_attachments ON mail.outbox USING gin (attachments jsonb_path_ops) WHERE (attachments <> '[]'::jsonb);
CREATE INDEX outbox_customer ON mail.outbox USING btree (customer_id, id);
CREATE INDEX outbox_kind ON mail.outbox USING btree (kind, id);
CREATE INDEX outbox_words ON mail.outbox USING gin (words);
alter table mail.outbox force row level security;
create policy across on mail.outbox for select to fairlead_staff using (true);
create policy own on mail.outbox for all to public using (((customer_id IS NULL) OR (customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid)));
grant insert, select, update on mail.outbox to fairlead_app;
grant select on mail.outbox to fairlead_staff;

create table payroll.bank_account_sets (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  recorded_by text not null,
  import_id uuid,
  accounts jsonb not null,
  account_1 text generated always as (((accounts -> 0) ->> 'account'::text)),
  account_2 text generated always as (((accounts -> 1) ->> 'account'::text)),
  account_3 text generated always as (((accounts -> 2) ->> 'account'::text)),
  account_4 text generated always as (((accounts -> 3) ->> 'account'::text)),
  account_5 text generated always as (((accounts -> 4) ->> 'account'::text)),
  constraint bank_account_sets_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id)
);
CREATE INDEX bank_account_sets_account_1 ON payroll.bank_account_sets USING btree (environment_id, account_1) WHERE ((superseded_at IS NULL) AND (account_1 IS NOT NULL));
CREATE INDEX bank_account_sets_account_2 ON payroll.bank_account_sets USING btree (environment_id, account_2) WHERE ((superseded_at IS NULL) AND (account_2 IS NOT NULL));
CREATE INDEX bank_account_sets_account_3 ON payroll.bank_account_sets USING btree (environment_id, account_3) WHERE ((superseded_at IS NULL) AND (account_3 IS NOT NULL));
CREATE INDEX bank_account_sets_account_4 ON payroll.bank_account_sets USING btree (environment_id, account_4) WHERE ((superseded_at IS NULL) AND (account_4 IS NOT NULL));
CREATE INDEX bank_account_sets_account_5 ON payroll.bank_account_sets USING btree (environment_id, account_5) WHERE ((superseded_at IS NULL) AND (account_5 IS NOT NULL));
CREATE INDEX bank_account_sets_history ON payroll.bank_account_sets USING btree (environment_id, employment_id) WHERE (superseded_at IS NOT NULL);
CREATE UNIQUE INDEX bank_account_sets_live ON payroll.bank_account_sets USING btree (environment_id, employment_id, effective_from) WHERE (superseded_at IS NULL);
alter table payroll.bank_account_sets force row level security;
create policy across on payroll.bank_account_sets for select to fairlead_staff using (true);
create policy environment on payroll.bank_account_sets for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.bank_account_sets to fairlead_app;
grant select on payroll.bank_account_sets to fairlead_staff;

create table payroll.codes (
  environment_id uuid not null,
  customer_id uuid not null,
  kind text not null,
  code text not null,
  name text,
  registered_by text not null,
  registered_at timestamp with time zone not null,
  code_loose text not null generated always as (platform.loose_key(code)),
  constraint codes_pkey PRIMARY KEY (environment_id, kind, code),
  constraint codes_kind_check CHECK ((kind = ANY (ARRAY['department'::text, 'location'::text, 'pay-group'::text, 'cost-centre'::text])))
);
CREATE INDEX codes_loose ON payroll.codes USING btree (environment_id, kind, code_loose);
alter table payroll.codes force row level security;
create policy across on payroll.codes for select to fairlead_staff using (true);
create policy environment on payroll.codes for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, maintain, select, update on payroll.codes to fairlead_app;
grant select on payroll.codes to fairlead_staff;

create table payroll.companies (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  code text not null,
  name text not null,
  time_zone text not null,
  country text not null,
  abn text,
  created_at timestamp with time zone not null,
  constraint companies_pkey PRIMARY KEY (environment_id, code),
  constraint companies_code_check CHECK ((code ~ '^[A-Z0-9]{2,12}$'::text)),
  constraint companies_country_check CHECK ((country = ANY (ARRAY['NZ'::text, 'AU'::text]))),
  constraint companies_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);
alter table payroll.companies force row level security;
create policy across on payroll.companies for select to fairlead_staff using (true);
create policy environment on payroll.companies for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, maintain, select, update on payroll.companies to fairlead_app;
grant select on payroll.companies to fairlead_staff;

create table payroll.confirmations (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  kind text not null,
  subject text not null,
  value text not null default ''::text,
  reason text not null,
  confirmed_at timestamp with time zone not null,
  confirmed_by text not null,
  constraint confirmations_environment_id_kind_subject_value_key UNIQUE (environment_id, kind, subject, value),
  constraint confirmations_pkey PRIMARY KEY (environment_id, id),
  constraint confirmations_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'employee-number'::text, 'department'::text, 'location'::text, 'pay-group'::text])))
);
alter table payroll.confirmations force row level security;
create policy across on payroll.confirmations for select to fairlead_staff using (true);
create policy environment on payroll.confirmations for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, select on payroll.confirmations to fairlead_app;
grant select on payroll.confirmations to fairlead_staff;

create table payroll.employment_details (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  recorded_by text not null,
  import_id uuid,
  employment_type text not null,
  fixed_term_end date,
  agreement_code text,
  position_code text,
  position_title text,
  department_code text not null,
  location_code text not null,
  manager_employee_number text,
  cost_allocations jsonb not null,
  pay_group text not null,
  pay_frequency text not null,
  hours_per_week numeric(12,4),
  pattern_code text,
  constraint employment_details_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id)
);
CREATE INDEX employment_details_history ON payroll.employment_details USING btree (environment_id, employment_id) WHERE (superseded_at IS NOT NULL);
CREATE UNIQUE INDEX employment_details_live ON payroll.employment_details USING btree (environment_id, employment_id, effective_from) WHERE (superseded_at IS NULL);
alter table payroll.employment_details force row level security;
create policy across on payroll.employment_details for select to fairlead_staff using (true);
create policy environment on payroll.employment_details for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.employment_details to fairlead_app;
grant select on payroll.employment_details to fairlead_staff;

create table payroll.employments (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  person_id uuid not null,
  company_code text not null,
  employee_number text not null,
  start_date date not null,
  continuous_service_date date,
  version integer not null default 1,
  import_id uuid,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  number_folded text not null generated always as (platform.fold_code(employee_number)),
  number_loose text not null generated always as (
CASE
    WHEN (employee_number ~ '^[0-9]+$'::text) THEN COALESCE(NULLIF(ltrim(employee_number, '0'::text), ''::text), '0'::text)
    ELSE platform.loose_key(employee_number)
END),
  number_twin boolean not null default false,
  constraint employments_environment_id_company_code_employee_number_key UNIQUE (environment_id, company_code, employee_number),
  constraint employments_pkey PRIMARY KEY (environment_id, id),
  constraint employments_environment_id_company_code_fkey FOREIGN KEY (environment_id, company_code) REFERENCES payroll.companies(environment_id, code),
  constraint employments_environment_id_person_id_fkey FOREIGN KEY (environment_id, person_id) REFERENCES payroll.people(environment_id, id),
  constraint employments_employee_number_check CHECK (((length(employee_number) >= 1) AND (length(employee_number) <= 20)))
);
CREATE UNIQUE INDEX employments_number_folded ON payroll.employments USING btree (environment_id, company_code, number_folded) WHERE (NOT number_twin);
CREATE INDEX employments_number_loose ON payroll.employments USING btree (environment_id, company_code, number_loose);
CREATE INDEX employments_person ON payroll.employments USING btree (environment_id, person_id);
alter table payroll.employments force row level security;
create policy across on payroll.employments for select to fairlead_staff using (true);
create policy environment on payroll.employments for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.employments to fairlead_app;
grant select on payroll.employments to fairlead_staff;

create table payroll.endings (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  recorded_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  recorded_by text not null,
  import_id uuid,
  end_date date,
  termination_reason text,
  constraint endings_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id)
);
CREATE INDEX endings_history ON payroll.endings USING btree (environment_id, employment_id) WHERE (superseded_at IS NOT NULL);
CREATE UNIQUE INDEX endings_live ON payroll.endings USING btree (environment_id, employment_id) WHERE (superseded_at IS NULL);
alter table payroll.endings force row level security;
create policy across on payroll.endings for select to fairlead_staff using (true);
create policy environment on payroll.endings for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.endings to fairlead_app;
grant select on payroll.endings to fairlead_staff;

create table payroll.held_bank_changes (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  employment_id uuid not null,
  effective_from date not null,
  accounts jsonb not null,
  status text not null default 'held'::text,
  requested_at timestamp with time zone not null,
  requested_by jsonb not null,
  source jsonb not null,
  import_id uuid,
  decided_at timestamp with time zone,
  decided_by text,
  reason text,
  constraint held_bank_changes_pkey PRIMARY KEY (environment_id, id),
  constraint held_bank_changes_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id),
  constraint held_bank_changes_status_check CHECK ((status = ANY (ARRAY['held'::text, 'approved'::text, 'refused'::text, 'replaced'::text, 'withdrawn'::text])))
);
CREATE INDEX held_bank_changes_listed ON payroll.held_bank_changes USING btree (environment_id, status, requested_at, id);
CREATE UNIQUE INDEX held_bank_changes_open ON payroll.held_bank_changes USING btree (environment_id, employment_id, effective_from) WHERE (status = 'held'::text);
alter table payroll.held_bank_changes force row level security;
create policy across on payroll.held_bank_changes for select to fairlead_staff using (true);
create policy environment on payroll.held_bank_changes for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.held_bank_changes to fairlead_app;
grant select on payroll.held_bank_changes to fairlead_staff;

create table payroll.import_chunks (
  environment_id uuid not null,
  customer_id uuid not null,
  import_id uuid not null,
  chunk integer not null,
  applied_at timestamp with time zone not null,
  counts jsonb not null,
  constraint import_chunks_pkey PRIMARY KEY (environment_id, import_id, chunk),
  constraint import_chunks_environment_id_import_id_fkey FOREIGN KEY (environment_id, import_id) REFERENCES payroll.imports(environment_id, id)
);
alter table payroll.import_chunks force row level security;
create policy across on payroll.import_chunks for select to fairlead_staff using (true);
create policy environment on payroll.import_chunks for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.import_chunks to fairlead_app;
grant select on payroll.import_chunks to fairlead_staff;

create table payroll.imports (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  mode text not null,
  source jsonb not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  counts jsonb,
  constraint imports_pkey PRIMARY KEY (environment_id, id),
  constraint imports_mode_check CHECK ((mode = ANY (ARRAY['FULL'::text, 'DELTA'::text])))
);
alter table payroll.imports force row level security;
create policy across on payroll.imports for select to fairlead_staff using (true);
create policy environment on payroll.imports for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.imports to fairlead_app;
grant select on payroll.imports to fairlead_staff;

create table payroll.kiwisaver (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  recorded_by text not null,
  import_id uuid,
  status text not null,
  employee_pct numeric(7,4),
  employer_pct numeric(7,4),
  reduction_start date,
  reduction_end date,
  suspension_start date,
  suspension_end date,
  opt_out_date date,
  constraint kiwisaver_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id)
);
CREATE INDEX kiwisaver_history ON payroll.kiwisaver USING btree (environment_id, employment_id) WHERE (superseded_at IS NOT NULL);
CREATE UNIQUE INDEX kiwisaver_live ON payroll.kiwisaver USING btree (environment_id, employment_id, effective_from) WHERE (superseded_at IS NULL);
alter table payroll.kiwisaver force row level security;
create policy across on payroll.kiwisaver for select to fairlead_staff using (true);
create policy environment on payroll.kiwisaver for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.kiwisaver to fairlead_app;
grant select on payroll.kiwisaver to fairlead_staff;

create table payroll.pay_rates (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  recorded_by text not null,
  import_id uuid,
  rate_type text not null,
  amount numeric(12,4) not null,
  currency text not null,
  rate_hours_per_week numeric(12,4),
  reason_code text,
  constraint pay_rates_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id)
);
CREATE INDEX pay_rates_history ON payroll.pay_rates USING btree (environment_id, employment_id) WHERE (superseded_at IS NOT NULL);
CREATE UNIQUE INDEX pay_rates_live ON payroll.pay_rates USING btree (environment_id, employment_id, effective_from) WHERE (superseded_at IS NULL);
alter table payroll.pay_rates force row level security;
create policy across on payroll.pay_rates for select to fairlead_staff using (true);
create policy environment on payroll.pay_rates for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.pay_rates to fairlead_app;
grant select on payroll.pay_rates to fairlead_staff;

create table payroll.pending_changes (
  environment_id uuid not null,
  customer_id uuid not null,
  effective_from date not null,
  employment_id uuid not null,
  kind text not null,
  constraint pending_changes_pkey PRIMARY KEY (environment_id, effective_from, employment_id, kind),
  constraint pending_changes_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id),
  constraint pending_changes_kind_check CHECK ((kind = ANY (ARRAY['employee'::text, 'employment'::text, 'tax_details'::text, 'kiwisaver'::text, 'bank_account'::text, 'pay_rate'::text, 'start'::text, 'end'::text])))
);
CREATE INDEX pending_changes_employment ON payroll.pending_changes USING btree (environment_id, employment_id);
alter table payroll.pending_changes force row level security;
create policy across on payroll.pending_changes for select to fairlead_staff using (true);
create policy environment on payroll.pending_changes for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, maintain, select, update on payroll.pending_changes to fairlead_app;
grant select on payroll.pending_changes to fairlead_staff;

create table payroll.people (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  external_id text,
  created_at timestamp with time zone not null,
  external_id_folded text generated always as (platform.fold_code(external_id)),
  external_id_twin boolean not null default false,
  constraint people_pkey PRIMARY KEY (environment_id, id)
);
CREATE UNIQUE INDEX people_external_id ON payroll.people USING btree (environment_id, external_id_folded) WHERE ((external_id_folded IS NOT NULL) AND (NOT external_id_twin));
alter table payroll.people force row level security;
create policy across on payroll.people for select to fairlead_staff using (true);
create policy environment on payroll.people for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.people to fairlead_app;
grant select on payroll.people to fairlead_staff;

create table payroll.person_details (
  environment_id uuid not null,
  customer_id uuid not null,
  person_id uuid not null,
  effective_from date not null,
  recorded_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  recorded_by text not null,
  import_id uuid,
  title text,
  first_name text not null,
  middle_names text,
  last_name text not null,
  preferred_name text,
  birth_date date not null,
  gender text,
  work_email text,
  personal_email text,
  mobile text,
  line1 text,
  line2 text,
  suburb text,
  city text,
  state text,
  postcode text,
  country text,
  told_by uuid,
  name_folded text generated always as (platform.fold_search(((((first_name || ' '::text) || last_name) || COALESCE((((' '::text || preferred_name) || ' '::text) || last_name), ''::text)) || COALESCE((' '::text || middle_names), ''::text)))),
  constraint person_details_environment_id_person_id_fkey FOREIGN KEY (environment_id, person_id) REFERENCES payroll.people(environment_id, id)
);
CREATE INDEX person_details_history ON payroll.person_details USING btree (environment_id, person_id) WHERE (superseded_at IS NOT NULL);
CREATE UNIQUE INDEX person_details_live ON payroll.person_details USING btree (environment_id, person_id, effective_from) WHERE (superseded_at IS NULL);
alter table payroll.person_details force row level security;
create policy across on payroll.person_details for select to fairlead_staff using (true);
create policy environment on payroll.person_details for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.person_details to fairlead_app;
grant select on payroll.person_details to fairlead_staff;

create table payroll.tax_au (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  recorded_by text not null,
  import_id uuid,
  tfn text,
  tfn_exemption text,
  residency_status text not null,
  tax_free_threshold boolean not null,
  study_loan boolean not null,
  super_usi text,
  super_member_no text,
  constraint tax_au_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id)
);
CREATE INDEX tax_au_history ON payroll.tax_au USING btree (environment_id, employment_id) WHERE (superseded_at IS NOT NULL);
CREATE UNIQUE INDEX tax_au_live ON payroll.tax_au USING btree (environment_id, employment_id, effective_from) WHERE (superseded_at IS NULL);
alter table payroll.tax_au force row level security;
create policy across on payroll.tax_au for select to fairlead_staff using (true);
create policy environment on payroll.tax_au for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.tax_au to fairlead_app;
grant select on payroll.tax_au to fairlead_staff;

create table payroll.tax_nz (
  environment_id uuid not null,
  customer_id uuid not null,
  employment_id uuid not null,
  effective_from date not null,
  recorded_at timestamp with time zone not null,
  superseded_at timestamp with time zone,
  recorded_by text not null,
  import_id uuid,
  ird_number text,
  tax_code text not null,
  student_loan boolean not null,
  tax_rate_pct numeric(7,4),
  tax_rate_end date,
  sl_special_pct numeric(7,4),
  sl_special_end date,
  esct_pct numeric(7,4),
  declaration_date date,
  declaration_form text,
  constraint tax_nz_environment_id_employment_id_fkey FOREIGN KEY (environment_id, employment_id) REFERENCES payroll.employments(environment_id, id)
);
CREATE INDEX tax_nz_history ON payroll.tax_nz USING btree (environment_id, employment_id) WHERE (superseded_at IS NOT NULL);
CREATE INDEX tax_nz_ird_number ON payroll.tax_nz USING btree (environment_id, ird_number) WHERE ((superseded_at IS NULL) AND (ird_number IS NOT NULL));
CREATE UNIQUE INDEX tax_nz_live ON payroll.tax_nz USING btree (environment_id, employment_id, effective_from) WHERE (superseded_at IS NULL);
alter table payroll.tax_nz force row level security;
create policy across on payroll.tax_nz for select to fairlead_staff using (true);
create policy environment on payroll.tax_nz for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, maintain, select, update on payroll.tax_nz to fairlead_app;
grant select on payroll.tax_nz to fairlead_staff;

create table payroll.writing_keys (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  label text not null,
  constraint writing_keys_pkey PRIMARY KEY (environment_id, id)
);
alter table payroll.writing_keys force row level security;
create policy across on payroll.writing_keys for select to fairlead_staff using (true);
create policy environment on payroll.writing_keys for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, maintain, select, update on payroll.writing_keys to fairlead_app;
grant select on payroll.writing_keys to fairlead_staff;

create table pipeline.cards (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  board text not null default 'Customer Pipeline'::text,
  title text not null,
  column_key text not null,
  integration_id uuid,
  assignee_id uuid,
  created_at timestamp with time zone not null,
  moved_at timestamp with time zone not null,
  constraint cards_customer_id_integration_id_key UNIQUE (customer_id, integration_id),
  constraint cards_pkey PRIMARY KEY (customer_id, id),
  constraint cards_column_key_check CHECK ((column_key = ANY (ARRAY['waiting'::text, 'ready'::text, 'development'::text, 'testing'::text, 'live'::text, 'closed'::text]))),
  constraint cards_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);
alter table pipeline.cards force row level security;
create policy across on pipeline.cards for select to fairlead_staff using (true);
create policy customer on pipeline.cards for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select, update on pipeline.cards to fairlead_app;
grant select on pipeline.cards to fairlead_staff;

create table pipeline.history (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  subject_id uuid not null,
  at timestamp with time zone not null,
  by_name text not null,
  what text not null,
  constraint history_pkey PRIMARY KEY (customer_id, id)
);
CREATE INDEX history_subject ON pipeline.history USING btree (customer_id, subject_id, at);
alter table pipeline.history force row level security;
create policy across on pipeline.history for select to fairlead_staff using (true);
create policy customer on pipeline.history for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select on pipeline.history to fairlead_app;
grant select on pipeline.history to fairlead_staff;

create table pipeline.opportunities (
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  title text not null,
  stage text not null,
  amount_cents bigint,
  currency text not null,
  integration_id uuid,
  created_at timestamp with time zone not null,
  moved_at timestamp with time zone not null,
  constraint opportunities_customer_id_integration_id_key UNIQUE (customer_id, integration_id),
  constraint opportunities_pkey PRIMARY KEY (customer_id, id),
  constraint opportunities_amount_cents_check CHECK ((amount_cents >= 0)),
  constraint opportunities_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint opportunities_stage_check CHECK ((stage = ANY (ARRAY['prospect'::text, 'discovery'::text, 'estimate'::text, 'proposal'::text, 'won'::text, 'lost'::text]))),
  constraint opportunities_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);
alter table pipeline.opportunities force row level security;
create policy across on pipeline.opportunities for select to fairlead_staff using (true);
create policy customer on pipeline.opportunities for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant insert, select, update on pipeline.opportunities to fairlead_app;
grant select on pipeline.opportunities to fairlead_staff;

create table platform.audit (
  id uuid not null default uuidv7(),
  at timestamp with time zone not null,
  actor jsonb not null,
  customer_id uuid,
  environment_id uuid,
  action text not null,
  subject text,
  detail jsonb not null,
  constraint audit_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_actor ON platform.audit USING btree (((actor ->> 'id'::text)));
CREATE INDEX audit_at ON platform.audit USING btree (at);
CREATE INDEX audit_customer ON platform.audit USING btree (customer_id, id);
CREATE INDEX audit_subject ON platform.audit USING btree (subject);
CREATE INDEX audit_words ON platform.audit USING gin (platform.words_of(action));
alter table platform.audit force row level security;
create policy across on platform.audit for select to fairlead_staff using (true);
create policy own on platform.audit for all to public using (((customer_id IS NULL) OR (customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid)));
grant insert, select on platform.audit to fairlead_app;
grant select on platform.audit to fairlead_staff;

create table platform.clock (
  single boolean not null default true,
  offset_ms bigint not null default 0,
  constraint clock_pkey PRIMARY KEY (single),
  constraint clock_single_check CHECK (single)
);
grant delete, insert, select, update on platform.clock to fairlead_app;
grant select on platform.clock to fairlead_staff;

create table platform.cursors (
  consumer text not null,
  stream_id uuid not null,
  sequence bigint not null default 0,
  failures integer not null default 0,
  failing_since timestamp with time zone,
  retry_at timestamp with time zone,
  error text,
  constraint cursors_pkey PRIMARY KEY (consumer, stream_id)
);
CREATE INDEX cursors_failing ON platform.cursors USING btree (consumer) WHERE (failing_since IS NOT NULL);
grant delete, insert, select, update on platform.cursors to fairlead_app;
grant select on platform.cursors to fairlead_dispatcher;
grant select on platform.cursors to fairlead_staff;

create table platform.data_keys (
  id uuid not null default uuidv7(),
  customer_id uuid,
  environment_id uuid,
  wrapped bytea not null,
  created_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint data_keys_pkey PRIMARY KEY (id),
  constraint data_keys_check CHECK (((environment_id IS NULL) OR (customer_id IS NOT NULL)))
);
CREATE UNIQUE INDEX data_keys_current ON platform.data_keys USING btree (customer_id, environment_id) NULLS NOT DISTINCT WHERE (retired_at IS NULL);
alter table platform.data_keys force row level security;
create policy across on platform.data_keys for select to fairlead_staff using (true);
create policy own on platform.data_keys for all to public using (((customer_id IS NULL) OR (customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid)));
grant delete, insert, select, update on platform.data_keys to fairlead_app;
grant select on platform.data_keys to fairlead_staff;

create table platform.events (
  stream_id uuid not null,
  sequence bigint not null,
  recorded_at timestamp with time zone not null,
  id uuid not null default uuidv7(),
  type text not null,
  subject jsonb not null,
  data jsonb not null,
  effective_from date,
  actor jsonb not null,
  source jsonb not null,
  constraint events_pkey PRIMARY KEY (stream_id, sequence, recorded_at)
) partition by RANGE (recorded_at);
alter table platform.events force row level security;
create policy across on platform.events for select to fairlead_staff using (true);
create policy own on platform.events for all to public using ((stream_id = ANY (ARRAY[(NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid, (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid, '00000000-0000-7000-8000-000000000001'::uuid])));
grant insert, select on platform.events to fairlead_app;
grant select on platform.events to fairlead_staff;

create table platform.events_default ( -- partition: DEFAULT
  stream_id uuid not null,
  sequence bigint not null,
  recorded_at timestamp with time zone not null,
  id uuid not null default uuidv7(),
  type text not null,
  subject jsonb not null,
  data jsonb not null,
  effective_from date,
  actor jsonb not null,
  source jsonb not null
);
grant select on platform.events_default to fairlead_staff;

create table platform.objects (
  key text not null,
  class text not null,
  customer_id uuid,
  environment_id uuid,
  size_bytes bigint,
  sha256 text,
  data_key_id uuid,
  created_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  unreadable_since timestamp with time zone,
  removed_at timestamp with time zone,
  removed_because text,
  constraint objects_pkey PRIMARY KEY (key),
  constraint objects_data_key_id_fkey FOREIGN KEY (data_key_id) REFERENCES platform.data_keys(id),
  constraint objects_check CHECK (((environment_id IS NULL) OR (customer_id IS NOT NULL))),
  constraint objects_check1 CHECK (((removed_at IS NULL) = (removed_because IS NULL))),
  constraint objects_check2 CHECK (((removed_at IS NULL) OR (data_key_id IS NULL))),
  constraint objects_class_check CHECK ((class = ANY (ARRAY['transfer'::text, 'answer'::text, 'extract'::text, 'audit-upload'::text, 'mail'::text, 'attachment'::text, 'pdf'::text]))),
  constraint objects_key_check CHECK ((key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'::text)),
  constraint objects_removed_because_check CHECK ((removed_because = ANY (ARRAY['released'::text, 'unused'::text, 'retention'::text]))),
  constraint objects_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE INDEX objects_class ON platform.objects USING btree (class, created_at) WHERE (removed_at IS NULL);
CREATE INDEX objects_data_key ON platform.objects USING btree (data_key_id) WHERE (removed_at IS NULL);
CREATE INDEX objects_unreadable ON platform.objects USING btree (unreadable_since) WHERE ((unreadable_since IS NOT NULL) AND (removed_at IS NULL));
CREATE INDEX objects_unsettled ON platform.objects USING btree (created_at) WHERE ((settled_at IS NULL) AND (removed_at IS NULL));
alter table platform.objects force row level security;
create policy across on platform.objects for select to fairlead_staff using (true);
create policy own on platform.objects for all to public using (((customer_id IS NULL) OR (customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid)));
grant delete, insert, select, update on platform.objects to fairlead_app;
grant select on platform.objects to fairlead_staff;

create table platform.portal_acts (
  customer_id uuid not null,
  person_id uuid not null,
  kind text not null,
  hour timestamp with time zone not null,
  acts integer not null,
  constraint portal_acts_pkey PRIMARY KEY (customer_id, person_id, kind)
);
alter table platform.portal_acts force row level security;
create policy across on platform.portal_acts for select to fairlead_staff using (true);
create policy customer on platform.portal_acts for all to public using ((customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid));
grant delete, insert, select, update on platform.portal_acts to fairlead_app;
grant select on platform.portal_acts to fairlead_staff;

create table platform.settings (
  name text not null,
  value jsonb not null,
  constraint settings_pkey PRIMARY KEY (name)
);
grant delete, insert, select, update on platform.settings to fairlead_app;
grant select on platform.settings to fairlead_staff;

create table platform.streams (
  id uuid not null,
  kind text not null,
  customer_id uuid,
  environment_id uuid,
  head bigint not null default 0,
  constraint streams_pkey PRIMARY KEY (id),
  constraint streams_check CHECK (((kind = 'vendor'::text) OR (customer_id IS NOT NULL))),
  constraint streams_check1 CHECK (((kind = 'environment'::text) = (environment_id IS NOT NULL))),
  constraint streams_kind_check CHECK ((kind = ANY (ARRAY['environment'::text, 'customer'::text, 'vendor'::text])))
);
alter table platform.streams force row level security;
create policy across on platform.streams for select to fairlead_staff using (true);
create policy heads on platform.streams for select to fairlead_dispatcher using (true);
create policy own on platform.streams for all to public using (((id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid) OR (id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid) OR (kind = 'vendor'::text)));
grant delete, insert, select, update on platform.streams to fairlead_app;
grant select on platform.streams to fairlead_dispatcher;
grant select on platform.streams to fairlead_staff;

create table platform.timers (
  kind text not null,
  key text not null,
  due_at timestamp with time zone not null,
  customer_id uuid,
  environment_id uuid,
  payload jsonb,
  attempts integer not null default 0,
  error text,
  constraint timers_pkey PRIMARY KEY (kind, key)
);
CREATE INDEX timers_due ON platform.timers USING btree (due_at);
alter table platform.timers force row level security;
create policy across on platform.timers for select to fairlead_staff using (true);
create policy own on platform.timers for all to public using (((customer_id IS NULL) OR (customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::uuid)));
grant delete, insert, select, update on platform.timers to fairlead_app;
grant select on platform.timers to fairlead_staff;

create table web_api.first_calls (
  customer_id uuid not null,
  environment_id uuid not null,
  key_id uuid not null,
  operation text not null,
  called_at timestamp with time zone not null,
  constraint first_calls_pkey PRIMARY KEY (environment_id, key_id)
);
alter table web_api.first_calls force row level security;
create policy across on web_api.first_calls for select to fairlead_staff using (true);
create policy environment on web_api.first_calls for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, select on web_api.first_calls to fairlead_app;
grant select on web_api.first_calls to fairlead_staff;

create table web_api.operations_seen (
  customer_id uuid not null,
  environment_id uuid not null,
  operation text not null,
  fingerprint text not null,
  key_id uuid not null,
  seen_at timestamp with time zone not null,
  constraint operations_seen_pkey PRIMARY KEY (environment_id, key_id, operation, fingerprint)
);
alter table web_api.operations_seen force row level security;
create policy across on web_api.operations_seen for select to fairlead_staff using (true);
create policy environment on web_api.operations_seen for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, select on web_api.operations_seen to fairlead_app;
grant select on web_api.operations_seen to fairlead_staff;

create table webhooks.attempts (
  environment_id uuid not null,
  customer_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  at timestamp with time zone not null,
  duration_ms numeric(10,1) not null,
  status integer,
  error text,
  response text,
  constraint attempts_pkey PRIMARY KEY (environment_id, delivery_id, number),
  constraint attempts_environment_id_delivery_id_fkey FOREIGN KEY (environment_id, delivery_id) REFERENCES webhooks.deliveries(environment_id, id)
);
alter table webhooks.attempts force row level security;
create policy across on webhooks.attempts for select to fairlead_staff using (true);
create policy environment on webhooks.attempts for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant insert, select on webhooks.attempts to fairlead_app;
grant select on webhooks.attempts to fairlead_staff;

create table webhooks.deliveries (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null default uuidv7(),
  endpoint_id uuid not null,
  "position" bigint not null,
  message_id uuid not null,
  event_sequence bigint,
  event_type text not null,
  order_key text,
  body text not null,
  state text not null default 'waiting'::text,
  attempts integer not null default 0,
  next_at timestamp with time zone not null,
  lease uuid,
  lease_until timestamp with time zone,
  last_status integer,
  last_error text,
  created_at timestamp with time zone not null,
  first_attempt_at timestamp with time zone,
  delivered_at timestamp with time zone,
  constraint deliveries_environment_id_endpoint_id_message_id_key UNIQUE (environment_id, endpoint_id, message_id),
  constraint deliveries_environment_id_endpoint_id_position_key UNIQUE (environment_id, endpoint_id, "position"),
  constraint deliveries_pkey PRIMARY KEY (environment_id, id),
  constraint deliveries_environment_id_endpoint_id_fkey FOREIGN KEY (environment_id, endpoint_id) REFERENCES webhooks.endpoints(environment_id, id),
  constraint deliveries_body_check CHECK ((octet_length(body) <= 262144)),
  constraint deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text])))
);
CREATE INDEX deliveries_due ON webhooks.deliveries USING btree (environment_id, endpoint_id, next_at) WHERE (state = 'waiting'::text);
CREATE INDEX deliveries_order ON webhooks.deliveries USING btree (environment_id, endpoint_id, order_key, "position") WHERE (state = 'waiting'::text);
CREATE INDEX deliveries_turn ON webhooks.deliveries USING btree (environment_id, endpoint_id, ((attempts > 0)), "position") WHERE (state = 'waiting'::text);
alter table webhooks.deliveries force row level security;
create policy across on webhooks.deliveries for select to fairlead_staff using (true);
create policy environment on webhooks.deliveries for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on webhooks.deliveries to fairlead_app;
grant select on webhooks.deliveries to fairlead_staff;

create table webhooks.endpoints (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  integration_id uuid,
  label text not null,
  url text not null,
  event_types text[] not null default '{}'::text[],
  include_values boolean not null,
  skip_own_changes boolean not null,
  status text not null default 'enabled'::text,
  pause_cause text,
  secret bytea,
  secret_hint text,
  previous_secret bytea,
  previous_until timestamp with time zone,
  fingerprint text not null,
  positions bigint not null default 0,
  active_from bigint,
  verification jsonb,
  verified_fingerprint text,
  delivered_fingerprint text,
  first_delivered_at timestamp with time zone,
  last_delivered_at timestamp with time zone,
  failing_since timestamp with time zone,
  failures integer not null default 0,
  warned_at timestamp with time zone,
  created_at timestamp with time zone not null,
  created_by text not null,
  constraint endpoints_pkey PRIMARY KEY (environment_id, id),
  constraint endpoints_check CHECK (((status = 'paused'::text) = (pause_cause IS NOT NULL))),
  constraint endpoints_check1 CHECK (((previous_secret IS NULL) = (previous_until IS NULL))),
  constraint endpoints_pause_cause_check CHECK ((pause_cause = ANY (ARRAY['person'::text, 'gone'::text, 'failing'::text]))),
  constraint endpoints_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'paused'::text]))),
  constraint endpoints_url_check CHECK ((length(url) <= 2000))
);
alter table webhooks.endpoints force row level security;
create policy across on webhooks.endpoints for select to fairlead_staff using (true);
create policy environment on webhooks.endpoints for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on webhooks.endpoints to fairlead_app;
grant select on webhooks.endpoints to fairlead_staff;

create table webhooks.inbound (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  number bigint not null generated as identity,
  receiver_id uuid not null,
  message_id text not null,
  body bytea not null,
  body_hash bytea not null,
  headers jsonb not null,
  state text not null default 'received'::text,
  cause text,
  detail text,
  errors jsonb not null default '[]'::jsonb,
  company_code text,
  employee_number text,
  failures integer not null default 0,
  copies integer not null default 1,
  conflicts integer not null default 0,
  received_at timestamp with time zone not null,
  applied_at timestamp with time zone,
  wait_until timestamp with time zone,
  constraint inbound_environment_id_receiver_id_message_id_key UNIQUE (environment_id, receiver_id, message_id),
  constraint inbound_pkey PRIMARY KEY (environment_id, id),
  constraint inbound_environment_id_receiver_id_fkey FOREIGN KEY (environment_id, receiver_id) REFERENCES webhooks.receivers(environment_id, id),
  constraint inbound_message_id_check CHECK (((length(message_id) >= 1) AND (length(message_id) <= 256))),
  constraint inbound_state_check CHECK ((state = ANY (ARRAY['received'::text, 'waiting'::text, 'applied'::text, 'stale'::text, 'dead'::text]))),
  constraint inbound_wait CHECK (((state <> 'waiting'::text) OR (wait_until IS NOT NULL)))
);
CREATE INDEX inbound_turn ON webhooks.inbound USING btree (environment_id, number) WHERE (state = ANY (ARRAY['received'::text, 'waiting'::text]));
alter table webhooks.inbound force row level security;
create policy across on webhooks.inbound for select to fairlead_staff using (true);
create policy environment on webhooks.inbound for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on webhooks.inbound to fairlead_app;
grant select on webhooks.inbound to fairlead_staff;

create table webhooks.inbound_heads (
  environment_id uuid not null,
  customer_id uuid not null,
  company_code text not null,
  employee_number text not null,
  field_group text not null,
  effective_from date not null,
  occurred_at timestamp with time zone not null,
  constraint inbound_heads_pkey PRIMARY KEY (environment_id, company_code, employee_number, field_group, effective_from)
);
alter table webhooks.inbound_heads force row level security;
create policy across on webhooks.inbound_heads for select to fairlead_staff using (true);
create policy environment on webhooks.inbound_heads for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on webhooks.inbound_heads to fairlead_app;
grant select on webhooks.inbound_heads to fairlead_staff;

create table webhooks.receivers (
  environment_id uuid not null,
  customer_id uuid not null,
  id uuid not null,
  integration_id uuid,
  label text not null,
  token text not null,
  status text not null default 'enabled'::text,
  secret bytea,
  secret_hint text,
  previous_secret bytea,
  previous_until timestamp with time zone,
  fingerprint text not null,
  accepted_fingerprint text,
  first_accepted_at timestamp with time zone,
  forged_fingerprint text,
  forged_refused_at timestamp with time zone,
  replay_fingerprint text,
  replay_refused_at timestamp with time zone,
  refusals jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null,
  created_by text not null,
  duplicate_fingerprint text,
  duplicate_ignored_at timestamp with time zone,
  constraint receivers_token_key UNIQUE (token),
  constraint receivers_pkey PRIMARY KEY (environment_id, id),
  constraint receivers_check CHECK (((previous_secret IS NULL) = (previous_until IS NULL))),
  constraint receivers_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'disabled'::text]))),
  constraint receivers_token_check CHECK ((length(token) >= 32))
);
alter table webhooks.receivers force row level security;
create policy across on webhooks.receivers for select to fairlead_staff using (true);
create policy environment on webhooks.receivers for all to public using ((environment_id = (NULLIF(current_setting('app.environment'::text, true), ''::text))::uuid));
grant delete, insert, select, update on webhooks.receivers to fairlead_app;
grant select on webhooks.receivers to fairlead_staff;
