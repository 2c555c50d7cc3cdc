SELECT a.pid, coalesce(a.usename::text, '?'),
       -- Without pg_read_all_stats the type is hidden, but not that it vacuums and has no user.
       coalesce(nullif(a.application_name, ''), nullif(a.backend_type, 'client backend'),
                CASE WHEN a.usesysid IS NULL AND a.pid IN (
                       SELECT v.pid FROM pg_catalog.pg_stat_progress_vacuum v UNION ALL
                       SELECT v.pid FROM pg_catalog.pg_stat_progress_analyze v)
                     THEN 'autovacuum worker' END, ''),
       coalesce(host(a.client_addr), a.client_hostname), coalesce(a.state, 'unknown'),
       extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8,
       coalesce(a.query, '')
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid <> pg_catalog.pg_backend_pid()
