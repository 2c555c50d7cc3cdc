SELECT current_setting('server_version_num')::int AS version,
       array_to_json(current_schemas(false)) AS search_path,
       (SELECT json_object_agg(name, setting)
          FROM pg_catalog.pg_settings
         WHERE name IN ('TimeZone', 'check_function_bodies', 'default_tablespace')) AS settings,
       current_user::text AS role,
       ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles
              WHERE rolsuper OR rolbypassrls) AS unbound
