WITH ours AS (
  SELECT n.oid, n.nspname AS name, n.nspowner, n.nspacl
    FROM pg_catalog.pg_namespace n
   WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'cockpit',
                           'cockpit_attic')
     AND n.nspname !~ '^pg_(toast_)?temp_'
), members AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'
), relations AS (
  SELECT c.*, format('%s.%s', o.name, c.relname) AS full_name
    FROM pg_catalog.pg_class c JOIN ours o ON o.oid = c.relnamespace
   WHERE c.relpersistence <> 't'
     AND NOT EXISTS (SELECT FROM members m
                      WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
), functions AS (
  SELECT p.*, format('%s.%s(%s)', o.name, p.proname,
                     pg_catalog.pg_get_function_identity_arguments(p.oid)) AS full_name
    FROM pg_catalog.pg_proc p JOIN ours o ON o.oid = p.pronamespace
   WHERE NOT EXISTS (SELECT FROM members m
                      WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
), types AS (
  SELECT t.*, format('%s.%s', o.name, t.typname) AS full_name
    FROM pg_catalog.pg_type t JOIN ours o ON o.oid = t.typnamespace
   WHERE t.typtype IN ('b', 'd', 'e', 'r') AND t.typelem = 0
     AND NOT EXISTS (SELECT FROM members m
                      WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
)
SELECT format('schema %s', name) AS what,
       format('owner %s, grants %s', pg_catalog.pg_get_userbyid(nspowner),
              (SELECT string_agg(g::text, ' ' ORDER BY g::text)
                 FROM unnest(coalesce(nspacl, pg_catalog.acldefault('n', nspowner))) g)) AS sentence,
       false AS form
  FROM ours
UNION ALL
SELECT format('%s %s', CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table'
                       WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                       WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table'
                       WHEN 'c' THEN 'type' ELSE 'relation' END, full_name),
       concat_ws(', ', 'kind ' || relkind::text, 'persistence ' || relpersistence::text,
                 'owner ' || pg_catalog.pg_get_userbyid(relowner), 'grants ' || (SELECT string_agg(g::text, ' ' ORDER BY g::text)
                                 FROM unnest(coalesce(relacl, pg_catalog.acldefault(CASE relkind WHEN 'S' THEN 's'::"char"
                                                 ELSE 'r' END, relowner))) g),
                 'options ' || reloptions::text,
                 CASE WHEN relrowsecurity THEN 'row security' END,
                 CASE WHEN relforcerowsecurity THEN 'forced' END,
                 CASE WHEN relkind IN ('r', 'p', 'm') THEN 'replica identity ' || relreplident::text END,
                 'access method ' || (SELECT amname FROM pg_catalog.pg_am a WHERE a.oid = relam),
                 'tablespace ' || (SELECT spcname FROM pg_catalog.pg_tablespace s
                                    WHERE s.oid = reltablespace),
                 CASE WHEN NOT relispopulated THEN 'not populated' END,
                 'partitioned by ' || (SELECT pg_catalog.pg_get_partkeydef(partrelid)
                                         FROM pg_catalog.pg_partitioned_table
                                        WHERE partrelid = relations.oid),
                 pg_catalog.pg_get_expr(relpartbound, oid),
                 'of ' || NULLIF(reloftype, 0)::regtype::text,
                 'inherits ' || (SELECT string_agg(inhparent::regclass::text, ', '
                                                   ORDER BY inhseqno)
                                   FROM pg_catalog.pg_inherits WHERE inhrelid = relations.oid)),
       false
  FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
UNION ALL
SELECT format('column %s.%s', r.full_name, a.attname),
       concat_ws(', ', pg_catalog.format_type(a.atttypid, a.atttypmod),
                 CASE WHEN a.attnotnull THEN 'not null' END,
                 CASE WHEN a.attgenerated <> '' THEN 'generated ' || a.attgenerated::text END
                   || ' as ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                 CASE WHEN a.attgenerated = ''
                      THEN 'default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
                 CASE WHEN a.attidentity <> '' THEN 'identity ' || a.attidentity::text END,
                 CASE WHEN a.attcollation <> t.typcollation
                      THEN 'collation ' || a.attcollation::regcollation::text END,
                 CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
                 'compression ' || NULLIF(a.attcompression::text, ''),
                 'statistics ' || NULLIF(a.attstattarget::int, -1), 'options ' || a.attoptions::text,
                 'grants ' || (SELECT string_agg(g::text, ' ' ORDER BY g::text)
                                 FROM unnest(a.attacl) g),
                 CASE WHEN NOT a.attislocal THEN 'inherited' END),
       false
  FROM relations r
  JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
 WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
SELECT format('order of the columns of %s', r.full_name),
       string_agg(a.attname, ', ' ORDER BY a.attnum), true
  FROM relations r
  JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE r.relkind IN ('r', 'p', 'f', 'c')
 GROUP BY r.full_name
UNION ALL
SELECT format('index %s', r.full_name),
       concat_ws(', ', pg_catalog.pg_get_indexdef(i.indexrelid),
                 CASE WHEN NOT i.indisvalid THEN 'INVALID' END,
                 CASE WHEN i.indisclustered THEN 'clustered' END,
                 CASE WHEN i.indisreplident THEN 'replica identity' END,
                 'part of ' || (SELECT inhparent::regclass::text FROM pg_catalog.pg_inherits
                                 WHERE inhrelid = r.oid)),
       false
  FROM relations r JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
UNION ALL
SELECT format('constraint %s on %s', k.conname, coalesce(r.full_name, k.contypid::regtype::text)),
       concat_ws(', ', pg_catalog.pg_get_constraintdef(k.oid),
                 CASE WHEN NOT k.convalidated THEN 'not validated' END,
                 CASE WHEN NOT k.conislocal THEN 'inherited' END),
       false
  FROM pg_catalog.pg_constraint k JOIN ours o ON o.oid = k.connamespace
  LEFT JOIN relations r ON r.oid = k.conrelid
 WHERE (r.oid IS NOT NULL OR k.contypid <> 0) AND k.contype <> 't'
UNION ALL
SELECT format('view %s', full_name), pg_catalog.pg_get_viewdef(oid), false
  FROM relations WHERE relkind IN ('v', 'm')
UNION ALL
SELECT format('trigger %s on %s', t.tgname, r.full_name),
       format('%s, enabled %s', pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled), false
  FROM pg_catalog.pg_trigger t JOIN relations r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT format('rule %s on %s', u.rulename, r.full_name), pg_catalog.pg_get_ruledef(u.oid), false
  FROM pg_catalog.pg_rewrite u JOIN relations r ON r.oid = u.ev_class
 WHERE u.rulename <> '_RETURN'
UNION ALL
SELECT format('policy %s on %s', p.polname, r.full_name),
       concat_ws(', ', p.polcmd, p.polpermissive,
                 (SELECT string_agg(CASE grantee WHEN 0 THEN 'public'
                                    ELSE pg_catalog.pg_get_userbyid(grantee) END, ', '
                                    ORDER BY grantee)
                    FROM unnest(p.polroles) AS grantee),
                 'using ' || pg_catalog.pg_get_expr(p.polqual, p.polrelid),
                 'with check ' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)),
       false
  FROM pg_catalog.pg_policy p JOIN relations r ON r.oid = p.polrelid
UNION ALL
SELECT format('function %s', full_name),
       concat_ws(', ', pg_catalog.pg_get_functiondef(oid),
                 'owner ' || pg_catalog.pg_get_userbyid(proowner), 
                 'grants ' || (SELECT string_agg(g::text, ' ' ORDER BY g::text)
                                 FROM unnest(coalesce(proacl, pg_catalog.acldefault('f', proowner))) g)),
       false
  FROM functions WHERE prokind <> 'a'
UNION ALL
SELECT format('aggregate %s', f.full_name),
       concat_ws(', ', f.prorettype::regtype::text, a.aggtransfn::regproc::text,
                 a.aggfinalfn::regproc::text, a.aggtranstype::regtype::text, a.agginitval,
                 (SELECT string_agg(g::text, ' ' ORDER BY g::text)
                    FROM unnest(coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner))) g)),
       false
  FROM functions f JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = f.oid
