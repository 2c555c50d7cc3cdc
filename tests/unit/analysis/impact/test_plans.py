"""Statements of one list: each meets what the ones before it left."""

from cockpit.analysis.impact import predict
from tests.unit.analysis.impact.catalogs import catalog, locks

ORDERS = "CREATE TABLE orders (id int PRIMARY KEY, qty int);"


def last(script: str, schema: str = ORDERS) -> dict[str, str]:
    statements = [part for part in script.split(";") if part.strip()]
    return locks(predict(statements, catalog(schema))[-1])


def test_a_table_created_earlier_blocks_nobody() -> None:
    assert last("CREATE TABLE lines (x int); ALTER TABLE lines ADD COLUMN y int") == {}


def test_a_foreign_key_of_a_new_table_locks_the_old_one() -> None:
    script = "CREATE TABLE lines (o int); ALTER TABLE lines ADD FOREIGN KEY (o) REFERENCES orders"
    assert last(script)["orders"] == "SHARE ROW EXCLUSIVE"


def test_a_renamed_table_keeps_the_name_that_others_know() -> None:
    script = "ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases ADD COLUMN x int"
    assert last(script) == {"orders": "ACCESS EXCLUSIVE"}


def test_a_temporary_table_hides_the_one_behind_it() -> None:
    assert last("CREATE TEMP TABLE orders (x int); ALTER TABLE orders ADD COLUMN y int") == {}


def test_search_path_decides_which_table_is_meant() -> None:
    schema = ORDERS + "CREATE SCHEMA app; CREATE TABLE app.orders (id int);"
    found = last("SET search_path = app, public; ALTER TABLE orders ADD COLUMN x int", schema)
    assert found == {"app.orders": "ACCESS EXCLUSIVE"}


def test_a_check_validated_earlier_spares_the_reading() -> None:
    statements = [
        "ALTER TABLE orders ADD CONSTRAINT c CHECK (qty IS NOT NULL) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT c",
        "ALTER TABLE orders ALTER COLUMN qty SET NOT NULL",
    ]
    found = predict(statements, catalog(ORDERS))
    assert [impact.scans for impact in found] == [(), ("public.orders",), ()]


def test_an_index_made_earlier_knows_its_table() -> None:
    found = last("CREATE INDEX i ON orders (qty); DROP INDEX i")
    assert found == {"orders": "ACCESS EXCLUSIVE"}


def test_without_a_catalog_every_name_is_believed() -> None:
    found = predict(["ALTER TABLE shop.orders ADD COLUMN x int", "DROP INDEX orders_idx"])
    assert [lock.relation for impact in found for lock in impact.locks] == [
        "shop.orders",
        "orders_idx",
    ]
    assert found[1].notes == ("the table of index orders_idx is locked ACCESS EXCLUSIVE too",)


def test_what_postgresql_cannot_parse_is_unknown() -> None:
    (found,) = predict(["ALTER TABEL orders"])
    assert found.unknown
