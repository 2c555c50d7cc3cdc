SELECT 'pg_namespace' AS catalog, oid::bigint AS oid, nspname AS name
  FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
 UNION ALL
SELECT 'pg_extension', oid::bigint, extname FROM pg_catalog.pg_extension
 UNION ALL
SELECT 'pg_foreign_server', oid::bigint, srvname FROM pg_catalog.pg_foreign_server
 UNION ALL
SELECT 'pg_foreign_data_wrapper', oid::bigint, fdwname FROM pg_catalog.pg_foreign_data_wrapper
 UNION ALL
SELECT 'pg_language', oid::bigint, lanname FROM pg_catalog.pg_language
 UNION ALL
SELECT 'pg_am', oid::bigint, amname FROM pg_catalog.pg_am
 UNION ALL
SELECT 'pg_collation', oid::bigint, collname FROM pg_catalog.pg_collation
 WHERE oid >= 16384 OR collname IN ('C', 'POSIX', 'default', 'ucs_basic', 'unicode', 'pg_c_utf8')
 UNION ALL
SELECT 'pg_event_trigger', oid::bigint, evtname FROM pg_catalog.pg_event_trigger
