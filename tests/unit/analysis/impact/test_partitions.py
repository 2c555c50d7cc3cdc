"""Partitions: who is locked, who is read, who is left alone."""

from tests.unit.analysis.impact.catalogs import impact, locks

EVENTS = """
CREATE TABLE events (id int NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_23 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_25 (id int NOT NULL, day date NOT NULL);
"""
ATTACH = """
ALTER TABLE events ATTACH PARTITION events_25 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
"""


def test_attach_leaves_the_parent_usable_and_reads_the_new_partition() -> None:
    found = impact(ATTACH, EVENTS)
    assert locks(found) == {"events": "SHARE UPDATE EXCLUSIVE", "events_25": "ACCESS EXCLUSIVE"}
    assert found.scans == ("public.events_25",)


def test_a_check_that_proves_the_bound_spares_the_reading() -> None:
    proof = "ALTER TABLE events_25 ADD CHECK (day >= '2025-01-01' AND day < '2026-01-01');"
    assert impact(ATTACH, EVENTS + proof).scans == ()


def test_a_check_that_is_too_wide_proves_nothing() -> None:
    proof = "ALTER TABLE events_25 ADD CHECK (day >= '2024-01-01' AND day < '2026-01-01');"
    assert impact(ATTACH, EVENTS + proof).scans == ("public.events_25",)


def test_attach_locks_and_reads_the_default_partition() -> None:
    found = impact(ATTACH, EVENTS + "CREATE TABLE rest PARTITION OF events DEFAULT;")
    assert locks(found)["rest"] == "ACCESS EXCLUSIVE"
    assert found.scans == ("public.events_25", "public.rest")


def test_creating_a_partition_locks_the_parent_out() -> None:
    statement = (
        "CREATE TABLE p PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"
    )
    assert locks(impact(statement, EVENTS)) == {"events": "ACCESS EXCLUSIVE"}


def test_detach_concurrently_spares_the_parent_and_runs_alone() -> None:
    found = impact("ALTER TABLE events DETACH PARTITION events_23 CONCURRENTLY", EVENTS)
    assert locks(found) == {"events": "SHARE UPDATE EXCLUSIVE", "events_23": "ACCESS EXCLUSIVE"}
    assert not found.transactional


def test_dropping_a_partition_locks_the_parent() -> None:
    assert locks(impact("DROP TABLE events_23", EVENTS))["events"] == "ACCESS EXCLUSIVE"


def test_an_index_is_built_on_every_partition() -> None:
    found = impact("CREATE INDEX ON events (id)", EVENTS)
    assert set(locks(found).values()) == {"SHARE"}
    assert found.scans == ("public.events_23", "public.events_24")


def test_only_the_partitions_that_can_hold_the_rows_are_read() -> None:
    found = impact("SELECT * FROM events WHERE day >= '2024-06-01'", EVENTS)
    assert locks(found) == {"events": "ACCESS SHARE", "events_24": "ACCESS SHARE"}


def test_a_row_locks_the_partition_it_goes_to() -> None:
    found = impact("INSERT INTO events VALUES (1, '2023-05-05')", EVENTS)
    assert locks(found) == {"events": "ROW EXCLUSIVE", "events_23": "ROW EXCLUSIVE"}


def test_reindex_concurrently_lists_the_partitions_under_share() -> None:
    found = locks(impact("REINDEX TABLE CONCURRENTLY events", EVENTS))
    assert (found["events"], found["events_23"]) == ("SHARE UPDATE EXCLUSIVE", "SHARE")


def test_detach_concurrently_looks_bounds_up_in_all_parents() -> None:
    nested = """
    CREATE TABLE days (id int, day date) PARTITION BY LIST (id);
    CREATE TABLE days_1 PARTITION OF days FOR VALUES IN (1) PARTITION BY LIST (day);
    CREATE TABLE days_1_rest PARTITION OF days_1 DEFAULT;
    """
    found = impact("ALTER TABLE days_1 DETACH PARTITION days_1_rest CONCURRENTLY", nested)
    assert locks(found)["days"] == "ACCESS SHARE"


def test_a_partitioned_table_can_be_clustered_since_15_and_alone() -> None:
    indexed = EVENTS + "CREATE INDEX by_day ON events (day);"
    found = impact("CLUSTER events USING by_day", indexed, major=15)
    assert (found.transactional, found.rewrites[:1]) == (False, ("public.events_23",))
    (note,) = impact("CLUSTER events USING by_day", indexed, major=14).notes
    assert note.startswith("fails: ")
