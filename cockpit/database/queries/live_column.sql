WITH subject AS (
  SELECT c.*, n.nspname, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity,
         a.attgenerated, a.attcollation, a.attstorage, a.attcompression, a.attstattarget,
         a.attoptions, a.attacl, a.attinhcount, t.typcollation, t.typstorage,
         pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS written, d.oid AS default_oid
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a
      ON a.attrelid = c.oid AND a.attname = %(column)s AND NOT a.attisdropped AND a.attnum > 0
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.oid = %(table)s::oid AND c.relkind IN ('r', 'p')
), dependents AS (
  SELECT d.classid, d.objid, d.objsubid
    FROM pg_catalog.pg_depend d JOIN subject s
      ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.oid
     AND d.refobjsubid = s.attnum
), indexes AS (
  SELECT x.*, k.conname, k.contype, k.condeferrable, k.condeferred, k.oid AS constraint_oid
    FROM pg_catalog.pg_index x JOIN subject s ON x.indrelid = s.oid
    LEFT JOIN pg_catalog.pg_constraint k
      ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
   WHERE s.attnum = ANY (x.indkey)
      OR EXISTS (SELECT FROM dependents d
                  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = x.indexrelid)
), constraints AS (
  SELECT k.*, k.contype = 'f' AND k.confrelid = s.oid AND s.attnum = ANY (k.confkey) AS refers_here
    FROM pg_catalog.pg_constraint k, subject s
   WHERE k.contype IN ('c', 'f') AND k.conparentid = 0 AND k.conislocal
     AND ((k.conrelid = s.oid AND s.attnum = ANY (k.conkey))
       OR (k.confrelid = s.oid AND s.attnum = ANY (k.confkey)))
), extended AS (
  SELECT e.* FROM pg_catalog.pg_statistic_ext e JOIN subject s ON e.stxrelid = s.oid
   WHERE s.attnum = ANY (e.stxkeys)
      OR EXISTS (SELECT FROM dependents d
                  WHERE d.classid = 'pg_catalog.pg_statistic_ext'::regclass AND d.objid = e.oid)
), carried AS (
  SELECT 'pg_catalog.pg_class'::regclass AS classid, indexrelid AS objid FROM indexes
  UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, constraint_oid FROM indexes
  UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, oid FROM constraints
  UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, oid FROM extended
  UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass, default_oid FROM subject
)
SELECT json_build_object(
  'schema', s.nspname, 'table', s.relname, 'name', s.attname,
  'type', pg_catalog.format_type(s.atttypid, s.atttypmod), 'partitioned', s.relkind = 'p',
  'major', pg_catalog.current_setting('server_version_num')::int / 10000,
  'not_null', s.attnotnull,
  'default', CASE WHEN s.attgenerated = '' THEN s.written END,
  'identity', CASE s.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' ELSE '' END,
  'generated', s.attgenerated <> '',
  'collation', CASE WHEN s.attcollation <> s.typcollation
                    THEN (SELECT pg_catalog.format('%%I.%%I', n.nspname, l.collname)
                            FROM pg_catalog.pg_collation l
                            JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
                           WHERE l.oid = s.attcollation) END,
  'storage', CASE WHEN s.attstorage <> s.typstorage
                  THEN CASE s.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                                         WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END ELSE '' END,
  'compression', CASE s.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE '' END,
  'statistics', NULLIF(s.attstattarget::int, -1),
  'options', coalesce(to_json(s.attoptions), '[]'),
  'comment', pg_catalog.col_description(s.oid, s.attnum),
  'parent', coalesce((SELECT h.inhparent::regclass::text FROM pg_catalog.pg_inherits h
                       WHERE h.inhrelid = s.oid AND (s.relispartition OR s.attinhcount > 0)
                       ORDER BY h.inhseqno LIMIT 1), ''),
  'divides', EXISTS (SELECT FROM pg_catalog.pg_partitioned_table p
                      WHERE p.partrelid = s.oid
                        AND (s.attnum = ANY (p.partattrs)
                          OR pg_catalog.pg_get_expr(p.partexprs, p.partrelid) ~*
                             ('\y' || s.attname || '\y'))),
  'key', (SELECT coalesce((SELECT (
                   SELECT json_agg(pg_catalog.quote_ident(a.attname) ORDER BY u.place)
                     FROM pg_catalog.unnest(x.indkey::int2[]) WITH ORDINALITY u (number, place)
                     JOIN pg_catalog.pg_attribute a
                       ON a.attrelid = s.oid AND a.attnum = u.number
                    WHERE u.place <= x.indnkeyatts)
            FROM pg_catalog.pg_index x
           WHERE x.indrelid = s.oid AND x.indisunique AND x.indisvalid AND x.indimmediate
             AND x.indpred IS NULL AND x.indexprs IS NULL
             AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                              WHERE a.attrelid = s.oid AND a.attnum = ANY (x.indkey)
                                AND NOT a.attnotnull)
           ORDER BY x.indisprimary DESC, x.indnkeyatts, x.indexrelid LIMIT 1), '[]')),
  'sequence', (SELECT json_build_object(
                        'schema', n.nspname, 'name', c.relname, 'type', q.seqtypid::regtype::text,
                        'options', pg_catalog.format(
                          'START WITH %%s INCREMENT BY %%s%%s%%s CACHE %%s%%s',
                          q.seqstart, q.seqincrement,
                          CASE WHEN q.seqmin <> 1 THEN ' MINVALUE ' || q.seqmin ELSE '' END,
                          CASE WHEN q.seqmax NOT IN (32767, 2147483647, 9223372036854775807)
                               THEN ' MAXVALUE ' || q.seqmax ELSE '' END,
                          q.seqcache, CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END),
                        'grants', (SELECT coalesce(json_agg(json_build_object(
                                            'privilege', g.privilege_type,
                                            'grantee', CASE g.grantee WHEN 0 THEN 'PUBLIC'
                                              ELSE pg_catalog.quote_ident(
                                                pg_catalog.pg_get_userbyid(g.grantee)) END,
                                            'grantable', g.is_grantable)
                                          ORDER BY g.grantee, g.privilege_type), '[]')
                                     FROM pg_catalog.aclexplode(c.relacl) g
                                    WHERE g.grantee <> c.relowner),
                        'comment', pg_catalog.obj_description(c.oid, 'pg_class'))
                 FROM dependents d
                 JOIN pg_catalog.pg_class c
                   ON d.classid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objid
                  AND c.relkind = 'S'
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 JOIN pg_catalog.pg_sequence q ON q.seqrelid = c.oid
                ORDER BY c.oid LIMIT 1),
  'grants', (SELECT coalesce(json_agg(json_build_object(
                      'privilege', g.privilege_type,
                      'grantee', CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(
                                   pg_catalog.pg_get_userbyid(g.grantee)) END,
                      'grantable', g.is_grantable) ORDER BY g.grantee, g.privilege_type), '[]')
               FROM pg_catalog.aclexplode(s.attacl) g),
  'indexes', (SELECT coalesce(json_agg(json_build_object(
                       'schema', n.nspname, 'name', c.relname,
                       'definition', pg_catalog.pg_get_indexdef(x.indexrelid),
                       'constraint', coalesce(x.contype::text, ''),
                       'deferrable', CASE WHEN x.condeferred THEN 'DEFERRABLE INITIALLY DEFERRED'
                                          WHEN x.condeferrable THEN 'DEFERRABLE' ELSE '' END,
                       'unique', x.indisunique, 'clustered', x.indisclustered,
                       'identifies', x.indisreplident,
                       'comment', pg_catalog.obj_description(x.indexrelid, 'pg_class'),
                       'constraint_comment',
                         pg_catalog.obj_description(x.constraint_oid, 'pg_constraint'))
                       ORDER BY x.indexrelid), '[]')
                FROM indexes x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE x.indisvalid),
  'constraints', (SELECT coalesce(json_agg(json_build_object(
                           'schema', n.nspname, 'table', c.relname, 'name', k.conname,
                           'kind', k.contype, 'refers_here', k.refers_here,
                           'partitioned', c.relkind = 'p',
                           'definition', pg_catalog.pg_get_constraintdef(k.oid),
                           'comment', pg_catalog.obj_description(k.oid, 'pg_constraint'))
                           ORDER BY k.oid), '[]')
                    FROM constraints k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace),
  'extended', (SELECT coalesce(json_agg(json_build_object(
                        'schema', n.nspname, 'name', e.stxname,
                        'definition', pg_catalog.pg_get_statisticsobjdef(e.oid),
                        'target', NULLIF(e.stxstattarget::int, -1),
                        'comment', pg_catalog.obj_description(e.oid, 'pg_statistic_ext'))
                        ORDER BY e.oid), '[]')
                 FROM extended e JOIN pg_catalog.pg_namespace n ON n.oid = e.stxnamespace),
  'others', (SELECT coalesce(json_agg(DISTINCT coalesce(
                      CASE WHEN r.rulename = '_RETURN'
                           THEN CASE v.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END
                                || v.oid::regclass::text END,
                      pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid))), '[]')
               FROM dependents d
               LEFT JOIN pg_catalog.pg_rewrite r
                 ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
               LEFT JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
              WHERE NOT EXISTS (SELECT FROM carried b
                                 WHERE b.classid = d.classid AND b.objid = d.objid)
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_class q
                                 WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                   AND q.oid = d.objid AND q.relkind = 'S')
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                                 WHERE d.classid = 'pg_catalog.pg_constraint'::regclass
                                   AND k.oid = d.objid AND (k.conparentid <> 0 OR k.contype = 'n'))),
  'partitions', (SELECT coalesce(json_agg(json_build_object(
                          'schema', n.nspname, 'name', c.relname, 'parent_schema', m.nspname,
                          'parent', o.relname, 'leaf', p.isleaf) ORDER BY p.level, c.oid), '[]')
                   FROM pg_catalog.pg_partition_tree(s.oid) p
                   JOIN pg_catalog.pg_class c ON c.oid = p.relid
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                   JOIN pg_catalog.pg_class o ON o.oid = p.parentrelid
                   JOIN pg_catalog.pg_namespace m ON m.oid = o.relnamespace
                  WHERE p.level > 0))
  FROM subject s
