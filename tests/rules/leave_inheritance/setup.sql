CREATE TABLE orders (id bigint);
CREATE TABLE orders_2020 () INHERITS (orders);
