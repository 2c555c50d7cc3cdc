"""An edit is called no worse than it is, and never better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.model.state import Drift
from cockpit.sql.meaning import classify_edit

FUNCTION = "CREATE FUNCTION f() RETURNS int LANGUAGE {} AS $$ BEGIN {} END $$"


@pytest.mark.parametrize(
    ("before", "after", "drift"),
    [
        ("SELECT 1;\n", "SELECT 1;\n", None),
        ("SELECT 1;\nSELECT 2;\n", "SELECT 1;\r\nSELECT 2;\r\n", Drift.LINE_ENDINGS),
        ("SELECT 1", "\ufeffSELECT 1", Drift.LINE_ENDINGS),
        ("SELECT 1", "SELECT  1 \n", Drift.WHITESPACE),
        ("SELECT 1", "select (1);", Drift.WHITESPACE),
        ("SELECT 1 -- a", "SELECT 1 --   a  ", Drift.WHITESPACE),
        ("CREATE TABLE t (a int)", "CREATE TABLE t (a integer)", Drift.WHITESPACE),
        ("SELECT 1", "SELECT 1 -- one", Drift.COMMENT),
        ("SELECT /* a */ 1", "SELECT\n/* b */\n1", Drift.COMMENT),
        ("SELECT 1", "SELECT 2", Drift.MEANING),
        ("SELECT 1", "SELECT 1; SELECT 1", Drift.MEANING),
        ("SELECT 'a  b'", "SELECT 'a b'", Drift.MEANING),
        ("SELECT 'a'", "SELECT 'A'", Drift.MEANING),
        ('SELECT "a"', 'SELECT "A"', Drift.MEANING),
        ("SELECT a - b - c", "SELECT a - (b - c)", Drift.MEANING),
        ("SELECT 1", "-- SELECT 1", Drift.MEANING),
        ("SELECT 1", "SELEC 1", Drift.MEANING),
        ("SELECT 'a", "SELECT 'b", Drift.MEANING),
    ],
)
def test_the_least_that_explains_the_difference_is_named(
    before: str, after: str, drift: Drift | None
) -> None:
    assert classify_edit(before, after) == drift
    assert classify_edit(after, before) == drift


@pytest.mark.parametrize("language", ["plpgsql", "sql"])
def test_spaces_and_case_in_a_functions_body_are_no_meaning(language: str) -> None:
    before = FUNCTION.format(language, "RETURN 'A b';")
    after = FUNCTION.format(language, "\n  return\n 'A b';")
    assert classify_edit(before, after) is Drift.WHITESPACE


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("plpgsql", "RETURN 1;", "RETURN 2;"),
        ("plpgsql", "RETURN 'a  b';", "RETURN 'a b';"),
        ("plpython3u", "return 1", "return  1"),
    ],
)
def test_another_body_is_another_meaning(language: str, one: str, other: str) -> None:
    before, after = FUNCTION.format(language, one), FUNCTION.format(language, other)
    assert classify_edit(before, after) is Drift.MEANING


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("-- migrate:up\nSELECT 1", "-- migrate:up transaction:false\nSELECT 1"),
        ("-- +goose Up\nSELECT 1", "-- +goose Up\n-- +goose NO TRANSACTION\nSELECT 1"),
        ("SELECT 1", "-- no-transaction\nSELECT 1"),
    ],
)
def test_a_comment_that_a_tool_obeys_is_meaning(before: str, after: str) -> None:
    assert classify_edit(before, after) is Drift.MEANING


SQL = ("SELECT a + 1 FROM t WHERE b = 'x y'", "ALTER TABLE t ADD COLUMN c text DEFAULT 'é'",
       "DO $$ BEGIN PERFORM 1; END $$", "INSERT INTO t VALUES (1, 'it''s')")  # fmt: skip


@given(st.lists(st.sampled_from(SQL), min_size=1, max_size=4), st.data())
def test_spaces_and_comments_between_tokens_are_never_meaning(
    statements: list[str], data: st.DataObject
) -> None:
    gap = st.sampled_from((" ", "\n", "\t ", " /* x */ ", " -- y\n"))
    tight = ";\n".join(statements)
    loose = "".join(data.draw(gap) + statement + data.draw(gap) + ";" for statement in statements)
    assert classify_edit(tight, loose) in (None, Drift.WHITESPACE, Drift.COMMENT)


@given(st.permutations(SQL))
def test_another_order_of_statements_is_meaning(order: list[str]) -> None:
    expected = None if tuple(order) == SQL else Drift.MEANING
    assert classify_edit("; ".join(SQL), "; ".join(order)) == expected
