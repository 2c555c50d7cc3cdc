-- migrate:up
ALTER TABLE orders ADD COLUMN delivery_note text;
COMMENT ON COLUMN orders.delivery_note IS 'What the customer wants the courier to know.';

-- migrate:down
ALTER TABLE orders DROP COLUMN delivery_note;
