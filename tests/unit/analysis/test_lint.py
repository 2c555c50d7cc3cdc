"""Files become findings at the right place, and say which hazards they take on."""

import pytest

from cockpit.analysis.lint import lint
from cockpit.model.hazard import Severity

NATIVE = """\
-- migrate:up phase:expand
ALTER TABLE orders ADD COLUMN note text;
-- migrate:up phase:contract

  ALTER TABLE orders
    DROP COLUMN remark;
-- migrate:down phase:expand
ALTER TABLE orders DROP COLUMN note;
"""


def places(path: str, text: str, **options: object) -> list[tuple[str, int, int]]:
    """Rule, line and column of every finding."""
    found = lint(path, text, **options)  # type: ignore[arg-type]
    return [(f.hazard.rule, f.line, f.column) for f in found.findings]


def test_native_file_is_read_by_its_markers_and_leaves_the_way_back_out() -> None:
    assert places("1_a.sql", NATIVE) == [("drop-column", 5, 3)]
    assert lint("1_a.sql", NATIVE).passed_over == 1


def test_way_back_is_looked_at_when_it_is_asked_for() -> None:
    assert ("drop-column", 8, 1) in places("1_a.sql", NATIVE, down=True)


def test_columns_are_found_where_they_stand_also_behind_wide_characters() -> None:
    text = "/* é */ CREATE TABLE t (\n  id bigint, /* é */ a json\n);"
    assert places("a.sql", text) == [("json-column", 2, 22)]


def test_table_of_the_same_file_is_harmless() -> None:
    text = "CREATE TABLE t (id bigint);\nCREATE INDEX ON t (id);\nALTER TABLE t DROP COLUMN id;"
    assert places("a.sql", text) == []


def test_golang_migrate_sends_a_file_as_one_transaction() -> None:
    text = "CREATE INDEX CONCURRENTLY i ON t (a);\nSELECT 1;"
    assert ("concurrently-in-transaction", 1, 1) in places("1_a.up.sql", text)
    assert places("1_a.up.sql", "CREATE INDEX CONCURRENTLY i ON t (a);") == []


def test_runner_that_bounds_its_locks_needs_no_timeouts_in_the_file() -> None:
    text = "ALTER TABLE t ADD COLUMN a text;"
    assert places("1_a.sql", f"-- migrate:up\n{text}") == []
    assert places("1_a.up.sql", text) == [("timeouts-missing", 1, 1)]


@pytest.mark.parametrize(
    "comment",
    [
        "-- cockpit:allow drop-column: nobody reads it\n",
        "-- cockpit:allow rename-column, drop-column\n-- for the release\n",
        "-- cockpit:allow-file drop-column\n\n\n",
    ],
)
def test_allowed_hazard_is_counted_and_not_reported(comment: str) -> None:
    text = f"-- migrate:up\n{comment}ALTER TABLE t DROP COLUMN a;"
    found = lint("1_a.sql", text)
    assert (found.findings, found.allowed) == ((), 1)


def test_allowance_counts_for_the_next_statement_only() -> None:
    text = (
        "-- migrate:up\n-- cockpit:allow drop-column\nALTER TABLE t DROP COLUMN a;\n"
        "ALTER TABLE t DROP COLUMN b;"
    )
    assert places("1_a.sql", text) == [("drop-column", 4, 1)]


def test_allowance_for_no_rule_is_told() -> None:
    (problem,) = lint("a.sql", "-- cockpit:allow drop-colum\nSELECT 1;").problems
    assert (problem.line, problem.blocks_writing) == (1, False)
    assert "drop-colum" in problem.what


def test_text_that_is_no_sql_is_a_problem_at_its_place_and_the_rest_is_read() -> None:
    text = "-- migrate:up phase:a\nSELEC 1;\n-- migrate:up phase:b\nDROP TABLE t;"
    found = lint("1_a.sql", text)
    assert [(p.line, p.column) for p in found.problems] == [(2, 1)]
    assert [f.hazard.rule for f in found.findings] == ["drop-table"]


def test_rule_can_be_left_out_and_an_optional_one_asked_for() -> None:
    text = "CREATE TABLE t (id bigint, a integer, b json);"
    assert places("a.sql", text, without=frozenset({"json-column"})) == []
    asked = places("a.sql", text, optional=frozenset({"narrow-integer"}))
    assert [rule for rule, _, _ in asked] == ["narrow-integer", "json-column"]


def test_worst_comes_first_within_one_statement() -> None:
    found = lint("a.sql", "ALTER TABLE t ALTER COLUMN a SET NOT NULL, ADD COLUMN b char(2);")
    severities = [f.hazard.severity for f in found.findings if f.column == 1]
    assert severities == sorted(severities, reverse=True)
    assert severities[0] is Severity.HIGH


@pytest.mark.parametrize("tool", ["goose", "migrate"])
def test_goose_and_sql_migrate_are_read_by_their_markers(tool: str) -> None:
    text = f"-- +{tool} Up\nDROP TABLE a;\n-- +{tool} Down\nDROP TABLE b;\n"
    without = frozenset({"timeouts-missing"})
    assert places("1_a.sql", text, without=without) == [("drop-table", 2, 1)]
    assert ("drop-table", 4, 1) in places("1_a.sql", text, down=True)


def test_goose_file_without_transaction_may_build_concurrently() -> None:
    text = "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON t (a);\n"
    assert places("1_a.sql", text) == []
