SELECT n.nspname || '.' || c.relname,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                      WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence'
                      WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'c' THEN 'type'
                      ELSE 'table' END,
       CASE WHEN c.relkind IN ('r', 'm', 'p', 't', 'S', 'i')
            THEN pg_catalog.pg_total_relation_size(c.oid) END,
       CASE WHEN c.reltuples >= 0 AND c.relkind IN ('r', 'm', 'p', 't', 'f')
            THEN c.reltuples::bigint END,
       s.seq_scan + coalesce(s.idx_scan, 0) + s.n_tup_ins + s.n_tup_upd + s.n_tup_del
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
 WHERE n.nspname || '.' || c.relname = ANY (%s)
