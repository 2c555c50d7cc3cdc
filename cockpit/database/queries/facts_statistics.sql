SELECT s.oid::bigint AS oid, n.nspname AS schema, s.stxname AS name, s.stxrelid::bigint AS table
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
 ORDER BY s.oid
