SELECT o.oid::bigint AS oid,
       o.opcname AS name,
       m.amname AS method,
       o.opcintype::bigint AS type,
       o.opcfamily::bigint AS family,
       o.opcdefault AS default
  FROM pg_catalog.pg_opclass o
  JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
 ORDER BY o.oid
