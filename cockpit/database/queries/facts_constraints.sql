SELECT c.oid::bigint AS oid,
       c.conname AS name,
       c.contype AS kind,
       c.conrelid::bigint AS table,
       c.contypid::bigint AS domain,
       coalesce(array_to_json(c.conkey), '[]') AS columns,
       CASE WHEN c.conrelid <> 0 THEN pg_catalog.pg_get_expr(c.conbin, c.conrelid)
            ELSE pg_catalog.pg_get_constraintdef(c.oid) END AS expression,
       c.convalidated AS valid,
       coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true) AS enforced,
       c.connoinherit AS no_inherit,
       c.conislocal AS local,
       c.coninhcount AS ancestors,
       c.conindid::bigint AS index,
       c.confrelid::bigint AS references,
       coalesce(array_to_json(c.confkey), '[]') AS referenced_columns,
       c.confupdtype AS on_update,
       c.confdeltype AS on_delete,
       c.conparentid::bigint AS parent,
       c.condeferrable AS deferrable,
       c.condeferred AS deferred
  FROM pg_catalog.pg_constraint c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
 WHERE c.oid >= 16384 AND n.nspname <> 'information_schema'
 ORDER BY c.oid
