-- Two levels of partitions, a table they can refer to, a table that can refer to them.
CREATE TABLE ref (id int PRIMARY KEY, t text);
INSERT INTO ref SELECT g, 'x' FROM generate_series(1,500) g;
CREATE TABLE m (id int NOT NULL, k int NOT NULL, r int, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (100);
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (k);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES FROM (100) TO (150);
CREATE TABLE m2b PARTITION OF m2 FOR VALUES FROM (150) TO (180);
INSERT INTO m SELECT g, g % 180, 1 + g % 300 FROM generate_series(1,1800) g;
CREATE TABLE fkr (mi int, mk int);
INSERT INTO fkr SELECT g, g % 180 FROM generate_series(1,400) g;
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
ANALYZE;
