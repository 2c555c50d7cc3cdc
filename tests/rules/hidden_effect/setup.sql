CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE TABLE doomed (name text);
INSERT INTO doomed VALUES ('orders');
