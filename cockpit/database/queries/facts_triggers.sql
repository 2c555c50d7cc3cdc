SELECT t.oid::bigint AS oid,
       t.tgname AS name,
       t.tgrelid::bigint AS table,
       t.tgfoid::bigint AS function,
       t.tgtype AS bits,
       t.tgconstraint::bigint AS constraint,
       t.tgconstrrelid::bigint AS referenced,
       t.tgenabled AS enabled,
       t.tgparentid::bigint AS parent,
       t.tgisinternal AS internal,
       pg_catalog.string_to_array(nullif(t.tgattr::text, ''), ' ')::int[] AS columns
  FROM pg_catalog.pg_trigger t
 ORDER BY t.oid
