-- Certification: the scenarios agreed for each track of an environment, ticked from traffic that was seen in its log.

create schema certification;

create table certification.agreements (
  environment_id uuid not null,
  customer_id uuid not null,
  track text not null check (track in ('web-api', 'file-transfer')),
  scenarios text[] not null check (cardinality(scenarios) between 1 and 10),
  agreed_at timestamptz not null,
  agreed_by text not null,
  primary key (environment_id, track)
);
select platform.protect_environment('certification.agreements');

-- The latest configuration fingerprint of each source (api, endpoint:…, receiver:…, exchange:…).
create table certification.sources (
  environment_id uuid not null,
  customer_id uuid not null,
  source text not null,
  fingerprint text not null,
  seen_at timestamptz not null,
  primary key (environment_id, source)
);
select platform.protect_environment('certification.sources');

create table certification.passes (
  environment_id uuid not null,
  customer_id uuid not null,
  scenario text not null,
  state text not null check (state in ('partly', 'passed')),
  source text,
  source_fingerprint text,
  fingerprint text,
  sentence text not null,
  sequence bigint not null,
  seen_at timestamptz not null,
  primary key (environment_id, scenario)
);
select platform.protect_environment('certification.passes');

create table certification.completions (
  environment_id uuid not null,
  customer_id uuid not null,
  track text not null,
  fingerprint text not null,
  completed_at timestamptz not null,
  primary key (environment_id, track, fingerprint)
);
select platform.protect_environment('certification.completions');

select platform.grant_app('certification');
revoke update, delete on certification.completions from fairlead_app;