UNION ALL
SELECT format('type %s', full_name),
       concat_ws(', ', 'kind ' || typtype::text, 'owner ' || pg_catalog.pg_get_userbyid(typowner),
                 'grants ' || (SELECT string_agg(g::text, ' ' ORDER BY g::text)
                                 FROM unnest(coalesce(typacl, pg_catalog.acldefault('T', typowner))) g),
                 'labels ' || (SELECT string_agg(quote_literal(enumlabel), ', '
                                                 ORDER BY enumsortorder)
                                 FROM pg_catalog.pg_enum WHERE enumtypid = types.oid),
                 'base ' || pg_catalog.format_type(NULLIF(typbasetype, 0), typtypmod),
                 CASE WHEN typnotnull THEN 'not null' END, 'default ' || typdefault,
                 'range of ' || (SELECT rngsubtype::regtype::text FROM pg_catalog.pg_range
                                  WHERE rngtypid = types.oid)),
       false
  FROM types
UNION ALL
SELECT format('numbers of sequence %s', r.full_name),
       format('%s from %s by %s, %s to %s, cache %s, cycle %s, owned by %s',
              s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
              s.seqcycle,
              (SELECT d.refobjid::regclass::text || '.' || a.attname
                 FROM pg_catalog.pg_depend d
                 JOIN pg_catalog.pg_attribute a
                   ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = r.oid
                  AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
                LIMIT 1)),
       false
  FROM pg_catalog.pg_sequence s JOIN relations r ON r.oid = s.seqrelid
