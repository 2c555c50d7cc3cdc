SELECT r.oid::bigint AS oid,
       r.rulename AS name,
       r.ev_class::bigint AS table,
       CASE r.ev_type WHEN '1' THEN 'SELECT' WHEN '2' THEN 'UPDATE'
                      WHEN '3' THEN 'INSERT' ELSE 'DELETE' END AS event,
       r.is_instead AS instead,
       pg_catalog.pg_get_ruledef(r.oid) AS definition
  FROM pg_catalog.pg_rewrite r
 WHERE r.rulename <> '_RETURN' AND r.oid >= 16384
 ORDER BY r.oid
