-- Which customers an e-mail address belongs to: a contact's own address, or the domain of one.
create or replace function customers.find_by_email(address text)
  returns table (customer_id uuid, contact_id uuid, person_id uuid, matched_by text)
  language sql stable security definer set search_path = '' as $$
  select c.customer_id, c.id, c.person_id, 'contact' from customers.contacts c
  where c.email = lower(address) and c.removed_at is null
  union all
  select c.id, null, null, 'domain' from customers.customers c
  where split_part(lower(address), '@', 2) = any (c.domains)
    and not exists (select from customers.contacts x where x.email = lower(address) and x.removed_at is null)
$$;
select platform.across_customers('customers.find_by_email(text)');
