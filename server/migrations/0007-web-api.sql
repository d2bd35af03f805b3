-- What was seen for the first time at the Web API. Later calls are counted by fair use and leave no event.

create schema web_api;

create table web_api.operations_seen (
  customer_id uuid not null,
  environment_id uuid not null,
  operation text not null,
  fingerprint text not null,
  key_id uuid not null,
  seen_at timestamptz not null,
  primary key (environment_id, key_id, operation, fingerprint)
);
select platform.protect_environment('web_api.operations_seen');

create table web_api.first_calls (
  customer_id uuid not null,
  environment_id uuid not null,
  key_id uuid not null,
  operation text not null,
  called_at timestamptz not null,
  primary key (environment_id, key_id)
);
select platform.protect_environment('web_api.first_calls');

select platform.grant_app('web_api');
revoke update, delete on all tables in schema web_api from fairlead_app;
