-- Two phases, so that the scan of the second holds no lock that anybody feels.

-- migrate:up phase:declare
ALTER TABLE order_items ADD CONSTRAINT order_items_quantity CHECK (quantity > 0) NOT VALID;

-- migrate:up phase:validate
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_quantity;

-- migrate:down phase:validate
-- Nothing to undo: a constraint that is dropped need not be unproved.

-- migrate:down phase:declare
ALTER TABLE order_items DROP CONSTRAINT order_items_quantity;
