-- Two accounts with one email: support sorts them out by hand every week.

-- migrate:up phase:expand
ALTER TABLE customers ADD COLUMN email_verified_at timestamptz;

-- migrate:up phase:contract
CREATE UNIQUE INDEX customers_email ON customers (lower(email));

-- migrate:down phase:contract
DROP INDEX customers_email;

-- migrate:down phase:expand
ALTER TABLE customers DROP COLUMN email_verified_at;
