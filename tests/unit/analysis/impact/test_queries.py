"""DML: what is read, written and set in motion."""

from tests.unit.analysis.impact.catalogs import impact, locks

SHOP = """
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers ON DELETE CASCADE);
CREATE TABLE lines (order_id int REFERENCES orders);
CREATE TABLE log (what text);
CREATE VIEW named AS SELECT id, name FROM customers WHERE name <> '';
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF TG_OP = 'DELETE' THEN INSERT INTO log VALUES ('gone'); END IF; RETURN NULL; END $$;
CREATE TRIGGER note AFTER INSERT OR DELETE ON lines FOR EACH ROW EXECUTE FUNCTION note();
"""


def test_a_row_that_references_another_locks_it() -> None:
    found = locks(impact("INSERT INTO orders VALUES (1, 2)", SHOP))
    assert (found["orders"], found["customers"]) == ("ROW EXCLUSIVE", "ROW SHARE")


def test_a_null_is_looked_up_nowhere_but_the_referenced_table_is_opened() -> None:
    found = impact("INSERT INTO orders VALUES (1, NULL)", SHOP)
    assert locks(found)["customers"] == "ROW SHARE"
    assert not found.scans


def test_an_update_of_other_columns_looks_nothing_up() -> None:
    assert "customers" not in locks(impact("UPDATE orders SET id = 3 WHERE id = 4", SHOP))


def test_a_delete_follows_on_delete_cascade() -> None:
    found = locks(impact("DELETE FROM customers WHERE id = 3", SHOP))
    assert (found["orders"], found["lines"]) == ("ROW EXCLUSIVE", "ROW SHARE")


def test_a_foreign_key_without_an_index_reads_the_referencing_table() -> None:
    assert "public.lines" in impact("DELETE FROM orders WHERE id = 3", SHOP).scans


def test_a_trigger_locks_what_its_branch_writes() -> None:
    assert "log" in locks(impact("DELETE FROM lines", SHOP))
    assert "log" not in locks(impact("INSERT INTO lines VALUES (NULL)", SHOP))


def test_a_write_through_a_view_reaches_the_table() -> None:
    found = locks(impact("UPDATE named SET name = 'x' WHERE id = 3", SHOP))
    assert (found["named"], found["customers"]) == ("ROW EXCLUSIVE", "ROW EXCLUSIVE")


def test_for_update_on_a_view_reaches_the_table() -> None:
    assert locks(impact("SELECT * FROM named FOR UPDATE", SHOP))["customers"] == "ROW SHARE"


def test_explain_reads_nothing() -> None:
    assert impact("EXPLAIN SELECT * FROM log", SHOP).scans == ()
    assert impact("EXPLAIN ANALYZE SELECT * FROM log", SHOP).scans == ("public.log",)


def test_a_name_of_with_is_no_table() -> None:
    found = impact("WITH log AS (SELECT 1) SELECT * FROM log", SHOP)
    assert found.locks == ()


def test_the_primary_key_spares_a_scan() -> None:
    assert impact("UPDATE customers SET name = 'x' WHERE id = 3", SHOP).scans == ()
    assert impact("UPDATE customers SET name = 'x' WHERE name = 'y'", SHOP).scans == (
        "public.customers",
    )


def test_a_condition_on_a_view_leads_to_the_row_below_it() -> None:
    assert impact("SELECT * FROM named WHERE named.id = 3", SHOP).scans == ()
    assert impact("SELECT * FROM named n WHERE n.name = 'x'", SHOP).scans == ("public.customers",)


def test_a_condition_on_a_view_that_limits_its_rows_does_not() -> None:
    few = SHOP + "CREATE VIEW few AS SELECT id FROM customers LIMIT 5;"
    assert impact("SELECT * FROM few WHERE id = 3", few).scans == ("public.customers",)


def test_an_insert_opens_the_indexes_of_partitions_alone() -> None:
    parts = """
    CREATE TABLE logs (at int PRIMARY KEY) PARTITION BY RANGE (at);
    CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (9);
    """
    plain = locks(impact("INSERT INTO logs VALUES (1)", parts))
    arbitrated = "INSERT INTO logs VALUES (1) ON CONFLICT (at) DO NOTHING"
    assert "logs_pkey" not in plain
    assert locks(impact(arbitrated, parts))["logs_pkey"] == "ROW EXCLUSIVE"
