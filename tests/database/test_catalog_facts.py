"""The catalog facts, read from a real server."""

import psycopg
import pytest

from cockpit.database.catalog import read_facts
from cockpit.model.facts import CatalogFacts, RelationFacts
from tests.databases import Database
from tests.sessions import Connect, opened

SCHEMA = """
CREATE SCHEMA app;
CREATE DOMAIN app.percent AS int CHECK (VALUE <= 100);
CREATE TABLE app.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20));
CREATE TABLE app.orders (
  id serial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES app.customers ON DELETE CASCADE,
  share app.percent DEFAULT 5,
  twice int GENERATED ALWAYS AS (customer_id * 2) STORED
);
ALTER TABLE app.orders ADD CHECK (share > 0) NOT VALID;
CREATE INDEX orders_lower ON app.orders (lower(share::text)) WHERE id > 3;
CREATE TABLE app.events (day date) PARTITION BY RANGE (day);
CREATE TABLE app.events_24 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW app.names AS SELECT name FROM app.customers;
CREATE FUNCTION app.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER note BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.note();
"""


@pytest.fixture
def facts(fresh_database: Database) -> CatalogFacts:
    fresh_database.execute(SCHEMA)
    with opened(fresh_database.dsn, read_only=True) as session, session.look() as reader:
        return read_facts(reader)


def relation(facts: CatalogFacts, name: str) -> RelationFacts:
    return next(r for r in facts.relations if r.full_name == f"app.{name}")


def test_columns_know_their_type_default_and_origin(facts: CatalogFacts) -> None:
    orders = relation(facts, "orders")
    share, twice = orders.column("share"), orders.column("twice")
    assert share is not None
    assert twice is not None
    assert share.default == "5"
    assert twice.generated == "s"
    assert next(t.name for t in facts.types if t.oid == share.type) == "percent"


def test_identity_and_length_are_kept(facts: CatalogFacts) -> None:
    customers = relation(facts, "customers")
    assert [column.identity for column in customers.columns] == ["a", ""]
    assert [column.typmod for column in customers.columns] == [-1, 24]


def test_constraints_know_both_sides_and_whether_they_hold(facts: CatalogFacts) -> None:
    orders, customers = relation(facts, "orders"), relation(facts, "customers")
    of_orders = [c for c in facts.constraints if c.table == orders.oid and c.kind in "fc"]
    found = {c.kind: (c.references, c.on_delete, c.valid) for c in of_orders}
    assert found["f"] == (customers.oid, "c", True)
    assert found["c"][2] is False


def test_an_index_knows_every_column_it_uses(facts: CatalogFacts) -> None:
    index = next(i for i in facts.indexes if i.oid == relation(facts, "orders_lower").oid)
    assert index.columns == (0,)
    assert index.uses == {1, 3}
    assert index.predicate == "(id > 3)"


def test_partitions_know_their_parent_and_bound(facts: CatalogFacts) -> None:
    events, partition = relation(facts, "events"), relation(facts, "events_24")
    assert (partition.oid, events.oid) in facts.inheritance
    assert partition.bound == "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
    assert events.key is not None
    assert events.key.columns == (1,)


def test_a_view_comes_with_every_name_qualified(facts: CatalogFacts) -> None:
    definition = relation(facts, "names").definition
    assert definition is not None
    assert "FROM app.customers" in definition


def test_functions_of_triggers_come_with_their_body(facts: CatalogFacts) -> None:
    (trigger,) = [t for t in facts.triggers if not t.internal]
    function = next(f for f in facts.functions if f.oid == trigger.function)
    assert "RETURN NEW" in function.body


def test_reading_leaves_the_search_path_of_the_session(
    connect: Connect, fresh_database: Database
) -> None:
    session = connect()
    before = session.rows("SHOW search_path")
    with session.look() as reader:
        read_facts(reader)
    assert session.rows("SHOW search_path") == before


def test_settings_are_those_of_the_session(connect: Connect, fresh_database: Database) -> None:
    session = connect()
    session.execute("SET TimeZone = 'Asia/Tokyo'")
    with session.look() as reader:
        assert read_facts(reader).settings["TimeZone"] == "Asia/Tokyo"


def test_size_of_a_table_never_analyzed_is_asked_where_nobody_has_it_locked(
    connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute(
        "CREATE TABLE app (a int); CREATE TABLE full_one (a int); CREATE TABLE held (a int);"
        "INSERT INTO full_one SELECT generate_series(1, 1000); INSERT INTO held VALUES (1);"
        "CREATE TABLE counted (a int); INSERT INTO counted VALUES (1); ANALYZE counted;"
        "CREATE TABLE later (a int); ANALYZE later; INSERT INTO later VALUES (1);"
    )
    with psycopg.connect(fresh_database.dsn) as other, connect().look() as reader:
        other.execute("LOCK TABLE held")
        sizes = {r.name: r.bytes for r in read_facts(reader).relations if r.kind == "r"}
    assert sizes == {"app": 0, "full_one": 40960, "held": None, "counted": None, "later": 8192}
