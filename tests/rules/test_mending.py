"""The safer form that takes a statement's place leaves the same schema behind."""

from collections.abc import Callable

import psycopg
import pytest

from cockpit.analysis.hazards.rule import Rule, rules
from cockpit.analysis.lint.mend_all import mend_all
from cockpit.sql.statements import split
from tests.databases import Database
from tests.rules.examples import Example, facts_of
from tests.schema import schema_of

MARKER = "-- migrate:up\n"
MECHANICAL = (
    "add-check-scan", "add-foreign-key-scan", "add-unique-constraint",
    "create-index-blocks-writes", "detach-partition-blocks", "drop-index-blocks",
    "reindex-blocks", "set-not-null-scan", "validate-in-same-transaction",
)  # fmt: skip


@pytest.mark.parametrize(
    "rule", [rule for rule in rules() if rule.NAME in MECHANICAL], ids=lambda rule: rule.NAME
)
def test_mended_file_does_what_the_example_does(
    rule: Rule, new_database: Callable[[], Database]
) -> None:
    plain, mended = new_database(), new_database()
    for database in (plain, mended):
        database.execute(Example(rule).setup)
    facts = facts_of(mended.dsn)
    found = mend_all("1_example.sql", MARKER + rule.BAD, facts=facts, major=facts.major)
    assert rule.NAME in [one.rule for one in found.taken_out]
    assert not found.refused
    run(plain.dsn, rule.BAD)
    run(mended.dsn, found.text)
    assert without_remains(schema_of(mended.dsn)) == schema_of(plain.dsn)


def run(dsn: str, text: str) -> None:
    """Every statement on its own, as a phase without a transaction is run."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in split(text, path="example.sql"):
            connection.execute(statement.sql.encode())


def without_remains(schema: frozenset[str]) -> frozenset[str]:
    """DETACH CONCURRENTLY leaves the bounds behind as a check."""
    return frozenset(line for line in schema if "(year >= 2026)" not in line)
