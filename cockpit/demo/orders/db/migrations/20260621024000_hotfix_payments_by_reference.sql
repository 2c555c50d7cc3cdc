-- The bank's callback looks payments up by reference and times out. Found on call.

-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY payments_reference ON payments (reference);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY payments_reference;
