"""A script is cut where PostgreSQL cuts it, and every complaint has its place in the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.errors import MigrationError
from cockpit.sql import grammar
from cockpit.sql.statements import split

BODY = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN; RETURN ';'; END $$"
ATOMIC = "CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END"
PIECES = (
    "SELECT 'é;' || \"a;b\" FROM t",
    "INSERT INTO t VALUES (1, 'it''s'), (2, E'\\n')",
    "DO $x$ BEGIN RAISE NOTICE '; $$ ;'; END $x$",
    BODY,
    ATOMIC,
    "ALTER TABLE t ADD COLUMN c int",
)
BETWEEN = (";", " ;\n", ";\r\n\r\n", "; -- ; é\n", ";; /* ; /* ; */ */ ;\n")


def refused(script: str, *, first_line: int = 1) -> MigrationError:
    with pytest.raises(MigrationError) as caught:
        split(script, path="db/1_a.sql", first_line=first_line)
    return caught.value


@pytest.mark.parametrize("script", ["", "  \n", "-- only a comment", "/* a\n */ ;;\n;", "\ufeff"])
def test_nothing_to_run_gives_no_statement(script: str) -> None:
    assert split(script, path="a.sql") == ()


def test_a_statement_has_its_line_and_column_in_the_file() -> None:
    script = "-- é\nSELECT 1; /* é */ SELECT\n  2;\n\n  SELECT 3"
    found = split(script, path="a.sql", first_line=10)
    assert [(s.line, s.column) for s in found] == [(11, 1), (11, 19), (14, 3)]
    assert [s.sql for s in found] == ["SELECT 1", "SELECT\n  2", "SELECT 3"]


def test_comments_around_a_statement_are_left_out_and_those_within_stay() -> None:
    [found] = split("-- before\nSELECT /* within */ 1 -- after\n;", path="a.sql")
    assert found.sql == "SELECT /* within */ 1"


def test_a_byte_order_mark_is_no_part_of_the_first_statement() -> None:
    [found] = split("\ufeffSELECT 1", path="a.sql")
    assert (found.sql, found.line, found.column) == ("SELECT 1", 1, 1)


def test_bodies_of_functions_stay_whole() -> None:
    found = split(f"{BODY};\n{ATOMIC};\nSELECT 1", path="a.sql")
    assert [s.sql for s in found] == [BODY, ATOMIC, "SELECT 1"]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BETWEEN)), max_size=6))
def test_every_statement_comes_out_as_it_went_in(parts: list[tuple[str, str]]) -> None:
    script = "".join(piece + between for piece, between in parts)
    assert [s.sql for s in split(script, path="a.sql")] == [piece for piece, _ in parts]


@given(st.text(alphabet="abc019 '\"$;-/*+()é\n\\:", max_size=40))
def test_any_text_is_split_or_refused_at_a_place_inside_it(script: str) -> None:
    lines = script.split("\n")
    try:
        places = [(s.line, s.column, s.sql) for s in split(script, path="a.sql")]
    except MigrationError as error:
        places = [(error.line, error.column, "")]
    for line, column, sql in places:
        assert column <= len(lines[line - 1]) + 1
        assert lines[line - 1][column - 1 :].startswith(sql.split("\n")[0])


@given(st.lists(st.sampled_from(PIECES), max_size=5))
def test_splitting_loses_no_token(pieces: list[str]) -> None:
    script = ";\n-- é\n".join(pieces)
    within = [token for s in split(script, path="a.sql") for token in words(s.sql)]
    assert within == [token for piece in pieces for token in words(piece)]


def words(sql: str) -> list[bytes]:
    text = sql.encode()
    return [text[token.start : token.end] for token in grammar.tokens(text)]


@pytest.mark.parametrize(
    ("script", "line", "column", "words"),
    [
        ("SELECT 1;\nSELECT 'abc", 2, 8, "a quoted string begins here and never ends"),
        ('SELECT é, "abc', 1, 11, "a quoted name begins here and never ends"),
        ("SELECT 1;\n  DO $a$ x $$", 2, 6, "a dollar-quoted string begins here and never ends"),
        ("\n/* a /* b */", 2, 1, "a /* comment begins here and never ends"),
        ("SELECT x'1", 1, 8, "a hexadecimal string begins here and never ends"),
        ("SELECT b'1", 1, 8, "a bit string begins here and never ends"),
        ("SELECT 'é' frm 1", 1, 16, 'syntax error at or near "1"'),
        ("SELECT 1 FROM", 1, 14, "syntax error at end of input"),
        ("SELECT 1\0", 1, 9, "a NUL byte"),
    ],
)
def test_a_syntax_error_says_what_and_where(
    script: str, line: int, column: int, words: str
) -> None:
    error = refused(script)
    assert (error.path, error.line, error.column) == ("db/1_a.sql", line, column)
    assert words in error.what


def test_lines_of_errors_count_from_the_scripts_place_in_its_file() -> None:
    assert refused("SELECT 1;\nSELEC 2", first_line=41).line == 42


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("\\i other.sql", r"\i needs psql"),
        ("SELECT 1;\n\\copy t from 'f.csv'", r"\copy needs psql"),
        ('CREATE SCHEMA :"name"', 'the variable :"name" needs psql'),
        ("SELECT :'name'", "the variable :'name' needs psql"),
        ("SELECT :name", "the variable :name needs psql"),
        ("COPY t FROM stdin;\n1\t2\n\\.\n", "data of a COPY ... FROM stdin needs psql"),
    ],
)
def test_what_only_psql_understands_is_said_to_need_psql(script: str, words: str) -> None:
    assert words in refused(script).what


def test_an_escape_in_a_string_is_not_taken_for_a_psql_command() -> None:
    assert "psql" not in refused("SELECT E'\\u00'").what


def test_text_that_is_no_unicode_is_refused() -> None:
    assert "not valid Unicode" in refused("SELECT '\udc80'").what


@pytest.mark.parametrize("count", [60, 1_200])
def test_long_chains_of_operators_are_read(count: int) -> None:
    [found] = split("SELECT " + " || ".join(["'a'"] * count), path="a.sql")
    assert found.kind == "SELECT"


@pytest.mark.parametrize(
    "script",
    [
        "SELECT " + "+".join(["1"] * 50_000),
        "SELECT " + "(" * 50_000 + "1" + ")" * 50_000,
        " UNION ALL ".join(["SELECT a, b FROM t"] * 50_000),
    ],
    ids=["operators", "brackets", "unions"],
)
def test_nesting_that_would_overflow_the_stack_is_refused(script: str) -> None:
    assert "nests too deep" in refused(script).what


@pytest.mark.parametrize(
    "script",
    [
        "VALUES " + ", ".join(["(1, 'a' || 'b', -1)"] * 5_000),
        "SELECT 1 WHERE " + " OR ".join(["a = 1"] * 5_000),
        "SELECT CASE " + " ".join(["WHEN a = 1 THEN b + 1"] * 5_000) + " END",
        "SELECT 1 + 1; " * 5_000,
    ],
    ids=["rows", "conditions", "cases", "statements"],
)
def test_long_but_flat_scripts_are_read(script: str) -> None:
    assert split(script, path="a.sql")
