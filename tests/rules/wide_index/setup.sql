CREATE TABLE orders (country text, city text, street text, number text);
