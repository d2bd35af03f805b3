-- When a receiver had the same message twice and applied it once, under which configuration.
alter table webhooks.receivers
  add column duplicate_fingerprint text,
  add column duplicate_ignored_at timestamptz;
