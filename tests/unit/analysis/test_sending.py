"""The plan tells how the project's own tool would send the same file, where that ends badly."""

import pytest

from cockpit.analysis.planner.steps import cut
from cockpit.analysis.sending import sending_notes
from cockpit.model.migration import Direction, Phase

TABLE, INDEX = "CREATE TABLE t (i int);", "CREATE INDEX CONCURRENTLY i ON t (i);"


def notes(tool: str, *statements: str, transaction: bool = True) -> list[str]:
    phase = Phase("up", Direction.UP, "\n".join(statements), "1.sql", transaction=transaction)
    return list(sending_notes(tool, phase, cut(phase).steps))


@pytest.mark.parametrize(
    ("tool", "word"),
    [
        ("golang-migrate", "one string, which is one transaction"),
        ("prisma", "P3009"),
        ("goose", "NO TRANSACTION"),
        ("dbmate", "transaction:false"),
        ("sqlx", "no-transaction"),
        ("diesel", "metadata.toml"),
        ("sql-migrate", "notransaction"),
        ("node-pg-migrate", "--no-single-transaction"),
        ("flyway", "mixed=true"),
    ],
)
def test_a_statement_that_no_transaction_may_hold_fails_in_the_tool_itself(
    tool: str, word: str
) -> None:
    told = " ".join(notes(tool, TABLE, INDEX))
    assert word in told
    assert notes(tool, TABLE) == []


def test_dbmate_sends_a_file_without_a_transaction_in_one_query() -> None:
    (told,) = notes("dbmate", INDEX, INDEX.replace(" i ", " j "), transaction=False)
    assert "dbmate itself cannot run this file" in told
    assert "(25001)" in told
    assert notes("dbmate", INDEX, transaction=False) == []
    (goose,) = notes("goose", TABLE, INDEX, transaction=False)
    assert "leaves no trace" in goose


def test_alone_in_its_file_it_passes_where_the_tool_sends_one_string() -> None:
    assert notes("golang-migrate", INDEX) == notes("prisma", INDEX) == []


@pytest.mark.parametrize("tool", ["goose", "sqlx", "diesel", "sql-migrate"])
def test_a_half_way_failure_without_a_trace_is_foretold(tool: str) -> None:
    [told] = notes(tool, TABLE, INDEX, transaction=False)
    assert "leaves no trace" in told
    assert notes(tool, INDEX, transaction=False) == []


def test_flyways_lock_hangs_its_own_concurrently() -> None:
    [told] = notes("flyway", INDEX)
    assert "flyway.postgresql.transactional.lock=false" in told


def test_of_our_own_files_nothing_is_told() -> None:
    assert notes("cockpit", TABLE, INDEX) == []
