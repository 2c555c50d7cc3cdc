"""DO blocks, functions, procedures: the statements inside, where they are plain."""

import pytest

from tests.unit.analysis.impact.catalogs import impact, locks

ORDERS = """
CREATE TABLE orders (id int, qty int);
ALTER TABLE orders ADD CONSTRAINT qty_positive CHECK (qty > 0);
CREATE TYPE state AS ENUM ('new');
CREATE PROCEDURE tidy() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; COMMIT; END $$;
CREATE FUNCTION count_all() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM orders $$;
"""


def block(body: str) -> str:
    return f"DO $$ BEGIN {body} END $$"


def test_a_plain_statement_is_read() -> None:
    found = impact(block("ALTER TABLE orders ADD COLUMN x int;"), ORDERS)
    assert locks(found) == {"orders": "ACCESS EXCLUSIVE"}
    assert not found.unknown


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        ("NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'qty_positive')", False),
        ("NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'other')", True),
        ("EXISTS (SELECT FROM pg_class WHERE relname = 'orders' AND relkind = 'r')", True),
        ("(SELECT count(*) FROM pg_tables WHERE tablename = 'orders') = 0", False),
        ("to_regclass('public.orders') IS NULL", False),
        (
            "NOT EXISTS (SELECT 1 FROM information_schema.columns "
            "WHERE table_name = 'orders' AND column_name = 'qty')",
            False,
        ),
    ],
)
def test_a_condition_on_the_catalog_is_decided(condition: str, taken: bool) -> None:
    found = impact(block(f"IF {condition} THEN DROP TABLE orders; END IF;"), ORDERS)
    assert bool(found.locks) is taken
    assert not found.unknown


def test_a_condition_on_data_is_unknown_and_both_ways_are_followed() -> None:
    found = impact(
        block("IF EXISTS (SELECT 1 FROM orders) THEN ALTER TABLE orders ADD x int; END IF;"), ORDERS
    )
    assert locks(found) == {"orders": "ACCESS EXCLUSIVE"}
    assert found.unknown


@pytest.mark.parametrize(
    "execute",
    [
        "EXECUTE 'DROP TABLE orders';",
        "EXECUTE 'DROP ' || 'TABLE ' || quote_ident('orders');",
        "EXECUTE format('DROP TABLE %I', 'orders');",
    ],
)
def test_execute_of_constant_text_is_read(execute: str) -> None:
    assert locks(impact(block(execute), ORDERS)) == {"orders": "ACCESS EXCLUSIVE"}


def test_execute_of_other_text_is_unknown() -> None:
    assert impact(block("EXECUTE current_setting('app.sql');"), ORDERS).unknown


def test_a_procedure_that_commits_runs_alone() -> None:
    found = impact("CALL tidy()", ORDERS)
    assert locks(found) == {"orders": "ROW EXCLUSIVE"}
    assert not found.transactional


def test_a_function_in_a_query_locks_what_it_reads() -> None:
    assert locks(impact("SELECT count_all()", ORDERS)) == {"orders": "ACCESS SHARE"}


@pytest.mark.parametrize(
    "loop",
    [
        "FOREACH t IN ARRAY ARRAY['orders'] LOOP EXECUTE format('DROP TABLE %I', t); END LOOP;",
        "FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
        "LOOP EXECUTE format('DROP TABLE %I', r.tablename); END LOOP;",
        "FOR t IN SELECT relname FROM pg_class WHERE relname = 'orders' "
        "LOOP EXECUTE 'DROP TABLE ' || t; END LOOP;",
        "t := 'orders'; EXECUTE 'DROP TABLE ' || t;",
    ],
)
def test_a_variable_that_is_known_beforehand_is_followed(loop: str) -> None:
    found = impact(f"DO $$ DECLARE t text; r record; BEGIN {loop} END $$", ORDERS)
    assert locks(found) == {"orders": "ACCESS EXCLUSIVE"}
    assert not found.unknown


def test_a_variable_that_data_decide_is_unknown() -> None:
    body = "FOR t IN SELECT qty::text FROM orders LOOP EXECUTE 'DROP TABLE t' || t; END LOOP;"
    found = impact(f"DO $$ DECLARE t text; BEGIN {body} END $$", ORDERS)
    assert found.unknown
