SELECT p.oid::bigint AS oid,
       n.nspname AS schema,
       p.proname AS name,
       p.prokind AS kind,
       l.lanname AS language,
       p.provolatile AS volatility,
       p.proisstrict AS strict,
       p.proretset AS returns_set,
       p.prosecdef OR p.proconfig IS NOT NULL AS confined,
       pg_catalog.string_to_array(nullif(p.proargtypes::text, ''), ' ')::bigint[] AS arguments,
       array_to_json(p.proargnames) AS names,
       p.pronargdefaults AS optional,
       p.provariadic <> 0 AS variadic,
       p.prorettype::bigint AS result,
       CASE WHEN n.nspname <> 'pg_catalog' AND l.lanname IN ('sql', 'plpgsql')
            THEN coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) ELSE '' END AS body
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
 WHERE n.nspname <> 'information_schema'
   AND (p.provolatile = 'v' OR (n.nspname <> 'pg_catalog' AND l.lanname IN ('sql', 'plpgsql')))
 ORDER BY p.oid
