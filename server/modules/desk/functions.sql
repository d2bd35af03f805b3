-- How every customer is called, for mail that names one in its words.
create or replace function desk.customer_names() returns table (id uuid, code text, name text, domains text[])
  language sql stable security definer set search_path = '' as $$
  select c.id, c.code, c.name, c.domains from customers.customers c
$$;
select platform.across_customers('desk.customer_names()');

-- Whose these addresses, printed numbers, ticket numbers and shown ids are; `key` is the one that was found.
create or replace function desk.customers_by_keys(addresses text[], printed text[], tickets bigint[], ids uuid[])
  returns table (customer_id uuid, by text, key text, ticket_id uuid)
  language sql stable security definer set search_path = '' as $$
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
$$;
select platform.across_customers('desk.customers_by_keys(text[],text[],bigint[],uuid[])');

-- The ticket that a number names, and the one that it was merged into (else itself).
create or replace function desk.find_ticket_by_number(wanted bigint)
  returns table (id uuid, customer_id uuid, survivor_id uuid)
  language sql stable security definer set search_path = '' as $$
  select t.id, t.customer_id, coalesce(t.merged_into_id, t.id) from desk.tickets t where t.number = wanted
$$;
select platform.across_customers('desk.find_ticket_by_number(bigint)');

-- The tickets on which a mail that came in stands: several when it was sent to the addresses of several.
create or replace function desk.tickets_of_mail(inbox uuid) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(
    jsonb_build_object('id', t.id, 'number', t.number, 'customerId', t.customer_id) order by t.number), '[]')
  from desk.mails m join desk.tickets t on t.customer_id = m.customer_id and t.id = m.ticket_id
  where m.inbox_id = inbox
$$;
select platform.across_customers('desk.tickets_of_mail(uuid)');
