-- The forms in which text is compared; contract/text.ts holds the same ones for TypeScript, and a test compares them.

-- Keys and codes: NFKC, lower case, white space folded. Kept in a column of its own, with a unique index.
create function platform.fold_code(text text) returns text language sql immutable strict parallel safe
  as $$ select trim(both ' ' from regexp_replace(
    lower(normalize(text, nfkc) collate pg_catalog.pg_unicode_fast), '\s+', ' ', 'g')) $$;

-- Two keys that look the same to a person have the same loose key: no punctuation, no zeros at the start of digits.
create function platform.loose_key(text text) returns text language sql immutable strict parallel safe
  as $$ select regexp_replace(
    regexp_replace(platform.fold_code(text), '[ !-/:-@\[-`{-~’‘´]', '', 'g'), '(?<![0-9])0+(?=[0-9])', '', 'g') $$;

-- Searches: without accents and macrons, lower case, white space folded.
create function platform.fold_search(text text) returns text language sql immutable strict parallel safe
  as $$ select trim(both ' ' from regexp_replace(translate(lower(regexp_replace(
    normalize(text, nfkd), '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g')
    collate pg_catalog.pg_unicode_fast), 'øđłħıß', 'odlhis'), '\s+', ' ', 'g')) $$;

grant execute on function platform.fold_code(text), platform.loose_key(text), platform.fold_search(text)
  to fairlead_app, fairlead_staff;
