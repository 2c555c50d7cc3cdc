SELECT t.oid::bigint AS oid,
       t.evtname AS name,
       t.evtevent AS event,
       t.evtfoid::bigint AS function,
       coalesce(array_to_json(t.evttags), '[]') AS tags
  FROM pg_catalog.pg_event_trigger t
 WHERE t.evtenabled IN ('O', 'A')
 ORDER BY t.evtname
