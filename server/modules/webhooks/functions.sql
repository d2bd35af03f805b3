-- Endpoints, of whichever customer, that have a message which is due: where to look, not what is in it; with how many
-- endpoints the customer has. One of each customer comes before the second of any.
create or replace function webhooks.due_endpoints(at timestamptz, at_most int)
  returns table (customer_id uuid, environment_id uuid, endpoint_id uuid, endpoints int)
  language sql volatile security definer set search_path = '' as $$
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
$$;
select platform.across_customers('webhooks.due_endpoints(timestamptz,int)');

-- The receiver behind an address, with its sealed secrets, before it is known whose it is.
create or replace function webhooks.receiver_by_token(wanted text)
  returns table (customer_id uuid, environment_id uuid, id uuid, status text, secret bytea, previous_secret bytea,
    previous_until timestamptz, fingerprint text)
  language sql stable security definer set search_path = '' as $$
  select r.customer_id, r.environment_id, r.id, r.status, r.secret, r.previous_secret, r.previous_until, r.fingerprint
  from webhooks.receivers r where r.token = wanted
$$;
select platform.across_customers('webhooks.receiver_by_token(text)');

-- Whether it is a message's turn: it was not tried yet, or its employee is there now, or it has waited long enough.
create or replace function webhooks.is_due(message webhooks.inbound, at timestamptz) returns boolean
  language sql stable set search_path = '' as $$
  select message.state = 'received' or (message.state = 'waiting' and (message.wait_until <= at
    or payroll.has_employment(message.environment_id, message.company_code, message.employee_number)))
$$;

-- Environments that hold messages which were taken in and can be applied now.
drop function if exists webhooks.environments_with_inbound(int);
create or replace function webhooks.environments_with_inbound(at timestamptz, at_most int)
  returns table (customer_id uuid, environment_id uuid)
  language sql stable security definer set search_path = '' as $$
  select distinct i.customer_id, i.environment_id from webhooks.inbound i
  where i.state in ('received', 'waiting') and webhooks.is_due(i, at) limit at_most
$$;
select platform.across_customers('webhooks.environments_with_inbound(timestamptz,int)');
