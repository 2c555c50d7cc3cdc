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
       t.tgdeferrable AS deferrable,
       t.tginitdeferred AS deferred,
       CASE WHEN t.tgqual IS NOT NULL THEN pg_catalog.pg_get_triggerdef(t.oid) END AS condition,
       CASE WHEN t.tgnargs > 0 THEN
            (pg_catalog.string_to_array(pg_catalog.encode(t.tgargs, 'escape'), '\000'))[:t.tgnargs]
            END AS arguments,
       pg_catalog.string_to_array(nullif(t.tgattr::text, ''), ' ')::int[] AS columns
  FROM pg_catalog.pg_trigger t
 ORDER BY t.oid
