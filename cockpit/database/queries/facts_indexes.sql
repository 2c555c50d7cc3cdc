SELECT i.indexrelid::bigint AS oid,
       i.indrelid::bigint AS table,
       m.amname AS method,
       i.indisunique AS unique,
       i.indisprimary AS primary,
       i.indisexclusion AS exclusion,
       i.indisvalid AS valid,
       pg_catalog.string_to_array(i.indkey::text, ' ')::int[] AS columns,
       i.indnkeyatts AS keys,
       pg_catalog.string_to_array(i.indclass::text, ' ')::bigint[] AS classes,
       pg_catalog.string_to_array(i.indcollation::text, ' ')::bigint[] AS collations,
       pg_catalog.pg_get_expr(i.indexprs, i.indrelid) AS expressions,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       (SELECT coalesce(json_agg(DISTINCT d.refobjsubid), '[]')
          FROM pg_catalog.pg_depend d
         WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid
           AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = i.indrelid
           AND d.refobjsubid > 0) AS uses,
       i.indisclustered AS clustered,
       coalesce((SELECT h.inhparent FROM pg_catalog.pg_inherits h
                  WHERE h.inhrelid = i.indexrelid), 0)::bigint AS parent
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_am m ON m.oid = c.relam
 WHERE i.indexrelid >= 16384 AND n.nspname NOT IN ('information_schema', 'pg_toast')
   AND (n.nspname !~ '^pg_(toast_)?temp_' OR n.oid = pg_catalog.pg_my_temp_schema())
 ORDER BY i.indexrelid
