SELECT c.oid::bigint AS oid,
       n.nspname AS schema,
       c.relname AS name,
       c.relkind AS kind,
       c.relpersistence AS persistence,
       c.reltype::bigint AS row_type,
       c.reloftype::bigint AS of_type,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       coalesce(m.amname, '') AS access_method,
       coalesce(s.spcname, '') AS tablespace,
       c.relispartition AS partition,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
       c.relpages AS pages,
       c.reltuples AS rows,
       CASE WHEN c.relkind IN ('r', 'm') AND c.reltuples <= 0
             -- A size takes ACCESS SHARE for a moment: who would have to wait for it does not ask.
             AND c.oid NOT IN (SELECT l.relation FROM pg_catalog.pg_locks l
                                WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock')
            THEN pg_catalog.pg_relation_size(c.oid) END AS bytes,
       c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS binds_owner,
       coalesce('security_invoker=true' = ANY (c.reloptions), false) AS asks_as_reader,
       c.relispopulated AS populated,
       (SELECT json_build_array(q.seqmin, q.seqmax)
          FROM pg_catalog.pg_sequence q
         WHERE q.seqrelid = c.oid) AS range,
       (SELECT json_build_object(
                 'strategy', p.partstrat,
                 'columns', pg_catalog.string_to_array(p.partattrs::text, ' ')::int[],
                 'written', pg_catalog.pg_get_partkeydef(c.oid),
                 'usual', NOT EXISTS (
                     SELECT FROM pg_catalog.unnest(p.partclass::oid[]) k(class)
                      WHERE k.class >= 16384)
                   AND NOT EXISTS (
                     SELECT FROM pg_catalog.unnest(p.partcollation::oid[]) k(collation_oid)
                       JOIN pg_catalog.pg_collation l ON l.oid = k.collation_oid
                      WHERE NOT l.collisdeterministic))
          FROM pg_catalog.pg_partitioned_table p
         WHERE p.partrelid = c.oid) AS key,
       (SELECT json_agg(json_build_object(
                 'number', a.attnum,
                 'name', a.attname,
                 'type', a.atttypid::bigint,
                 'typmod', a.atttypmod,
                 'collation', a.attcollation::bigint,
                 'not_null', a.attnotnull,
                 'default', pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                 'generated', a.attgenerated,
                 'identity', a.attidentity,
                 'local', a.attislocal,
                 'ancestors', a.attinhcount) ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
          LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND c.relkind NOT IN ('i', 'I')) AS columns
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
  LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
 WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v', 'S', 'c', 'i', 'I')
   AND c.oid >= 16384 AND n.nspname NOT IN ('information_schema', 'pg_toast')
   AND (n.nspname !~ '^pg_(toast_)?temp_' OR n.oid = pg_catalog.pg_my_temp_schema())
 ORDER BY c.oid
