CREATE TABLE orders (a int, b int);
