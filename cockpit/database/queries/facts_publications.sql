SELECT p.oid::bigint AS oid,
       p.pubname AS name,
       (SELECT coalesce(json_agg(r.prrelid::bigint), '[]')
          FROM pg_catalog.pg_publication_rel r
         WHERE r.prpubid = p.oid) AS tables
  FROM pg_catalog.pg_publication p
 ORDER BY p.oid
