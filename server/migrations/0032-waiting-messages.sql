-- An inbound change that came before its employee waits for it, for a time.
alter table webhooks.inbound
  add wait_until timestamptz,
  drop constraint inbound_state_check,
  add constraint inbound_state_check check (state in ('received', 'waiting', 'applied', 'stale', 'dead')),
  add constraint inbound_wait check (state <> 'waiting' or wait_until is not null);
drop index webhooks.inbound_turn;
create index inbound_turn on webhooks.inbound (environment_id, number) where state in ('received', 'waiting');

-- Names as people search for them: also by the preferred name with the last name.
alter table payroll.person_details alter column name_folded set expression as (platform.fold_search(
  first_name || ' ' || last_name || coalesce(' ' || preferred_name || ' ' || last_name, '') || coalesce(' ' || middle_names, '')));