UNION ALL
SELECT format('statistics %s.%s', o.name, s.stxname),
       format('%s, target %s', pg_catalog.pg_get_statisticsobjdef(s.oid),
              NULLIF(s.stxstattarget::int, -1)),
       false
  FROM pg_catalog.pg_statistic_ext s JOIN ours o ON o.oid = s.stxnamespace
UNION ALL
SELECT format('publication %s', p.pubname),
       format('%s %s%s%s%s: %s', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete,
              p.pubtruncate,
              (SELECT string_agg(x.prrelid::regclass::text, ', ' ORDER BY x.prrelid::regclass::text)
                 FROM pg_catalog.pg_publication_rel x WHERE x.prpubid = p.oid)),
       false
  FROM pg_catalog.pg_publication p
UNION ALL
SELECT format('event trigger %s', evtname),
       format('%s %s %s %s', evtevent, evtfoid::regproc, evtenabled, evttags), false
  FROM pg_catalog.pg_event_trigger
UNION ALL
SELECT format('extension %s', e.extname),
       format('version %s in schema %s', e.extversion, e.extnamespace::regnamespace), false
  FROM pg_catalog.pg_extension e
UNION ALL
SELECT format('cast from %s to %s', c.castsource::regtype, c.casttarget::regtype),
       format('%s %s %s', NULLIF(c.castfunc, 0)::regprocedure, c.castcontext, c.castmethod), false
  FROM pg_catalog.pg_cast c
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_cast'::regclass AND m.objid = c.oid)
UNION ALL
SELECT format('operator %s', p.oid::regoperator),
       format('%s %s %s', p.oprcode, p.oprcom::regoperator, p.oprnegate::regoperator), false
  FROM pg_catalog.pg_operator p JOIN ours o ON o.oid = p.oprnamespace
 WHERE NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_operator'::regclass AND m.objid = p.oid)
UNION ALL
SELECT format('operator class %s.%s', o.name, c.opcname),
       format('%s for %s, default %s', c.opcmethod, c.opcintype::regtype, c.opcdefault), false
  FROM pg_catalog.pg_opclass c JOIN ours o ON o.oid = c.opcnamespace
 WHERE NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_opclass'::regclass AND m.objid = c.oid)
UNION ALL
SELECT format('collation %s.%s', o.name, c.collname),
       format('%s %s %s', c.collprovider, c.collcollate, c.collctype), false
  FROM pg_catalog.pg_collation c JOIN ours o ON o.oid = c.collnamespace
UNION ALL
SELECT format('text search configuration %s.%s', o.name, c.cfgname),
       (SELECT string_agg(format('%s %s', m.maptokentype, m.mapdict::regdictionary), ', '
                          ORDER BY m.maptokentype, m.mapseqno)
          FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = c.oid),
       false
  FROM pg_catalog.pg_ts_config c JOIN ours o ON o.oid = c.cfgnamespace
UNION ALL
SELECT format('text search dictionary %s.%s', o.name, c.dictname), c.dictinitoption, false
  FROM pg_catalog.pg_ts_dict c JOIN ours o ON o.oid = c.dictnamespace
 WHERE NOT EXISTS (SELECT FROM members m
                    WHERE m.classid = 'pg_catalog.pg_ts_dict'::regclass AND m.objid = c.oid)
UNION ALL
SELECT format('server %s', s.srvname), format('%s %s', w.fdwname, 
              (SELECT string_agg(g::text, ' ' ORDER BY g::text)
                 FROM unnest(coalesce(s.srvacl, pg_catalog.acldefault('S', s.srvowner))) g)), false
  FROM pg_catalog.pg_foreign_server s
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
UNION ALL
SELECT format('default privileges of %s for %s in %s', pg_catalog.pg_get_userbyid(a.defaclrole),
              a.defaclobjtype, NULLIF(a.defaclnamespace, 0)::regnamespace),
       a.defaclacl::text, false
  FROM pg_catalog.pg_default_acl a
UNION ALL
SELECT format('comment on %s %s', i.type, i.identity), d.description, true
  FROM pg_catalog.pg_description d,
       pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) i
 WHERE i.schema IN (SELECT quote_ident(name) FROM ours)
   AND NOT EXISTS (SELECT FROM members m WHERE m.classid = d.classoid AND m.objid = d.objoid)
