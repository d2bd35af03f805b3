-- Estimates: where each stands on its way from the first line to the customer's sign-off.

create schema estimates;

create table estimates.estimates (
  id uuid primary key references documents.documents (id),
  customer_id uuid not null references customers.customers (id),
  integration_id uuid,
  status text not null check (status in ('estimating', 'in-review', 'refining', 'finalised', 'sent', 'signed-off', 'declined', 'expired', 'withdrawn')),
  -- In whose seat it is reviewed, finalised and sent: for a new customer's change the Lead Consultant's.
  reviewer text not null default 'commercial-director' check (reviewer in ('commercial-director', 'lead-consultant')),
  round int not null default 1,
  version int not null default 1,
  net_cents bigint not null default 0,
  change_request text,
  -- The number of the change it is for, of a new customer out of scope.
  change_number text,
  updated_at timestamptz not null
);
create index estimates_customer on estimates.estimates (customer_id, integration_id);
-- One estimate an integration (a withdrawn one can be taken up again), until the customer has declined it or it has expired.
create unique index estimates_open on estimates.estimates (customer_id, integration_id)
  where status not in ('declined', 'expired');
select platform.protect_customer('estimates.estimates');
select platform.grant_app('estimates');
