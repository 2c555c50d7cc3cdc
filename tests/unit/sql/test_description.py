"""What an edit changed is said in words, and nothing that differs is left unsaid."""

import pytest

from cockpit.sql.description import describe_edit


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("SELECT 1", "SELECT 1", ()),
        ("SELECT 1", "select 1 -- x", ()),
        ("SELECT 1", "SELEC", ()),
        ("", "DROP TABLE t", ("adds DROP TABLE t",)),
        ("DROP TABLE t; SELECT 1", "SELECT 1", ("removes DROP TABLE t",)),
        (
            "DROP TABLE t",
            "DROP VIEW t",
            ("DROP TABLE t becomes DROP VIEW t",),
        ),
        (
            "CREATE TABLE t (a int, b varchar(10), c text)",
            "CREATE TABLE t (a int, b varchar(20), d text)",
            (
                "CREATE TABLE t: b VARCHAR(10) becomes b VARCHAR(20)",
                "CREATE TABLE t: c TEXT becomes d TEXT",
            ),
        ),
        (
            "CREATE INDEX i ON t (a)",
            "CREATE UNIQUE INDEX i ON t (a)",
            ("CREATE INDEX i ON t(a) becomes CREATE UNIQUE INDEX i ON t(a)",),
        ),
        (
            "ALTER TABLE t ADD COLUMN a int DEFAULT 0",
            "ALTER TABLE t ADD COLUMN a int DEFAULT 1",
            ("ALTER TABLE t: ADD COLUMN a INT DEFAULT 0 becomes ADD COLUMN a INT DEFAULT 1",),
        ),
        (
            "CREATE TABLE t (id serial)",
            "CREATE TABLE t (id bigserial)",
            ("CREATE TABLE t (id serial) becomes CREATE TABLE t (id bigserial)",),
        ),
    ],
)
def test_an_edit_is_told_in_words(before: str, after: str, words: tuple[str, ...]) -> None:
    assert describe_edit(before, after) == words


def test_a_line_stays_short_however_long_the_statement() -> None:
    [line] = describe_edit("", "SELECT " + ", ".join(f"column_{i}" for i in range(500)))
    assert len(line) < 200
    assert line.endswith("…")
