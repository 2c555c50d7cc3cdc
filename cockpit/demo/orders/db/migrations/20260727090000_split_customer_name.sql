-- Letters begin with the first name from v1.4 on.

-- migrate:up phase:expand
ALTER TABLE customers ADD COLUMN first_name text, ADD COLUMN last_name text;

-- migrate:up phase:backfill table:customers key:id batch:1000
UPDATE customers
SET first_name = split_part(name, ' ', 1),
    last_name = substr(name, strpos(name, ' ') + 1)
WHERE id BETWEEN :from AND :to AND first_name IS NULL;

-- migrate:check "every customer has a first name"
SELECT NOT EXISTS (SELECT 1 FROM customers WHERE first_name IS NULL);

-- migrate:up phase:contract gate:"every app server runs v1.4 or later"
ALTER TABLE customers DROP COLUMN name;

-- migrate:down phase:contract
ALTER TABLE customers ADD COLUMN name text;
UPDATE customers SET name = concat_ws(' ', first_name, last_name);
ALTER TABLE customers ALTER COLUMN name SET NOT NULL;

-- migrate:down phase:backfill
-- Nothing to undo: the next phase takes the columns away.

-- migrate:down phase:expand
ALTER TABLE customers DROP COLUMN first_name, DROP COLUMN last_name;
