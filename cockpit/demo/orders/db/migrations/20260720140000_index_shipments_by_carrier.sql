-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY shipments_carrier_shipped_at ON shipments (carrier, shipped_at);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY shipments_carrier_shipped_at;
