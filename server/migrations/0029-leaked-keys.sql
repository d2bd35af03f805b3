-- When and where an API key was last seen in a request's address or body, where no key belongs.
alter table credentials.api_keys
  add column leaked_at timestamptz,
  add column leaked_in text,
  add check ((leaked_at is null) = (leaked_in is null));
