SELECT a.pid, coalesce(a.usename::text, '?'),
       coalesce(nullif(a.application_name, ''), nullif(a.backend_type, 'client backend'), ''),
       coalesce(host(a.client_addr), a.client_hostname), coalesce(a.state, 'unknown'),
       extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8,
       coalesce(a.query, '')
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid <> pg_catalog.pg_backend_pid()
