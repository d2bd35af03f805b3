-- The time that a customer gave a file they put here, as clients do that keep times; null: when it was received.
alter table file_exchange.files add column set_modified_at timestamptz;
