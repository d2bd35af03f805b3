-- Which of these objects rows name, and which of them work still waits for.
create or replace function documents.objects_in_use(keys text[])
  returns table (object_key text, is_needed boolean)
  language sql stable security definer set search_path = '' as $$
  select distinct v.pdf_key, false from documents.versions v where v.pdf_key = any (keys)
$$;
select platform.across_customers('documents.objects_in_use(text[])');
