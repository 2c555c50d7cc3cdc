-- migrate:up
ALTER TABLE customers ADD COLUMN loyalty_points integer NOT NULL DEFAULT 0;

-- migrate:down
ALTER TABLE customers DROP COLUMN loyalty_points;
