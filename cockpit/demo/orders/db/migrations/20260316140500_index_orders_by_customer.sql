-- "My orders" reads the whole table since February.

-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY orders_customer_id;
