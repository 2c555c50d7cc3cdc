"""ALTER TABLE: the strongest lock of its subcommands, and what they do to the rows."""

import pytest

from tests.unit.analysis.impact.catalogs import impact, locks

ORDERS = """
CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(20));
CREATE TABLE orders
  (id int PRIMARY KEY, customer_id bigint REFERENCES customers, qty int, note text);
CREATE INDEX orders_qty ON orders (qty);
CREATE FUNCTION volatile_code() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION inlined_code() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE DOMAIN percent AS int CHECK (VALUE <= 100);
CREATE DOMAIN plain AS int;
"""


@pytest.mark.parametrize(
    ("subcommand", "mode"),
    [
        ("ADD COLUMN x int", "ACCESS EXCLUSIVE"),
        ("ALTER COLUMN qty SET STATISTICS 100", "SHARE UPDATE EXCLUSIVE"),
        ("SET (fillfactor = 70)", "SHARE UPDATE EXCLUSIVE"),
        ("SET (user_catalog_table = true)", "ACCESS EXCLUSIVE"),
        ("DISABLE TRIGGER ALL", "SHARE ROW EXCLUSIVE"),
        ("CLUSTER ON orders_qty", "SHARE UPDATE EXCLUSIVE"),
        ("ALTER COLUMN qty SET STATISTICS 100, ADD COLUMN x int", "ACCESS EXCLUSIVE"),
    ],
)
def test_the_strongest_subcommand_decides_the_lock(subcommand: str, mode: str) -> None:
    assert locks(impact(f"ALTER TABLE orders {subcommand}", ORDERS))["orders"] == mode


@pytest.mark.parametrize(
    "column",
    [
        "x uuid DEFAULT gen_random_uuid()",
        "x int DEFAULT volatile_code()",
        "x bigserial",
        "x int GENERATED ALWAYS AS IDENTITY",
        "x int GENERATED ALWAYS AS (qty * 2) STORED",
        "x percent",
    ],
)
def test_a_column_with_a_value_of_its_own_in_every_row_rewrites_the_table(column: str) -> None:
    schema = ORDERS + "CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE plpgsql AS ''"
    found = impact(f"ALTER TABLE orders ADD COLUMN {column}", schema)
    assert found.rewrites == ("public.orders",)
    assert found.indexes_rebuilt == ("public.orders_pkey", "public.orders_qty")


@pytest.mark.parametrize(
    "column",
    [
        "x int",
        "x int NOT NULL DEFAULT 0",
        "x timestamptz DEFAULT now()",
        "x int DEFAULT inlined_code()",
        "x plain",
        "x int GENERATED ALWAYS AS (qty * 2) VIRTUAL",
    ],
)
def test_a_column_whose_value_is_the_same_in_every_row_is_only_noted(column: str) -> None:
    found = impact(f"ALTER TABLE orders ADD COLUMN {column}", ORDERS)
    assert (found.rewrites, found.scans) == ((), ())


def test_not_null_without_a_default_reads_the_table() -> None:
    found = impact("ALTER TABLE orders ADD COLUMN x int NOT NULL", ORDERS)
    assert found.scans == ("public.orders",)


def test_set_not_null_reads_the_table() -> None:
    found = impact("ALTER TABLE orders ALTER COLUMN qty SET NOT NULL", ORDERS)
    assert found.scans == ("public.orders",)


@pytest.mark.parametrize("check", ["qty IS NOT NULL", "qty > 0 AND qty IS NOT NULL"])
def test_a_valid_check_spares_set_not_null_the_reading(check: str) -> None:
    schema = f"{ORDERS} ALTER TABLE orders ADD CHECK ({check});"
    assert impact("ALTER TABLE orders ALTER COLUMN qty SET NOT NULL", schema).scans == ()


def test_a_check_that_is_not_valid_proves_nothing() -> None:
    schema = f"{ORDERS} ALTER TABLE orders ADD CHECK (qty IS NOT NULL) NOT VALID;"
    found = impact("ALTER TABLE orders ALTER COLUMN qty SET NOT NULL", schema)
    assert found.scans == ("public.orders",)


def test_a_foreign_key_locks_both_sides_and_looks_up_every_row() -> None:
    found = impact("ALTER TABLE orders ADD FOREIGN KEY (qty) REFERENCES customers", ORDERS)
    assert locks(found)["orders"] == locks(found)["customers"] == "SHARE ROW EXCLUSIVE"
    assert found.scans == ("public.orders",)


def test_a_foreign_key_that_is_not_valid_looks_nothing_up() -> None:
    found = impact(
        "ALTER TABLE orders ADD FOREIGN KEY (qty) REFERENCES customers NOT VALID", ORDERS
    )
    assert found.scans == ()


def test_validating_a_foreign_key_lets_both_sides_work_on() -> None:
    schema = ORDERS + (
        "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (qty) REFERENCES customers NOT VALID;"
    )
    found = impact("ALTER TABLE orders VALIDATE CONSTRAINT f", schema)
    assert locks(found)["orders"] == "SHARE UPDATE EXCLUSIVE"
    assert locks(found)["customers"] == "ROW SHARE"
    assert found.scans == ("public.orders",)


def test_dropping_a_foreign_key_locks_the_referenced_table_too() -> None:
    found = impact("ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey", ORDERS)
    assert locks(found)["customers"] == "ACCESS EXCLUSIVE"


def test_a_dropped_column_is_named_as_lost() -> None:
    assert impact("ALTER TABLE orders DROP COLUMN note", ORDERS).loses == ("column orders.note",)


def test_if_exists_on_nothing_locks_nothing() -> None:
    assert impact("ALTER TABLE IF EXISTS nowhere ADD COLUMN x int", ORDERS).locks == ()


@pytest.mark.parametrize(("major", "children"), [(17, {}), (18, {"kid": "ACCESS EXCLUSIVE"})])
def test_since_18_a_constraint_locks_children_that_it_does_not_reach(
    major: int, children: dict[str, str]
) -> None:
    schema = "CREATE TABLE base (x int); CREATE TABLE kid () INHERITS (base);"
    statement = "ALTER TABLE base ADD CONSTRAINT c CHECK (x > 0) NO INHERIT"
    found = locks(impact(statement, schema, major=major))
    assert found == {"base": "ACCESS EXCLUSIVE"} | children


def test_an_index_that_another_subcommand_makes_again_is_rebuilt() -> None:
    statement = "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id)"
    found = impact(statement, "CREATE TABLE t (id int PRIMARY KEY);")
    assert found.indexes_rebuilt == ("public.t_pkey",)


def test_a_constraint_can_be_validated_by_the_statement_that_adds_it() -> None:
    statement = "ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT VALID, VALIDATE CONSTRAINT c"
    assert impact(statement, "CREATE TABLE t (id int);").notes == ()
