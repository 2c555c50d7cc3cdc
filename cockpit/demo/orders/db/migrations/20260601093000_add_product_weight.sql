-- The carriers of the new warehouse want to know.

-- migrate:up
ALTER TABLE products ADD COLUMN weight_grams integer;

-- migrate:down
ALTER TABLE products DROP COLUMN weight_grams;
