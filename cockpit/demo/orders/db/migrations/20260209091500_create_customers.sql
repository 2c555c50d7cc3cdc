-- Everybody who ever bought something. The email is how they sign in.

-- migrate:up
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX customers_created_at ON customers (created_at);

-- migrate:down
DROP TABLE customers;
