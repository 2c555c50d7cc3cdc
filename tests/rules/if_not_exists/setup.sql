CREATE TABLE orders (number bigint);
