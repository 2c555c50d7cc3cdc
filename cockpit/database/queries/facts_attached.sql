SELECT 'pg_class' AS catalog, c.oid::bigint AS object, '' AS "column", 'acl' AS kind,
       to_json(c.relacl)::text AS text
  FROM pg_catalog.pg_class c WHERE c.relacl IS NOT NULL AND c.oid >= 16384
 UNION ALL
SELECT 'pg_class', a.attrelid::bigint, a.attname, 'acl', to_json(a.attacl)::text
  FROM pg_catalog.pg_attribute a
 WHERE a.attacl IS NOT NULL AND a.attrelid >= 16384 AND NOT a.attisdropped
 UNION ALL
SELECT 'pg_class', a.attrelid::bigint, a.attname, 'statistics', a.attstattarget::text
  FROM pg_catalog.pg_attribute a
 WHERE a.attstattarget >= 0 AND a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
 UNION ALL
SELECT 'pg_class', c.oid::bigint, '', 'options', array_to_string(c.reloptions, E'\n')
  FROM pg_catalog.pg_class c
 WHERE c.reloptions IS NOT NULL AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'v')
 UNION ALL
SELECT 'pg_proc', p.oid::bigint, '', 'acl', to_json(p.proacl)::text
  FROM pg_catalog.pg_proc p WHERE p.proacl IS NOT NULL AND p.oid >= 16384
 UNION ALL
SELECT 'pg_proc', p.oid::bigint, '', 'owner', pg_catalog.pg_get_userbyid(p.proowner)
  FROM pg_catalog.pg_proc p
 WHERE p.oid >= 16384 AND pg_catalog.pg_get_userbyid(p.proowner) <> current_user
 UNION ALL
SELECT 'pg_type', t.oid::bigint, '', 'acl', to_json(t.typacl)::text
  FROM pg_catalog.pg_type t WHERE t.typacl IS NOT NULL AND t.oid >= 16384
 UNION ALL
SELECT 'pg_type', t.oid::bigint, '', 'owner', pg_catalog.pg_get_userbyid(t.typowner)
  FROM pg_catalog.pg_type t
 WHERE t.oid >= 16384 AND t.typtype IN ('d', 'e', 'r')
   AND pg_catalog.pg_get_userbyid(t.typowner) <> current_user
 UNION ALL
SELECT 'pg_namespace', n.oid::bigint, '', 'acl', to_json(n.nspacl)::text
  FROM pg_catalog.pg_namespace n
 WHERE n.nspacl IS NOT NULL AND (n.oid >= 16384 OR n.nspname = 'public')
 UNION ALL
SELECT 'pg_namespace', n.oid::bigint, '', 'owner', pg_catalog.pg_get_userbyid(n.nspowner)
  FROM pg_catalog.pg_namespace n
 WHERE n.oid >= 16384 AND n.nspname !~ '^pg_' AND pg_catalog.pg_get_userbyid(n.nspowner) <> current_user
 UNION ALL
SELECT d.classoid::pg_catalog.regclass::text, d.objoid::bigint, coalesce(a.attname, ''), 'comment',
       d.description
  FROM pg_catalog.pg_description d
  LEFT JOIN pg_catalog.pg_attribute a
    ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
 WHERE d.objoid >= 16384
   AND d.classoid IN ('pg_catalog.pg_class'::pg_catalog.regclass,
                      'pg_catalog.pg_proc'::pg_catalog.regclass,
                      'pg_catalog.pg_type'::pg_catalog.regclass,
                      'pg_catalog.pg_namespace'::pg_catalog.regclass)
 UNION ALL
SELECT l.classoid::pg_catalog.regclass::text, l.objoid::bigint, coalesce(a.attname, ''), 'label',
       l.provider || E'\n' || l.label
  FROM pg_catalog.pg_seclabel l
  LEFT JOIN pg_catalog.pg_attribute a
    ON l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND a.attrelid = l.objoid AND a.attnum = l.objsubid AND l.objsubid > 0
 WHERE l.objoid >= 16384
