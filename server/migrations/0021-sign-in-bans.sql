-- Who is kept out of the SFTP door, and why sign-ins were refused.

-- Failed sign-ins, counted by network and user name, so that a ban never holds for others of the network. Names that are
-- no account are counted together, under ''.
create table file_exchange.sign_in_failures (
  id uuid not null default uuidv7() unique,
  network text not null,
  user_name text not null,
  points int not null,
  since timestamptz not null,
  last_at timestamptz not null,
  last_address text not null,
  banned_until timestamptz,
  primary key (network, user_name)
);
create index sign_in_failures_banned on file_exchange.sign_in_failures (banned_until) where banned_until is not null;
grant select, insert, update, delete on file_exchange.sign_in_failures to fairlead_app;
grant select on file_exchange.sign_in_failures to fairlead_staff;

-- Sign-ins of an account that were refused, counted by address, reason and key: what its people are helped with.
create table file_exchange.refused_sign_ins (
  environment_id uuid not null,
  customer_id uuid not null,
  account_id uuid not null,
  address text not null,
  reason text not null check (reason in
    ('unknown-key', 'revoked-key', 'algorithm', 'signature', 'address', 'banned', 'connections')),
  fingerprint text not null,
  times int not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (environment_id, account_id, address, reason, fingerprint),
  foreign key (environment_id, account_id) references file_exchange.accounts (environment_id, id)
);
select platform.protect_environment('file_exchange.refused_sign_ins');
grant select, insert, update, delete on file_exchange.refused_sign_ins to fairlead_app;
grant select on file_exchange.refused_sign_ins to fairlead_staff;

-- The account of a user name, its key of a fingerprint if there is one, and the ban on its sign-ins from a network.
drop function file_exchange.find_login(text, text);
create function file_exchange.find_sign_in(login_name text, key_fingerprint text, from_network text)
  returns table (
    customer_id uuid, environment_id uuid, account_id uuid, allowed_addresses text[], key_id uuid, public_key text,
    is_revoked boolean, banned_until timestamptz)
  language sql stable security definer set search_path = '' as $$
  select a.customer_id, a.environment_id, a.id, a.allowed_addresses, k.id, k.public_key, k.revoked_at is not null,
         f.banned_until
  from (select login_name as user_name) asked
  left join file_exchange.accounts a on a.user_name = asked.user_name
  left join lateral (
    select one.id, one.public_key, one.revoked_at from file_exchange.account_keys one
    where one.environment_id = a.environment_id and one.account_id = a.id and one.fingerprint = key_fingerprint
    order by one.revoked_at desc nulls first limit 1) k on true
  left join file_exchange.sign_in_failures f
    on f.network = from_network and f.user_name = coalesce(a.user_name, '')
$$;
select platform.across_customers('file_exchange.find_sign_in(text,text,text)');
