"""Statements that the server refuses: predicted to fail, and which locks they ask for before."""

from collections.abc import Iterator

import psycopg
import pytest

from cockpit.analysis.impact import predict
from cockpit.database.catalog import read_facts
from cockpit.model.locks import LockMode
from tests.benchmarks.asked_locks import is_asked_for
from tests.databases import Database, Databases
from tests.sessions import opened

SCHEMA = """
CREATE TABLE customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
CREATE TABLE bill (id int PRIMARY KEY, customer int REFERENCES customer, total int,
                   twice int GENERATED ALWAYS AS (total * 2) STORED);
CREATE TABLE event (at date, kind text, customer int) PARTITION BY RANGE (at);
CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE base (a int);
CREATE TABLE heir () INHERITS (base);
CREATE TABLE grandchild () INHERITS (heir);
CREATE TABLE loose (at date, kind text, customer int);
CREATE TYPE pair AS (a int, b int);
CREATE TABLE pairs OF pair;
CREATE VIEW joined AS SELECT b.total, c.name FROM bill b JOIN customer c ON c.id = b.customer;
CREATE VIEW on_joined AS SELECT * FROM joined;
CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER each AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION noop();
CREATE PUBLICATION pub FOR TABLE bill;
CREATE MATERIALIZED VIEW totals AS SELECT customer, sum(total) AS total FROM bill GROUP BY 1;
"""
STATEMENTS = (
    "ALTER TABLE event DROP COLUMN at",
    "ALTER TABLE event ALTER at TYPE timestamp",
    "ALTER TABLE event ALTER kind TYPE varchar(9), ALTER at TYPE timestamp",
    "ALTER TABLE ONLY event ALTER kind SET NOT NULL",
    "ALTER TABLE ONLY event ADD COLUMN extra int",
    "ALTER TABLE customer ALTER id TYPE numeric",
    "ALTER TABLE heir ALTER a TYPE bigint",
    "ALTER TABLE bill ALTER total TYPE bigint",
    "ALTER TABLE base ADD CHECK (a > 0), ADD FOREIGN KEY (a) REFERENCES nowhere",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY totals",
    "DROP TABLE customer",
    "DROP TABLE loose, nowhere",
    "DROP TABLE joined",
    "DROP VIEW loose",
    "DROP TRIGGER each ON event_1",
    "TRUNCATE loose, joined",
    "REINDEX INDEX loose",
    "REFRESH MATERIALIZED VIEW joined",
    "ALTER VIEW loose RENAME TO other",
    "ALTER TABLE bill SET SCHEMA nowhere",
    "ALTER TABLE bill SET UNLOGGED",
    "ALTER TABLE event INHERIT base",
    "ALTER TABLE heir DROP COLUMN a",
    "ALTER TABLE ONLY event DROP COLUMN kind",
    "ALTER TABLE event ADD UNIQUE (kind)",
    "ALTER TABLE event ADD PRIMARY KEY (kind)",
    "ALTER TABLE event ATTACH PARTITION loose FOR VALUES FROM ('2024-03-01') TO ('2024-04-01')",
    "ALTER TABLE event ATTACH PARTITION base FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "ALTER TABLE loose ATTACH PARTITION base FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "CREATE TABLE x PARTITION OF event FOR VALUES FROM ('2024-03-01') TO ('2024-04-01')",
    "CREATE VIEW joined AS SELECT * FROM loose",
    "CREATE PUBLICATION pub FOR TABLE loose",
    "ALTER TYPE pair ADD ATTRIBUTE c int",
    "ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint",
    "ALTER TYPE pair RENAME ATTRIBUTE a TO c",
    "INSERT INTO bill (nowhere) VALUES (1)",
    "INSERT INTO bill SELECT * FROM nowhere",
    "UPDATE joined SET total = 1",
    "DELETE FROM customer WHERE nowhere = 1",
    "COPY bill (nowhere) FROM '/dev/null'",
    "COPY event TO '/dev/null'",
    "TRUNCATE ONLY event",
    "LOCK TABLE totals",
    "CREATE OR REPLACE VIEW loose AS SELECT 1 AS one",
    "ALTER TABLE heir RENAME a TO b",
    "ALTER TABLE ONLY base RENAME a TO b",
    "ALTER TABLE customer ALTER id SET DEFAULT 1",
    "ALTER TABLE customer ALTER name DROP IDENTITY",
    "ALTER TABLE bill ALTER total ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE bill ALTER twice SET DEFAULT 1",
    "ALTER TABLE bill ALTER total DROP EXPRESSION",
)
UNTIL_17 = ("ALTER TABLE event ADD FOREIGN KEY (customer) REFERENCES customer NOT VALID",)
ANY = LockMode.ACCESS_EXCLUSIVE
RELATIONS = """
SELECT relname, oid, relkind FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm', 'v', 'S')
 ORDER BY oid
"""


@pytest.fixture(scope="module")
def database(server: Databases) -> Iterator[Database]:
    """The schema; no statement gets as far as to change it."""
    with server.fresh() as database:
        database.execute(SCHEMA)
        yield database


def compare(database: Database, statement: str) -> None:
    """Every relation is waited for in the predicted mode, and the others not at all."""
    with opened(database.dsn) as session, session.look() as reader:
        (impact,) = predict([statement], read_facts(reader))
    assert any(note.startswith("fails: ") for note in impact.notes), impact.notes
    expected = {lock.relation.removeprefix("public."): lock.mode for lock in impact.locks}
    strongest = max(expected.values(), default=ANY, key=lambda mode: mode.rank)
    with psycopg.connect(database.dsn, autocommit=True) as teller:
        with pytest.raises(psycopg.Error):
            teller.execute(statement.encode())
        for name, oid, kind in teller.execute(RELATIONS).fetchall():
            mode: LockMode = expected.get(name, strongest)
            asked = is_asked_for(teller, statement, (oid, kind), mode, None)
            assert asked is (name in expected), f"{name} {mode}"


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_refused_statement_asks_for_the_predicted_locks(
    database: Database, statement: str
) -> None:
    compare(database, statement)


@pytest.mark.parametrize("statement", UNTIL_17)
def test_what_is_refused_until_17(server: Databases, database: Database, statement: str) -> None:
    if server.version >= 18:
        pytest.skip("18 takes it")
    compare(database, statement)
