SELECT p.oid::bigint AS oid, p.polname AS name, p.polrelid::bigint AS table
  FROM pg_catalog.pg_policy p
 ORDER BY p.oid
