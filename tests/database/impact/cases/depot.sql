-- What stands behind something else: views over heirs, rules, rows that move between partitions.
CREATE TABLE goods (id int PRIMARY KEY, qty int, kind text);
CREATE TABLE crates (volume int) INHERITS (goods);
CREATE TABLE shelves (id int PRIMARY KEY, place text);
CREATE TABLE ledger (at timestamptz DEFAULT now(), what text);
INSERT INTO goods SELECT g, g % 7, 'k' || g % 3 FROM generate_series(1, 300) g;
INSERT INTO crates SELECT g, g % 7, 'k', g FROM generate_series(301, 400) g;
INSERT INTO shelves SELECT g, 'p' || g FROM generate_series(1, 200) g;
INSERT INTO ledger (what) SELECT 'x' FROM generate_series(1, 500);
CREATE VIEW stock AS SELECT id, qty FROM goods WHERE qty > 1;
CREATE VIEW placed AS SELECT id, qty FROM goods WHERE id IN (SELECT id FROM shelves);
CREATE VIEW above AS SELECT * FROM placed;
CREATE MATERIALIZED VIEW summed AS SELECT kind, sum(qty) AS qty FROM goods GROUP BY kind;
CREATE VIEW over_sums AS SELECT s.kind FROM summed s JOIN goods USING (kind);
CREATE TABLE parcels (id int NOT NULL, zone int NOT NULL, shelf int REFERENCES shelves, note text)
  PARTITION BY LIST (zone);
CREATE TABLE parcels_1 PARTITION OF parcels FOR VALUES IN (1);
CREATE TABLE parcels_2 PARTITION OF parcels FOR VALUES IN (2);
INSERT INTO parcels SELECT g, 1, 1 + g % 200, 'n' FROM generate_series(1, 200) g;
CREATE TABLE halves (id int, n int, shelf int REFERENCES shelves) PARTITION BY LIST ((n % 2));
CREATE TABLE halves_even PARTITION OF halves FOR VALUES IN (0);
CREATE TABLE halves_odd PARTITION OF halves FOR VALUES IN (1);
INSERT INTO halves SELECT g, g % 4, 1 + g % 200 FROM generate_series(1, 200) g;
CREATE FUNCTION keep_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO ledger (what) VALUES ('note'); RETURN NULL; END $$;
ANALYZE;
