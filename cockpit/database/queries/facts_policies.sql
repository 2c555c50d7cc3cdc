SELECT p.oid::bigint AS oid,
       p.polname AS name,
       p.polrelid::bigint AS table,
       p.polcmd AS command,
       ARRAY(SELECT pg_catalog.pg_get_userbyid(r) FROM unnest(p.polroles) r WHERE r <> 0) AS roles,
       array_remove(ARRAY[pg_catalog.pg_get_expr(p.polqual, p.polrelid),
                          pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)], NULL) AS conditions
  FROM pg_catalog.pg_policy p
 ORDER BY p.oid
