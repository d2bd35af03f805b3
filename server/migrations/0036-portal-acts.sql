-- How much of each kind one person of a customer did in the hour that counts now: a row for each person and kind, and no more.
create table platform.portal_acts (
  customer_id uuid not null,
  person_id uuid not null,
  kind text not null,
  hour timestamptz not null,
  acts int not null,
  primary key (customer_id, person_id, kind)
);
select platform.protect_customer('platform.portal_acts');
grant select, insert, update, delete on platform.portal_acts to fairlead_app;
grant select on platform.portal_acts to fairlead_staff;
