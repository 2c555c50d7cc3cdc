CREATE TYPE mood AS ENUM ('fine', 'bad');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
