CREATE TABLE orders (id bigint PRIMARY KEY, fax text NOT NULL);
