CREATE TABLE orders (email text, phone text);
