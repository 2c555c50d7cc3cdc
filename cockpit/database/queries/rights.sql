WITH me AS (
  SELECT coalesce(%s::text, current_user::text) AS role
), place AS (
  SELECT n.oid, pg_catalog.has_schema_privilege(me.role, n.oid, 'USAGE') AS used,
         pg_catalog.has_schema_privilege(me.role, n.oid, 'CREATE') AS made,
         pg_catalog.pg_has_role(me.role, n.nspowner, 'USAGE') AS owned
    FROM me, pg_catalog.pg_namespace n WHERE n.nspname = 'cockpit'
), tables AS (
  SELECT c.relname::text AS name,
         pg_catalog.has_table_privilege(me.role, c.oid, 'SELECT')
           AND pg_catalog.has_table_privilege(me.role, c.oid, 'INSERT') AS written
    FROM me, place p JOIN pg_catalog.pg_class c ON c.relnamespace = p.oid
   WHERE c.relname IN ('ledger', 'schema_snapshot') AND c.relkind = 'r'
)
SELECT me.role,
       pg_catalog.current_database()::text,
       pg_catalog.has_database_privilege(me.role, pg_catalog.current_database(), 'CREATE'),
       (SELECT p.used FROM place p),
       (SELECT p.made FROM place p),
       (SELECT p.owned FROM place p),
       (SELECT t.written FROM tables t WHERE t.name = 'ledger'),
       (SELECT t.written FROM tables t WHERE t.name = 'schema_snapshot'),
       ARRAY(SELECT DISTINCT pg_catalog.pg_get_userbyid(c.relowner)::text
               FROM pg_catalog.pg_class c
              WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
                AND NOT pg_catalog.pg_has_role(me.role, c.relowner, 'USAGE'))
  FROM me
