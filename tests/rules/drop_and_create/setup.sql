CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, priority int);
CREATE VIEW revenue AS SELECT sum(total) AS total, max(priority) AS priority FROM orders;
GRANT SELECT ON revenue TO pg_monitor;
COMMENT ON VIEW revenue IS 'what came in';
