"""ALTER COLUMN TYPE: whether the stored bits can stay."""

import pytest

from tests.unit.analysis.impact.catalogs import impact, locks


def change(old: str, new: str, *, more: str = "", zone: str = "UTC") -> tuple[bool, bool]:
    """Whether the table is rewritten, and whether it is read."""
    schema = f"CREATE TABLE t (c {old}); {more}"
    found = impact(f"ALTER TABLE t ALTER COLUMN c TYPE {new}", schema, TimeZone=zone)
    return bool(found.rewrites), bool(found.scans)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("varchar(20)", "varchar(50)"),
        ("varchar(20)", "varchar"),
        ("varchar(20)", "text"),
        ("text", "varchar"),
        ("numeric(8,2)", "numeric(10,2)"),
        ("numeric(8,2)", "numeric"),
        ("timestamp(3)", "timestamp(6)"),
        ("timestamp(3)", "timestamp"),
        ("int", "int USING c"),
        ("varchar(20)", "varchar(30) USING c::varchar(30)"),
    ],
)
def test_a_wider_type_with_the_same_bits_is_only_noted(old: str, new: str) -> None:
    assert change(old, new) == (False, False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("varchar(50)", "varchar(20)"),
        ("text", "varchar(20)"),
        ("char(2)", "char(4)"),
        ("int", "bigint"),
        ("numeric(8,2)", "numeric(10,3)"),
        ("timestamp", "timestamp(3)"),
        ("varchar(20)", "text USING upper(c)"),
    ],
)
def test_other_bits_rewrite_the_table(old: str, new: str) -> None:
    assert change(old, new) == (True, False)


@pytest.mark.parametrize(("zone", "rewritten"), [("UTC", False), ("Europe/Oslo", True)])
def test_the_time_zone_decides_between_timestamps(zone: str, rewritten: bool) -> None:
    assert change("timestamp", "timestamptz", zone=zone) == (rewritten, False)


def test_a_valid_check_on_the_column_is_read_again() -> None:
    assert change("varchar(20)", "text", more="ALTER TABLE t ADD CHECK (c <> '');") == (False, True)


def test_an_index_of_the_plain_column_keeps_its_file() -> None:
    schema = "CREATE TABLE t (c varchar(20)); CREATE INDEX t_c ON t (c);"
    found = impact("ALTER TABLE t ALTER COLUMN c TYPE text", schema)
    assert found.indexes_rebuilt == ()
    assert locks(found)["t_c"] == "ACCESS EXCLUSIVE"


def test_an_index_of_an_expression_is_built_anew() -> None:
    schema = "CREATE TABLE t (c varchar(20)); CREATE INDEX t_c ON t (lower(c));"
    found = impact("ALTER TABLE t ALTER COLUMN c TYPE text", schema)
    assert (found.indexes_rebuilt, found.scans) == (("public.t_c",), ("public.t",))


def test_a_narrower_type_is_named_as_a_loss() -> None:
    found = impact("ALTER TABLE t ALTER COLUMN c TYPE int", "CREATE TABLE t (c bigint)")
    assert found.loses == ("what does not fit in t.c as int4",)


def test_the_other_side_of_a_foreign_key_is_locked_and_read_when_a_side_is_rewritten() -> None:
    schema = "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a);"
    found = impact("ALTER TABLE a ALTER COLUMN id TYPE bigint", schema)
    assert locks(found)["b"] == "ACCESS EXCLUSIVE"
    assert found.scans == ("public.b",)
