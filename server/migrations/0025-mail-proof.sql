-- Mail coming in: who takes part in a ticket and who let them in; where a mail belongs apart from who wrote it; automatic mail.

-- The migration reads and corrects rows of every customer; the walls stand again at its end.
alter table desk.tickets no force row level security;
alter table desk.mails no force row level security;
alter table desk.participants no force row level security;

-- Who wrote a mail (verified_by) and who put it on its ticket (placed_by) are two facts. Only the first counts as proof.
alter table desk.mails
  -- Null: the rules did.
  add placed_by text,
  -- Written by a machine, as its headers say. It is never answered by one.
  add automatic boolean not null default false,
  add reply_to text[] not null default '{}',
  drop constraint mails_verified_by_check;
update desk.mails set verified_by = 'none', placed_by = 'A person' where verified_by = 'person';
alter table desk.mails add constraint mails_verified_by_check
  check (verified_by in ('own', 'submission', 'token', 'dmarc', 'none'));
update desk.tickets t set verified = false
where t.verified and exists (
  select from desk.mails m
  where m.customer_id = t.customer_id and m.ticket_id = t.id and m.placed_by is not null and m.at = t.created_at);

-- One mail to the reply addresses of two tickets stands on both.
drop index desk.mails_inbox;
create unique index mails_inbox on desk.mails (inbox_id, ticket_id) where inbox_id is not null;

-- An address that a mail names takes part once somebody let it in: the rules, a proved writer who takes part, or a person.
alter table desk.participants
  add name text,
  add first_seen_at timestamptz,
  -- Null: the address was only named.
  add admitted_at timestamptz,
  -- A person's name, the address of the writer who named it, or Fairlead for the rules.
  add admitted_by text,
  add constraint participants_admission check ((admitted_at is null) = (admitted_by is null));
update desk.participants p set first_seen_at = t.created_at
from desk.tickets t where t.customer_id = p.customer_id and t.id = p.ticket_id;
update desk.participants p set admitted_at = p.first_seen_at, admitted_by = 'Fairlead'
where exists (
    select from desk.tickets t
    where t.customer_id = p.customer_id and t.id = p.ticket_id and lower(t.requester_address) = p.address)
  or exists (
    select from desk.mails m
    where m.customer_id = p.customer_id and m.ticket_id = p.ticket_id
      and ((m.direction = 'out' and p.address = any (m.recipients))
           or (m.direction = 'in' and m.verified_by <> 'none' and lower(m.from_address) = p.address)));
alter table desk.participants alter first_seen_at set not null;

alter table desk.tickets force row level security;
alter table desk.mails force row level security;
alter table desk.participants force row level security;

drop function desk.takes_part(uuid, text);
create function desk.takes_part(in_ticket uuid, wanted text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (select from desk.participants p
    where p.ticket_id = in_ticket and p.address = lower(wanted) and p.admitted_at is not null)
$$;
select platform.across_customers('desk.takes_part(uuid,text)');

drop function desk.find_tickets_by_subject(text, text);
-- A suggestion only: a ticket of this sender with this subject.
create function desk.find_tickets_by_subject(wanted text, address text) returns table (id uuid, customer_id uuid)
  language sql stable security definer set search_path = '' as $$
  select t.id, t.customer_id
  from desk.tickets t
  join desk.participants p on p.customer_id = t.customer_id and p.ticket_id = t.id and p.address = lower($2)
  where lower(t.subject) = lower(wanted) and p.admitted_at is not null
  order by t.number desc limit 1
$$;
select platform.across_customers('desk.find_tickets_by_subject(text,text)');

-- Mail that a person opens from a list: what waits for a decision, and automatic mail that belongs to no ticket.
alter table desk.held_mails
  drop constraint held_mails_reason_check,
  add constraint held_mails_reason_check check (reason in ('unknown-sender', 'unproved-sender', 'unclear-sender',
    'unclear-recipients', 'not-taking-part', 'no-customer', 'several-customers', 'subject-only', 'unparseable',
    'to-postmaster', 'automatic', 'bounce', 'own-mail')),
  -- Who wrote it, as far as that was proved when it came in; a person who places it on a ticket changes nothing of that.
  add verified_by text not null default 'none'
    constraint held_mails_verified_by_check check (verified_by in ('own', 'submission', 'token', 'dmarc', 'none')),
  add automatic boolean not null generated always as (reason in ('automatic', 'bounce', 'own-mail')) stored;
drop index desk.held_mails_waiting;
create index held_mails_waiting on desk.held_mails (automatic, id) where decision is null;
-- The list and a replay look for the held mails of a mail that came in.
create index held_mails_inbox on desk.held_mails (inbox_id);
