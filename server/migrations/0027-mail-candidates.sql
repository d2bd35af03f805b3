-- breaking
-- Which customers a held mail may belong to, and the printed numbers by which a mail finds its customer.

alter table desk.held_mails add column candidates jsonb not null default '[]';
update desk.held_mails set candidates = jsonb_build_array(jsonb_build_object(
  'customerId', suggested_for, 'by', 'sender', 'found', null, 'ticketId', null))
where suggested_for is not null;
alter table desk.held_mails drop column suggested_for;
alter table desk.held_mails drop constraint held_mails_reason_check;
alter table desk.held_mails add constraint held_mails_reason_check
  check (reason in ('unknown-sender', 'unproved-sender', 'unclear-sender', 'unclear-recipients', 'not-taking-part',
    'no-customer', 'several-customers', 'unsure-customer', 'subject-only', 'unparseable', 'to-postmaster', 'automatic',
    'bounce', 'own-mail'));

-- Numbers that people quote in mails, such as INT-00012. The module that issues a number notes it here.
create table desk.numbers (
  customer_id uuid not null,
  number text not null check (number = upper(number)),
  integration_id uuid not null,
  primary key (customer_id, number)
);
create unique index numbers_number on desk.numbers (number);
-- The owner of the tables sees no customer's rows otherwise.
alter table integrations.integrations no force row level security;
insert into desk.numbers (customer_id, number, integration_id)
select i.customer_id, i.folded->>'number', i.id from integrations.integrations i where i.folded->>'number' is not null;
alter table integrations.integrations force row level security;
select platform.protect_customer('desk.numbers');
grant select, insert on desk.numbers to fairlead_app;
grant select on desk.numbers to fairlead_staff;

drop function desk.customers_named(text, text[]);
