-- A right ends with what it came from: contacts can be removed, links know their holder, and what somebody held when they
-- lost a right does not come alive when they get it back.

alter table access.people add column lost_at timestamptz;
comment on column access.people.lost_at is 'When they last lost a right: what was handed to them before that is void';

alter table customers.contacts
  add column lost_at timestamptz,
  add column removed_at timestamptz;

alter table credentials.one_time_links
  add column holder_email text check (holder_email = lower(holder_email)),
  add column holder_person uuid,
  -- What the holder might do when the link was made; they need all of it when they press the button.
  add column holder_roles text[] not null default '{}';
alter table credentials.one_time_links no force row level security;
alter table credentials.api_keys no force row level security;
update credentials.one_time_links l set holder_email = lower(k.contact_email)
from credentials.api_keys k where k.link_id = l.id;
alter table credentials.api_keys force row level security;
alter table credentials.one_time_links force row level security;
create index api_keys_link on credentials.api_keys (link_id);

alter table credentials.key_requests drop constraint key_requests_status_check;
alter table credentials.key_requests add constraint key_requests_status_check
  check (status in ('open', 'issued', 'declined', 'closed'));
create index key_requests_person on credentials.key_requests (environment_id, person_id) where status = 'open';

-- Behind which link an extract is downloaded.
alter table data_audits.placements add column link_id uuid;

-- The person behind a session, before any scope is known: with the roles of those for whom they act today. Who has left, or
-- whose last day has passed, hands nothing on.
drop function access.person_by_id(uuid);
create function access.person_by_id(wanted uuid)
  returns table (id uuid, name text, email text, customer_id uuid, roles text[], own_roles text[], stands_for uuid[])
  language sql stable security definer set search_path = '' as $$
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
$$;
select platform.across_customers('access.person_by_id(uuid)');

-- Sessions end with the right to sign in, and begin for nobody without it.
create or replace function access.mirror_person() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into auth."user" (id, name, email, "emailVerified") values (new.id::text, new.name, new.email, true)
  on conflict (id) do update set name = excluded.name, email = excluded.email, "updatedAt" = now();
  if not new.active or (tg_op = 'UPDATE' and (not old.active
      or not access.is_within('-infinity', coalesce(old.last_day, 'infinity'), coalesce(old.last_day_zone, 'UTC')))) then
    delete from auth.session where "userId" = new.id::text;
  end if;
  return null;
end $$;

drop function credentials.key_requests_across_customers(text, int);
