SELECT d.classid::regclass::text AS catalog,
       d.objid::bigint AS object,
       d.objsubid AS column,
       d.refclassid::regclass::text AS needs_catalog,
       d.refobjid::bigint AS needs,
       d.refobjsubid AS needs_column,
       d.deptype AS kind
  FROM pg_catalog.pg_depend d
 WHERE d.objid >= 16384 OR d.refobjid >= 16384
