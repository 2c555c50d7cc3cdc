CREATE TYPE address AS (street text, city text);
CREATE TABLE customers OF address;
