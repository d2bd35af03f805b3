-- Links that sign a person in, once, on a press. `created_at` goes by the clock that tests can move, as the moment at which a
-- right is lost does; `expires_at` by the machine's.
create table access.sign_in_links (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique check (length(token_hash) = 32),
  person_id uuid not null references access.people (id),
  -- From where it was asked for: the network of an address.
  network text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_links_person on access.sign_in_links (person_id, expires_at);
grant select, insert, update, delete on access.sign_in_links to fairlead_app;
grant select on access.sign_in_links to fairlead_staff;
