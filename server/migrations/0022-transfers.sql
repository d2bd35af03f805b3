-- How a transfer came, what shows that it is whole, and what took its place.

alter table file_exchange.transfers
  -- Put under its name, or renamed to it at the end.
  add arrival text not null default 'upload' check (arrival in ('upload', 'rename')),
  add key_id uuid,
  -- What showed that no byte is missing; null when nothing did.
  add vouched_by text check (vouched_by in ('sha256', 'rows', 'rename')),
  -- The held transfer of the same name whose place this one took, and how the two differ.
  add supersedes uuid,
  add difference jsonb,
  add superseded_by uuid,
  drop constraint transfers_state_check,
  add constraint transfers_state_check check (state in
    ('received', 'checking', 'held', 'applying', 'applied', 'validated', 'rejected', 'duplicate', 'superseded'));
create index transfers_name on file_exchange.transfers (environment_id, exchange_id, file_name);

-- The time and number that files of an exchange may not go behind; null until a file was applied.
alter table file_exchange.exchanges add order_mark text;
