SELECT t.oid::bigint AS oid,
       n.nspname AS schema,
       t.typname AS name,
       t.typtype AS kind,
       t.typbasetype::bigint AS base,
       t.typtypmod AS typmod,
       t.typnotnull AS not_null,
       t.typrelid::bigint AS relation,
       CASE WHEN t.typcategory = 'A' THEN t.typelem::bigint ELSE 0 END AS element,
       t.typarray::bigint AS array,
       t.typcollation::bigint AS collation,
       t.typdefault AS default
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE n.nspname NOT IN ('information_schema', 'pg_toast')
 ORDER BY t.oid
