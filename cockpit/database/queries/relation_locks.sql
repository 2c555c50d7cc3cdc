SELECT n.nspname || '.' || c.relname, l.mode,
       a.pid, coalesce(a.usename::text, '?'), coalesce(a.application_name, ''),
       coalesce(host(a.client_addr), a.client_hostname), coalesce(a.state, 'hidden'),
       extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8,
       coalesce(nullif(a.query, '<insufficient privilege>'), '')
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.granted AND l.locktype = 'relation' AND l.pid <> pg_catalog.pg_backend_pid()
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND n.nspname || '.' || c.relname = ANY (%s)
 ORDER BY a.xact_start NULLS LAST
