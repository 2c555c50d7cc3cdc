"""A backfill's bounds are parameters where PostgreSQL would read them, and nowhere else."""

import pytest

from cockpit.errors import MigrationError
from cockpit.sql.parameters import numbered
from cockpit.sql.statements import split

BOUNDS = ("from", "to")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("id BETWEEN :from AND :to", "id BETWEEN $1 AND $2"),
        ("id >= :from AND id < :to AND id <> :from", "id >= $1 AND id < $2 AND id <> $1"),
        ("n = ':from' AND id > :from", "n = ':from' AND id > $1"),
        ("id > :from -- up to :to\n", "id > $1 -- up to :to\n"),
        ("a[1:to] = b::from", "a[1$2] = b::from"),
        ("é = :from", "é = $1"),
        ("id > :fromage", "id > :fromage"),
        ("id > : from", "id > : from"),
    ],
)
def test_names_become_numbers(written: str, sent: str) -> None:
    assert numbered(written, BOUNDS) == sent


def test_a_backfills_statement_is_split_with_its_names() -> None:
    sql = "UPDATE t SET a = 1 WHERE id BETWEEN :from AND :to"
    [found] = split(f"-- all\n{sql};\n", path="a.sql", parameters=BOUNDS)
    assert (found.sql, found.kind, found.line) == (sql, "UPDATE", 2)


def test_a_name_that_is_no_parameter_is_refused_at_its_place() -> None:
    with pytest.raises(MigrationError) as caught:
        split("SELECT :from, :upto", path="a.sql", parameters=BOUNDS)
    assert caught.value.column == 15
