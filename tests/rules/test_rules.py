"""Every rule reports its bad example in these words, and not its good one; a server runs both."""

import os
from collections.abc import Iterator

import psycopg
import pytest

from cockpit.analysis.hazards.rule import Rule, rules, words
from cockpit.model.facts import CatalogFacts
from cockpit.model.impact import Impact, RelationLock
from tests.databases import Database
from tests.rules.examples import Example, facts_of, reported, run, told

CATALOG_SPARES = ("attach-partition-scan",)
"""Without a catalog nobody can tell that the safer form is safe."""

every_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.NAME)


@every_rule
def test_bad_example_is_reported_in_the_expected_words(
    rule: Rule, fresh_database: Database
) -> None:
    example = Example(rule)
    fresh_database.execute(example.setup)
    found = told(reported(rule, rule.BAD, facts_of(fresh_database.dsn)))
    if os.environ.get("COCKPIT_WRITE_EXPECTED"):
        example.folder.mkdir(exist_ok=True)
        (example.folder / "expected.txt").write_text(found)
    assert found
    assert found == example.expected


@every_rule
def test_good_example_is_not_reported(rule: Rule, fresh_database: Database) -> None:
    fresh_database.execute(Example(rule).setup)
    facts = facts_of(fresh_database.dsn)
    assert reported(rule, rule.GOOD, facts) == []
    assert reported(rule, rule.GOOD, None) == [] or rule.NAME in CATALOG_SPARES


@pytest.fixture
def database_and_role(fresh_database: Database) -> Iterator[Database]:
    """A database of its own, whose role is afterwards without settings: that is not thrown away."""
    yield fresh_database
    fresh_database.execute("ALTER ROLE CURRENT_USER RESET ALL")


@every_rule
def test_server_runs_the_bad_example_and_takes_the_predicted_locks(
    rule: Rule, database_and_role: Database
) -> None:
    example, database = Example(rule), database_and_role
    database.execute(example.setup)
    facts = facts_of(database.dsn)
    if example.error:
        with pytest.raises(psycopg.errors.lookup(example.error)):
            list(run(database.dsn, rule.BAD))
        return
    for statement, held in run(database.dsn, rule.BAD):
        if statement.transaction is not None:
            for lock in _on_tables(statement.impact, facts):
                assert lock.mode.value in held[lock.relation.split(".")[-1]], statement.sql


@every_rule
def test_server_runs_the_good_example(rule: Rule, fresh_database: Database) -> None:
    fresh_database.execute(Example(rule).setup)
    assert len(list(run(fresh_database.dsn, rule.GOOD))) > 0


@every_rule
def test_rule_is_named_after_its_file_and_says_what_it_is_in_one_line(rule: Rule) -> None:
    module = rule.__name__  # type: ignore[attr-defined]
    assert module.rsplit(".", 1)[1] == rule.NAME.replace("-", "_")
    assert words(rule).endswith(".")
    assert rule.READS


def _on_tables(impact: Impact, facts: CatalogFacts) -> list[RelationLock]:
    """Without indexes and sequences: PostgreSQL gives some of their locks back at once."""
    tables = {r.full_name for r in facts.relations if r.kind in "rpmvf"}
    return [lock for lock in impact.locks if lock.relation in tables]
