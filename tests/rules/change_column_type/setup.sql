CREATE TABLE orders (id bigint PRIMARY KEY, number int, code varchar(10));
