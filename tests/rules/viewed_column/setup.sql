CREATE TABLE orders (id bigint PRIMARY KEY, number int);
CREATE VIEW open_orders AS SELECT number FROM orders;
