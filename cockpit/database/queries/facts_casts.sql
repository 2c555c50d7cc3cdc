SELECT c.castsource::bigint AS source,
       c.casttarget::bigint AS target,
       c.castmethod AS method,
       c.castcontext AS context,
       coalesce(p.proname, '') AS function
  FROM pg_catalog.pg_cast c
  LEFT JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
 ORDER BY c.oid
