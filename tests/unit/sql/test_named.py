"""Which objects a script speaks of, and which of them only an owner may change."""

import pytest

from cockpit.sql.named import named
from cockpit.sql.ownership import owned


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("CREATE INDEX IF NOT EXISTS hot ON s.orders (total)", {("", "hot")}),
        ("DROP INDEX IF EXISTS s.hot", {("", "hot")}),
        ("ALTER TABLE orders ADD COLUMN IF NOT EXISTS vip int", {("orders", "vip")}),
        ("ALTER TABLE orders DROP COLUMN b, ADD CONSTRAINT k CHECK (a > 0), DISABLE TRIGGER t",
         {("orders", "b"), ("orders", "k"), ("orders", "t")}),
        ("ALTER TABLE orders SET (fillfactor = 70)", {("", "orders")}),
        ("CREATE OR REPLACE FUNCTION s.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
         {("", "f")}),
        ("DROP FUNCTION IF EXISTS f(int)", {("", "f")}),
        ("DROP TRIGGER IF EXISTS t ON s.orders", {("orders", "t")}),
        ("DROP TYPE IF EXISTS mood; DROP SCHEMA x", {("", "mood"), ("", "x")}),
        ("ALTER DOMAIN e ADD CONSTRAINT h CHECK (value > 0)", {("e", "h")}),
        ("ALTER DOMAIN e SET DEFAULT 1", {("", "e")}),
        ("DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); END $$", {("", "mood")}),
        ('CREATE TABLE IF NOT EXISTS "In Voice" (a int)', {("", "In Voice")}),
        ("UPDATE orders SET vip = 1; SELECT vip FROM orders", set()),
        ("CREATE INDEX ON orders (total)", set()),
        ("no SQL at all (", set()),
    ],
)  # fmt: skip
def test_what_a_statement_makes_alters_or_drops_is_named(
    script: str, expected: set[tuple[str, str]]
) -> None:
    assert named(script) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("ALTER TABLE s.orders ADD a int", (("s", "orders"),)),
        ("CREATE INDEX ON orders (a)", (("", "orders"),)),
        ("DROP TABLE a, s.b", (("", "a"), ("s", "b"))),
        ("ALTER TABLE orders RENAME a TO b", (("", "orders"),)),
        ("DROP TYPE mood; INSERT INTO orders VALUES (1); CREATE TABLE t ()", ()),
        ("no SQL at all (", ()),
    ],
)
def test_what_only_an_owner_may_change(script: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert owned(script) == expected
