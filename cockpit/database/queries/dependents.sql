WITH RECURSIVE subject AS (
  SELECT %(catalog)s::regclass::oid AS classid, %(object)s::oid AS objid,
         coalesce((SELECT a.attnum FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = %(object)s::oid AND a.attname = %(column)s
                      AND NOT a.attisdropped), 0)::int AS objsubid
), found (classid, objid, objsubid, deptype, depth) AS (
  SELECT d.classid, d.objid, d.objsubid, d.deptype::text, 1
    FROM pg_catalog.pg_depend d JOIN subject s
      ON d.refclassid = s.classid AND d.refobjid = s.objid
     AND (s.objsubid = 0 OR d.refobjsubid = s.objsubid)
   WHERE d.deptype IN ('n', 'a')
  UNION
  SELECT d.classid, d.objid, d.objsubid, 'n', f.depth + 1
    FROM found f
    JOIN pg_catalog.pg_rewrite r
      ON f.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = f.objid
    JOIN pg_catalog.pg_depend d
      ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = r.ev_class
     AND d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid <> r.oid
   WHERE d.deptype = 'n' AND f.depth < 20
)
SELECT DISTINCT CASE
         WHEN r.oid IS NOT NULL AND r.rulename = '_RETURN'
         THEN CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END
              || n.nspname || '.' || c.relname
         ELSE pg_catalog.pg_describe_object(f.classid, f.objid, f.objsubid) END,
       bool_or(f.deptype = 'a')
  FROM found f
  LEFT JOIN pg_catalog.pg_rewrite r
    ON f.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = f.objid
  LEFT JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT (f.classid = 'pg_catalog.pg_rewrite'::regclass AND r.rulename = '_RETURN'
            AND r.ev_class = %(object)s::oid)
   AND NOT (f.classid = 'pg_catalog.pg_class'::regclass AND f.objid = %(object)s::oid)
   AND NOT (f.classid = 'pg_catalog.pg_type'::regclass AND f.objid IN (
              SELECT t.oid FROM pg_catalog.pg_type t WHERE t.typrelid = %(object)s::oid))
 GROUP BY 1
 ORDER BY 1
