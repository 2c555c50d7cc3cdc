"""The other families, a line each."""

import pytest

from tests.unit.analysis.impact.catalogs import impact, locks

SHOP = """
CREATE TABLE orders (id int, qty int);
CREATE INDEX orders_qty ON orders (qty);
CREATE TABLE base (x int);
CREATE TABLE kid () INHERITS (base);
CREATE VIEW big AS SELECT * FROM orders WHERE qty > 10;
CREATE MATERIALIZED VIEW sums AS SELECT sum(qty) FROM orders;
CREATE SEQUENCE numbers;
CREATE DOMAIN percent AS int;
CREATE TABLE shares (p percent);
CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE PUBLICATION feed FOR TABLE base;
"""


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("CREATE INDEX ON orders (id)", {"orders": "SHARE"}),
        ("CREATE INDEX CONCURRENTLY ON orders (id)", {"orders": "SHARE UPDATE EXCLUSIVE"}),
        ("REINDEX INDEX orders_qty", {"orders": "SHARE", "orders_qty": "ACCESS EXCLUSIVE"}),
        ("ALTER INDEX orders_qty RENAME TO q", {"orders_qty": "SHARE UPDATE EXCLUSIVE"}),
        ("CREATE VIEW v AS SELECT * FROM big", {"big": "ACCESS SHARE"}),
        ("LOCK big IN SHARE MODE", {"big": "SHARE", "orders": "SHARE"}),
        ("LOCK base IN EXCLUSIVE MODE", {"base": "EXCLUSIVE", "kid": "EXCLUSIVE"}),
        ("LOCK ONLY base", {"base": "ACCESS EXCLUSIVE"}),
        ("ALTER SEQUENCE numbers RESTART", {"numbers": "SHARE ROW EXCLUSIVE"}),
        ("SELECT nextval('numbers')", {"numbers": "ROW EXCLUSIVE"}),
        ("ALTER DOMAIN percent ADD CHECK (VALUE < 101)", {"shares": "SHARE"}),
        ("ALTER DOMAIN percent ADD CHECK (VALUE < 101) NOT VALID", {}),
        (
            "CREATE TRIGGER g AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION t()",
            {"orders": "SHARE ROW EXCLUSIVE"},
        ),
        ("CREATE POLICY p ON orders USING (true)", {"orders": "ACCESS EXCLUSIVE"}),
        ("CREATE PUBLICATION p FOR TABLE orders", {"orders": "SHARE UPDATE EXCLUSIVE"}),
        ("CREATE STATISTICS ON id, qty FROM orders", {"orders": "SHARE UPDATE EXCLUSIVE"}),
        ("COMMENT ON COLUMN orders.qty IS 'x'", {"orders": "SHARE UPDATE EXCLUSIVE"}),
        ("GRANT SELECT ON orders TO PUBLIC", {"orders": "ACCESS SHARE"}),
        ("CREATE TABLE t (LIKE orders)", {"orders": "ACCESS SHARE"}),
        ("CREATE TABLE t () INHERITS (base)", {"base": "SHARE UPDATE EXCLUSIVE"}),
        ("COPY orders FROM STDIN", {"orders": "ROW EXCLUSIVE", "orders_qty": "ROW EXCLUSIVE"}),
        ("SET lock_timeout = '1s'", {}),
        ("CREATE TYPE s AS ENUM ('a')", {}),
    ],
)
def test_locks(statement: str, expected: dict[str, str]) -> None:
    assert locks(impact(statement, SHOP)) == expected


def test_grant_takes_no_lock_before_18() -> None:
    assert impact("GRANT SELECT ON orders TO PUBLIC", SHOP, major=17).locks == ()


@pytest.mark.parametrize(
    "statement",
    [
        "VACUUM orders",
        "CREATE INDEX CONCURRENTLY ON orders (id)",
        "REINDEX TABLE CONCURRENTLY orders",
        "REINDEX SCHEMA public",
        "ALTER SYSTEM SET work_mem = '1MB'",
        "CREATE DATABASE other",
        "DISCARD ALL",
    ],
)
def test_postgresql_refuses_it_inside_a_transaction(statement: str) -> None:
    assert not impact(statement, SHOP).transactional


def test_vacuum_full_writes_the_table_anew() -> None:
    found = impact("VACUUM FULL orders", SHOP)
    assert found.rewrites == ("public.orders",)
    assert found.indexes_rebuilt == ("public.orders_qty",)


def test_refresh_reads_what_the_view_is_made_from() -> None:
    found = impact("REFRESH MATERIALIZED VIEW sums", SHOP)
    assert locks(found) == {"orders": "ACCESS SHARE", "orders_qty": "ACCESS SHARE",
                            "sums": "ACCESS EXCLUSIVE"}  # fmt: skip
    assert (found.rewrites, found.scans) == (("public.sums",), ("public.orders",))
