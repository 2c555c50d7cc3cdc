CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint,
  CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES customers (id));
