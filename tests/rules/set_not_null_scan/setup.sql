CREATE TABLE orders (id bigint PRIMARY KEY, email text);
INSERT INTO orders VALUES (1, 'ana@example.org');
