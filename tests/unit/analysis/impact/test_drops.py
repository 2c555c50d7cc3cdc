"""DROP and TRUNCATE: everything that goes along is locked."""

from tests.unit.analysis.impact.catalogs import impact, locks

SHOP = """
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers ON DELETE CASCADE);
CREATE TABLE lines (order_id int REFERENCES orders);
"""


def test_a_table_goes_with_its_foreign_keys() -> None:
    found = impact("DROP TABLE lines", SHOP)
    assert locks(found) == {"lines": "ACCESS EXCLUSIVE", "orders": "ACCESS EXCLUSIVE"}
    assert found.loses == ("table lines with every row",)


def test_cascade_reaches_the_referencing_table() -> None:
    found = impact("DROP TABLE orders CASCADE", SHOP)
    assert {"customers", "lines", "orders"} <= set(locks(found))


def test_without_cascade_a_dependent_makes_it_fail() -> None:
    found = impact("DROP TABLE orders", SHOP)
    assert found.notes == ("fails: other objects depend on it: constraint lines_order_id_fkey",)


def test_if_exists_on_nothing_locks_nothing() -> None:
    assert impact("DROP TABLE IF EXISTS nowhere", SHOP).locks == ()


def test_drop_index_concurrently_spares_the_table_and_runs_alone() -> None:
    found = impact("DROP INDEX CONCURRENTLY i", SHOP + "CREATE INDEX i ON lines (order_id);")
    assert locks(found) == {"i": "ACCESS EXCLUSIVE", "lines": "SHARE UPDATE EXCLUSIVE"}
    assert not found.transactional


def test_truncate_cascade_empties_every_referencing_table() -> None:
    found = impact("TRUNCATE customers CASCADE", SHOP)
    assert found.loses == (
        "every row of customers",
        "every row of orders",
        "every row of lines",
    )


def test_delete_without_where_is_a_loss() -> None:
    assert impact("DELETE FROM lines", SHOP).loses == ("every row of lines",)


def test_drop_owned_takes_a_policy_away_only_when_nobody_else_has_it() -> None:
    policy = SHOP + "CREATE POLICY p ON lines TO {} USING (true);"
    assert impact("DROP OWNED BY anna", policy.format("anna, bert")).locks == ()
    alone = impact("DROP OWNED BY anna", policy.format("anna"))
    assert locks(alone) == {"lines": "ACCESS EXCLUSIVE"}
