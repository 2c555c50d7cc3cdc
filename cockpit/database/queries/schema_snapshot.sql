WITH members AS MATERIALIZED (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'
), ours AS MATERIALIZED (
  SELECT n.oid, n.nspname, n.nspowner
    FROM pg_catalog.pg_namespace n
   WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'cockpit',
                           'cockpit_attic', 'sqitch', 'pgroll', 'drizzle',
                           'atlas_schema_revisions')
     AND n.nspname !~ '^pg_(toast_)?temp_'
     AND NOT EXISTS (SELECT FROM members m
                      WHERE m.classid = 'pg_catalog.pg_namespace'::regclass AND m.objid = n.oid)
), relations AS MATERIALIZED (
  SELECT c.*, pg_catalog.format('%I.%I', o.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c JOIN ours o ON o.oid = c.relnamespace
   WHERE c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
     AND NOT (c.relkind = 'r' AND c.relname IN (
       'schema_migrations', 'ar_internal_metadata', 'goose_db_version', 'flyway_schema_history',
       'schema_version', 'databasechangelog', 'databasechangeloglock', 'alembic_version',
       'django_migrations', '_prisma_migrations', '_sqlx_migrations', '__diesel_schema_migrations',
       'refinery_schema_history', 'knex_migrations', 'knex_migrations_lock', 'SequelizeMeta',
       '__EFMigrationsHistory', 'atlas_schema_revisions', 'gorp_migrations', 'yoyo_lock',
       '_yoyo_migration', '_yoyo_log', '_yoyo_version', 'migratus_schema_migrations',
       'phinxlog', 'doctrine_migration_versions', 'typeorm_migrations', 'pgmigrations'))
     -- TypeORM's, by its shape: the name alone may be anybody's.
     AND NOT (c.relkind = 'r' AND c.relname = 'migrations' AND ARRAY['id', 'name', 'timestamp'] = (
       SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
     AND NOT EXISTS (SELECT FROM members m
                      WHERE (m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
                         OR (m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = c.reltype
                             AND c.relkind = 'c'))
), owned AS MATERIALIZED (
  SELECT d.objid AS sequence, d.refobjid AS relation, a.attname, d.deptype
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE d.classid = 'pg_catalog.pg_class'::regclass
     AND d.refclassid = 'pg_catalog.pg_class'::regclass
     AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
), functions AS MATERIALIZED (
  SELECT p.*, pg_catalog.format('%I.%I(%s)', o.nspname, p.proname,
                                pg_catalog.pg_get_function_identity_arguments(p.oid)) AS name
    FROM pg_catalog.pg_proc p JOIN ours o ON o.oid = p.pronamespace
   WHERE NOT EXISTS (SELECT FROM members m
                      WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
), types AS MATERIALIZED (
  SELECT t.*, pg_catalog.format('%I.%I', o.nspname, t.typname) AS name
    FROM pg_catalog.pg_type t JOIN ours o ON o.oid = t.typnamespace
   WHERE t.typtype IN ('b', 'd', 'e', 'r')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)
     AND NOT EXISTS (SELECT FROM members m
                      WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
)
SELECT 'schema' AS kind, '' AS parent, pg_catalog.quote_ident(o.nspname) AS name,
       json_build_object('owner', pg_catalog.pg_get_userbyid(o.nspowner)) AS parts
  FROM ours o
UNION ALL
SELECT CASE WHEN r.relispartition THEN 'partition' WHEN r.relkind = 'f' THEN 'foreign table'
            ELSE 'table' END,
       '', r.name,
       json_strip_nulls(json_build_object(
         'owner', pg_catalog.pg_get_userbyid(r.relowner),
         'unlogged', CASE r.relpersistence WHEN 'u' THEN 'yes' END,
         'options', pg_catalog.array_to_string(r.reloptions, ', '),
         'row security', CASE WHEN r.relrowsecurity THEN 'yes' END,
         'forced row security', CASE WHEN r.relforcerowsecurity THEN 'yes' END,
         'replica identity', NULLIF(r.relreplident, 'd'),
         'access method', (SELECT NULLIF(m.amname, 'heap') FROM pg_catalog.pg_am m
                            WHERE m.oid = r.relam),
         'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s
                         WHERE s.oid = r.reltablespace),
         'partition by', CASE WHEN r.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(r.oid) END,
         'bound', pg_catalog.pg_get_expr(r.relpartbound, r.oid),
         'of type', NULLIF(r.reloftype, 0)::regtype::text,
         'server', (SELECT s.srvname FROM pg_catalog.pg_foreign_table f
                      JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
                     WHERE f.ftrelid = r.oid),
         'inherits', (SELECT pg_catalog.string_agg(h.inhparent::regclass::text, ', '
                                                   ORDER BY h.inhseqno)
                        FROM pg_catalog.pg_inherits h WHERE h.inhrelid = r.oid)))
  FROM relations r WHERE r.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'column', r.name, pg_catalog.quote_ident(a.attname),
       json_strip_nulls(json_build_object(
         'number', a.attnum,
         'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
         'collate', CASE WHEN a.attcollation <> t.typcollation
                         THEN a.attcollation::regcollation::text END,
         'not null', CASE WHEN a.attnotnull THEN 'yes' END,
         'default', CASE WHEN a.attgenerated = ''
                         THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
         'generated', CASE WHEN a.attgenerated <> ''
                           THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
         'virtual', CASE a.attgenerated WHEN 'v' THEN 'yes' END,
         'identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
         'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END,
         'compression', NULLIF(a.attcompression::text, ''),
         'statistics', NULLIF(a.attstattarget::int, -1),
         'options', pg_catalog.array_to_string(a.attoptions, ', ')))
  FROM relations r
  JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
 WHERE r.relkind IN ('r', 'p', 'f') AND a.attislocal
UNION ALL
SELECT 'constraint', coalesce(r.name, t.name), pg_catalog.quote_ident(k.conname),
       json_strip_nulls(json_build_object(
         'definition', pg_catalog.pg_get_constraintdef(k.oid), 'class', k.contype,
         'enforced', CASE WHEN k.contype = 'f' THEN (
           SELECT CASE WHEN bool_or(g.tgenabled = 'D') THEN 'no'
                       WHEN bool_or(g.tgenabled = 'R') THEN 'on replicas alone'
                       WHEN bool_or(g.tgenabled = 'A') THEN 'always' ELSE 'yes' END
             FROM pg_catalog.pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgisinternal) END,
         'of', CASE WHEN t.oid IS NOT NULL THEN 'domain' END))
  FROM pg_catalog.pg_constraint k
  LEFT JOIN relations r ON r.oid = k.conrelid
  LEFT JOIN types t ON t.oid = k.contypid
 WHERE (r.oid IS NOT NULL OR t.oid IS NOT NULL) AND k.contype IN ('p', 'u', 'f', 'c', 'x')
   AND k.conislocal AND k.conparentid = 0
UNION ALL
SELECT 'index', r.name, pg_catalog.format('%I.%I', o.nspname, c.relname),
       json_strip_nulls(json_build_object(
         'definition', pg_catalog.pg_get_indexdef(i.indexrelid),
         'invalid', CASE WHEN NOT i.indisvalid THEN 'yes' END,
         'replica identity', CASE WHEN i.indisreplident THEN 'yes' END))
  FROM pg_catalog.pg_index i
  JOIN relations r ON r.oid = i.indrelid
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN ours o ON o.oid = c.relnamespace
 WHERE NOT c.relispartition
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                    WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid
                      AND k.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT CASE r.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, '', r.name,
       json_strip_nulls(json_build_object(
         'definition', pg_catalog.pg_get_viewdef(r.oid),
         'options', pg_catalog.array_to_string(r.reloptions, ', '),
         'owner', pg_catalog.pg_get_userbyid(r.relowner)))
  FROM relations r WHERE r.relkind IN ('v', 'm')
UNION ALL
SELECT CASE f.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, '', f.name,
       json_build_object('definition', pg_catalog.pg_get_functiondef(f.oid),
                         'owner', pg_catalog.pg_get_userbyid(f.proowner))
  FROM functions f WHERE f.prokind <> 'a'
UNION ALL
SELECT 'aggregate', '', f.name,
       json_strip_nulls(json_build_object(
         'returns', f.prorettype::regtype::text, 'transition', a.aggtransfn::regproc::text,
         'final', a.aggfinalfn::regproc::text, 'state', a.aggtranstype::regtype::text,
         'initial', a.agginitval, 'owner', pg_catalog.pg_get_userbyid(f.proowner)))
  FROM functions f JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = f.oid
UNION ALL
SELECT 'trigger', r.name, pg_catalog.quote_ident(t.tgname),
       json_strip_nulls(json_build_object(
         'definition', pg_catalog.pg_get_triggerdef(t.oid),
         'enabled', CASE t.tgenabled WHEN 'D' THEN 'no' WHEN 'A' THEN 'always'
                                     WHEN 'R' THEN 'replica' END))
  FROM pg_catalog.pg_trigger t JOIN relations r ON r.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'rule', r.name, pg_catalog.quote_ident(u.rulename),
       json_build_object('definition', pg_catalog.pg_get_ruledef(u.oid))
  FROM pg_catalog.pg_rewrite u JOIN relations r ON r.oid = u.ev_class
 WHERE u.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', r.name, pg_catalog.quote_ident(p.polname),
       json_strip_nulls(json_build_object(
         'restrictive', CASE WHEN NOT p.polpermissive THEN 'yes' END,
         'for', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                              WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
         'to', (SELECT pg_catalog.string_agg(w.role, ', ' ORDER BY w.role)
                  FROM (SELECT CASE g WHEN 0 THEN 'PUBLIC'
                                    ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g)) END
                          FROM pg_catalog.unnest(p.polroles) AS g) AS w (role)),
         'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
         'with check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)))
  FROM pg_catalog.pg_policy p JOIN relations r ON r.oid = p.polrelid
UNION ALL
SELECT 'sequence', coalesce(t.name, ''), r.name,
       json_strip_nulls(json_build_object(
         'owned by', CASE WHEN t.oid IS NOT NULL
                          THEN t.name || '.' || pg_catalog.quote_ident(w.attname) END,
         'identity', CASE w.deptype WHEN 'i' THEN 'yes' END,
         'type', s.seqtypid::regtype::text, 'start', s.seqstart, 'increment', s.seqincrement,
         'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache,
         'cycle', CASE WHEN s.seqcycle THEN 'yes' END,
         'owner', pg_catalog.pg_get_userbyid(r.relowner)))
  FROM pg_catalog.pg_sequence s
  JOIN relations r ON r.oid = s.seqrelid
  LEFT JOIN owned w ON w.sequence = r.oid
  LEFT JOIN relations t ON t.oid = w.relation
 WHERE w.sequence IS NULL OR t.oid IS NOT NULL
UNION ALL
SELECT 'type', '', r.name,
       json_build_object(
         'class', 'composite', 'owner', pg_catalog.pg_get_userbyid(r.relowner),
         'attributes', (SELECT pg_catalog.string_agg(
                                 pg_catalog.format('%I %s', a.attname,
                                   pg_catalog.format_type(a.atttypid, a.atttypmod)), ', '
                                 ORDER BY a.attnum)
                          FROM pg_catalog.pg_attribute a
                         WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped))
  FROM relations r WHERE r.relkind = 'c'
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, '', t.name,
       json_strip_nulls(json_build_object(
         'class', CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' WHEN 'b' THEN 'base'
                  END,
         'owner', pg_catalog.pg_get_userbyid(t.typowner),
         'labels', (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), E',\n'
                                                 ORDER BY e.enumsortorder)
                      FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
         'base', CASE t.typtype WHEN 'd'
                      THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END,
         'not null', CASE WHEN t.typnotnull THEN 'yes' END,
         'default', t.typdefault,
         'subtype', (SELECT g.rngsubtype::regtype::text FROM pg_catalog.pg_range g
                      WHERE g.rngtypid = t.oid)))
  FROM types t
UNION ALL
SELECT 'statistics', r.name, pg_catalog.format('%I.%I', o.nspname, s.stxname),
       json_strip_nulls(json_build_object(
         'definition', pg_catalog.pg_get_statisticsobjdef(s.oid),
         'target', NULLIF(s.stxstattarget::int, -1)))
  FROM pg_catalog.pg_statistic_ext s
  JOIN ours o ON o.oid = s.stxnamespace JOIN relations r ON r.oid = s.stxrelid
UNION ALL
SELECT 'extension', '', pg_catalog.quote_ident(e.extname),
       json_build_object('version', e.extversion, 'schema', e.extnamespace::regnamespace::text)
  FROM pg_catalog.pg_extension e
UNION ALL
SELECT 'event trigger', '', pg_catalog.quote_ident(v.evtname),
       json_strip_nulls(json_build_object(
         'on', v.evtevent, 'function', v.evtfoid::regproc::text, 'enabled', v.evtenabled,
         'tags', pg_catalog.array_to_string(v.evttags, ', ')))
  FROM pg_catalog.pg_event_trigger v
 WHERE NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_event_trigger'::regclass AND m.objid = v.oid)
UNION ALL
SELECT 'publication', '', pg_catalog.quote_ident(p.pubname),
       json_strip_nulls(json_build_object(
         'all tables', CASE WHEN p.puballtables THEN 'yes' END,
         'publishes', pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
                        CASE WHEN p.pubupdate THEN 'update' END,
                        CASE WHEN p.pubdelete THEN 'delete' END,
                        CASE WHEN p.pubtruncate THEN 'truncate' END),
         'tables', (SELECT pg_catalog.string_agg(x.prrelid::regclass::text, ', '
                                                 ORDER BY x.prrelid::regclass::text)
                      FROM pg_catalog.pg_publication_rel x WHERE x.prpubid = p.oid)))
  FROM pg_catalog.pg_publication p
UNION ALL
SELECT 'foreign server', '', pg_catalog.quote_ident(s.srvname),
       json_strip_nulls(json_build_object(
         'wrapper', w.fdwname, 'owner', pg_catalog.pg_get_userbyid(s.srvowner)))
  FROM pg_catalog.pg_foreign_server s
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
UNION ALL
SELECT 'cast', '', pg_catalog.format('(%s AS %s)', c.castsource::regtype, c.casttarget::regtype),
       json_strip_nulls(json_build_object(
         'function', NULLIF(c.castfunc, 0)::regprocedure::text, 'context', c.castcontext,
         'method', c.castmethod))
  FROM pg_catalog.pg_cast c
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_cast'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'operator', '', p.oid::regoperator::text,
       json_build_object('function', p.oprcode::text)
  FROM pg_catalog.pg_operator p JOIN ours o ON o.oid = p.oprnamespace
 WHERE NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_operator'::regclass AND m.objid = p.oid)
UNION ALL
SELECT 'operator class', '', pg_catalog.format('%I.%I', o.nspname, c.opcname),
       json_build_object('type', c.opcintype::regtype::text, 'default', c.opcdefault)
  FROM pg_catalog.pg_opclass c JOIN ours o ON o.oid = c.opcnamespace
 WHERE NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_opclass'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'collation', '', pg_catalog.format('%I.%I', o.nspname, c.collname),
       json_strip_nulls(json_build_object(
         'provider', c.collprovider, 'collate', c.collcollate, 'ctype', c.collctype))
  FROM pg_catalog.pg_collation c JOIN ours o ON o.oid = c.collnamespace
 WHERE NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_collation'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'text search configuration', '', pg_catalog.format('%I.%I', o.nspname, c.cfgname),
       json_strip_nulls(json_build_object(
         'mapping', (SELECT pg_catalog.string_agg(
                              pg_catalog.format('%s %s', m.maptokentype, m.mapdict::regdictionary),
                              ', ' ORDER BY m.maptokentype, m.mapseqno)
                       FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = c.oid)))
  FROM pg_catalog.pg_ts_config c JOIN ours o ON o.oid = c.cfgnamespace
 WHERE NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_ts_config'::regclass AND m.objid = c.oid)
