-- The download behind a token, before it is known whose it is.
create or replace function data_audits.placement_by_token(wanted bytea)
  returns table (customer_id uuid, environment_id uuid, id uuid)
  language sql stable security definer set search_path = '' as $$
  select p.customer_id, p.environment_id, p.id from data_audits.placements p where p.token_hash = wanted
$$;
select platform.across_customers('data_audits.placement_by_token(bytea)');
