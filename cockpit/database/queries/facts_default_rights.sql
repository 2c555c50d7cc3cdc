SELECT pg_catalog.pg_get_userbyid(d.defaclrole) AS role,
       coalesce(n.nspname, '') AS schema,
       d.defaclobjtype AS kind,
       to_json(d.defaclacl)::text AS acl
  FROM pg_catalog.pg_default_acl d
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
