SELECT a.pid, coalesce(a.usename::text, '?'),
       -- Without pg_read_all_stats the type is hidden, but not that it vacuums and has no user.
       coalesce(nullif(a.application_name, ''), nullif(a.backend_type, 'client backend'),
                CASE WHEN a.usesysid IS NULL AND a.pid IN (
                       SELECT v.pid FROM pg_catalog.pg_stat_progress_vacuum v UNION ALL
                       SELECT v.pid FROM pg_catalog.pg_stat_progress_analyze v)
                     THEN 'autovacuum worker' END, ''),
       coalesce(host(a.client_addr), a.client_hostname), coalesce(a.state, 'hidden'),
       extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8,
       coalesce(nullif(a.query, '<insufficient privilege>'), ''),
       -- What pg_terminate_backend asks for: https://www.postgresql.org/docs/current/functions-admin.html
       CASE WHEN me.rolsuper THEN true WHEN they.rolsuper THEN false
            ELSE pg_catalog.pg_has_role('pg_signal_backend', 'USAGE')
                 OR coalesce(pg_catalog.pg_has_role(a.usesysid, 'USAGE'), false) END
  FROM pg_catalog.pg_stat_activity a
  JOIN pg_catalog.pg_roles me ON me.rolname = current_user
  LEFT JOIN pg_catalog.pg_roles they ON they.oid = a.usesysid
 WHERE a.pid <> pg_catalog.pg_backend_pid()
