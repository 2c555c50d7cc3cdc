-- Orders of the first week have no status. The app has written one ever since.

-- migrate:up
UPDATE orders SET status = 'open' WHERE status IS NULL;
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;

-- migrate:down
ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;
