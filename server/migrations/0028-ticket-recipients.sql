-- Who gets a reply openly and as a copy; tickets that were merged, and mails that were moved.

-- Receivers of a mail that stand in Cc; they are among its recipients.
alter table mail.outbox add column copies text[] not null default '{}',
  add constraint outbox_copies check (copies <@ recipients);
alter table desk.mails add column copies text[] not null default '{}';

-- A merged ticket is closed for good: its mails, people and references belong to the surviving one, and its numbers lead there.
alter table desk.tickets add column merged_into_id uuid,
  add constraint tickets_merged foreign key (customer_id, merged_into_id) references desk.tickets (customer_id, id),
  add constraint tickets_merged_closed check (merged_into_id is null or (status = 'closed' and integration_id is null));
create index tickets_merged_into on desk.tickets (customer_id, merged_into_id) where merged_into_id is not null;
-- The tickets of a customer that are still open: what a new one may be the same as.
create index tickets_open on desk.tickets (customer_id, number) where status <> 'closed';
alter table desk.entries drop constraint entries_change_check, add constraint entries_change_check
  check (change in ('created', 'bound', 'assigned', 'held', 'closed', 'reopened', 'subject-changed', 'merged', 'took-over',
    'mail-moved', 'mail-came'));

drop function desk.find_ticket_by_number(bigint);
