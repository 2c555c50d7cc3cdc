"""Native files say what their markers say, and every slip is told with its place."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.model.migration import Backfill, Check, Migration, ReadOnly
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.source.directives import read_migration

EXAMPLE = """\
-- Split the name.
-- migrate:up phase:expand requires:20260101,20260102
ALTER TABLE users ADD COLUMN first_name text;
-- migrate:up phase:backfill table:users key:id batch:5000
UPDATE users SET first_name = name WHERE id BETWEEN :from AND :to;
-- migrate:check "every user has a \\"first\\" name"

SELECT NOT EXISTS (SELECT 1 FROM users WHERE first_name IS NULL);
-- migrate:up phase:contract gate:"every server runs v2.3" transaction:false
ALTER TABLE users DROP COLUMN name;
-- migrate:down phase:expand
ALTER TABLE users DROP COLUMN first_name;
-- migrate:down phase:contract irreversible:"the names are gone"
SELECT 1;
"""


def read(
    content: str | bytes, name: str = "20260103_split.sql"
) -> tuple[Migration, tuple[Problem, ...]]:
    raw = content.encode() if isinstance(content, str) else content
    migration, problems = read_migration(SourceFile(f"db/{name}", "b10b", raw, uncommitted=True))
    assert migration is not None
    return migration, problems


def slips(content: str | bytes) -> list[tuple[int, int, str]]:
    _, problems = read(content)
    return [(problem.line, problem.column, problem.what) for problem in problems]


def test_a_file_with_everything_is_read_whole() -> None:
    migration, problems = read(EXAMPLE)
    expand, backfill, contract = migration.up
    assert problems == ()
    assert (migration.version, migration.name) == ("20260103", "split")
    assert (migration.path, migration.blobs) == ("db/20260103_split.sql", ("b10b",))
    assert migration.uncommitted
    assert migration.requires == ("20260101", "20260102")
    assert migration.irreversible == "the names are gone"
    assert migration.phase_names == ("expand", "backfill", "contract")
    assert (expand.script, expand.line) == ("ALTER TABLE users ADD COLUMN first_name text;\n", 3)
    assert backfill.backfill == Backfill("users", "id", 5000)
    assert (contract.gate, contract.transaction) == ("every server runs v2.3", False)
    assert contract.line == 10


def test_a_check_belongs_to_the_phase_above_it() -> None:
    migration, _ = read(EXAMPLE)
    query = "SELECT NOT EXISTS (SELECT 1 FROM users WHERE first_name IS NULL)"
    assert migration.up[1].checks == (Check('every user has a "first" name', query, 8),)
    assert migration.up[1].script.count("SELECT") == 0


def test_down_phases_run_from_the_last_up_phase_to_the_first() -> None:
    migration, _ = read(EXAMPLE)
    assert [phase.name for phase in migration.down] == ["contract", "backfill", "expand"]


def test_a_backfill_goes_back_with_the_column_it_filled() -> None:
    migration, _ = read(EXAMPLE)
    assert migration.down[1].script == ""
    assert not read(EXAMPLE.split("-- migrate:down")[0])[0].down


@pytest.mark.parametrize(
    ("name", "version", "title"),
    [
        ("1.sql", "1", ""),
        ("0042_add_users.sql", "0042", "add_users"),
        ("20260101-add.sql", "20260101", "add"),
        ("12ab.sql", "12", "ab"),
    ],
)
def test_version_and_name_are_those_of_the_file(name: str, version: str, title: str) -> None:
    migration, _ = read("-- migrate:up\n", name)
    assert (migration.version, migration.name) == (version, title)


def test_a_file_without_a_version_is_no_migration() -> None:
    migration, problems = read_migration(SourceFile("db/seed.sql", "b10b", b"-- migrate:up\n"))
    assert migration is None
    assert problems[0].path == "db/seed.sql"


DBMATE = """\
-- migrate:up
CREATE TABLE users (id int);

-- migrate:down
DROP TABLE users;

-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY i ON users (id);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY i;
"""


def test_dbmates_repeated_pairs_are_phases_that_undo_each_other() -> None:
    migration, problems = read(DBMATE)
    assert problems == ()
    assert [(p.name, p.transaction) for p in migration.up] == [("up", True), ("up-2", False)]
    assert [(p.name, p.script.split()[0:2]) for p in migration.down] == [
        ("up-2", ["DROP", "INDEX"]),
        ("up", ["DROP", "TABLE"]),
    ]
    assert migration.reversible


@pytest.mark.parametrize("marker", ["--migrate:up", "--  migrate:up", "-- migrate:up   \t"])
def test_markers_are_recognised_as_dbmate_does(marker: str) -> None:
    migration, problems = read(f"{marker}\nSELECT 1;\n")
    assert (migration.phase_names, problems) == (("up",), ())


def test_an_option_that_nobody_knows_is_mentioned_and_passed_over() -> None:
    migration, [option, word] = read("-- migrate:up colour:blue really\nSELECT 1;\n")
    assert migration.phase_names == ("up",)
    assert not option.blocks_writing
    assert not word.blocks_writing
    assert "colour" in option.what


def test_a_single_down_undoes_the_single_up_whatever_its_name() -> None:
    migration, problems = read("-- migrate:up phase:expand\n-- migrate:down\nSELECT 1;\n")
    assert ([phase.name for phase in migration.down], problems) == (["expand"], ())


def test_windows_files_are_read_with_their_own_line_endings() -> None:
    migration, problems = read(b"\xef\xbb\xbf" + DBMATE.replace("\n", "\r\n").encode())
    assert problems == ()
    assert migration.up[0].script == "CREATE TABLE users (id int);\r\n\r\n"
    assert migration.up[1].line == 8
    assert migration.checksum == read(DBMATE)[0].checksum


def test_the_markers_own_words_in_sql_are_no_markers() -> None:
    migration, problems = read("-- migrate:up\nSELECT '-- migrate:down';\n-- see migrate:down\n")
    assert (len(migration.up), migration.down, problems) == (1, (), ())


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        ("", 1, 1, "no -- migrate:up"),
        ("SELECT 1;\n", 1, 1, "no -- migrate:up"),
        ("-- a\n/* b\n */ x\n-- migrate:up\n", 3, 5, "before the first marker"),
        ("-- migrate:upp\n", 1, 12, "there is no marker migrate:upp"),
        ("-- migrate:up\n  -- migrate:down\n", 2, 1, "only a comment"),
        ("-- migrate:up\n-- migrate: down\n", 2, 1, "only a comment"),
        ("-- migrate:up\n-- migrate:down phase:u\n", 2, 1, "undoes phase u, which has no up"),
        ("-- migrate:down\n-- migrate:up\n", 1, 1, "nobody can tell which phase this undoes"),
        (
            "-- migrate:up phase:a\n-- migrate:up phase:b\n-- migrate:down\n",
            3, 1, "nobody can tell which phase this undoes",
        ),
        ("-- migrate:up phase:a\n-- migrate:up phase:a\n", 2, 1, "phase a has two up sections"),
        ("-- migrate:up\n-- migrate:down\n-- migrate:down\n", 3, 1, "two down sections"),
        ("-- migrate:up transactions:false\n", 1, 15, "has no option transactions"),
        ("-- migrate:up transaction:no\n", 1, 1, "transaction:no is neither true nor false"),
        ("-- migrate:up phase:\n", 1, 15, "phase: has no value"),
        ("-- migrate:up gate:a gate:b\n", 1, 22, "gate: stands twice"),
        ('-- migrate:up gate:"é open\n', 1, 20, "a quote begins here and never ends"),
        ('-- migrate:up\n-- migrate:check "open\n', 2, 18, "a quote begins here and never ends"),
        ("-- migrate:up\n-- migrate:check title\n", 2, 1, "a check needs a title"),
        ('-- migrate:check "x"\nSELECT true;\n', 1, 1, "a check belongs to the phase above it"),
        ("-- migrate:up table:users\n", 1, 1, "a backfill needs key:"),
        ("-- migrate:up batch:5\n", 1, 1, "a backfill needs table: and key:"),
        ("-- migrate:up table:t key:id batch:0\n", 1, 1, "batch:0 is no number of rows"),
        ("-- migrate:up table:t key:id batch:many\n", 1, 1, "batch:many is no number of rows"),
        ("-- migrate:up readonly:app\n", 1, 1, "readonly:app names neither roles nor"),
        ("-- migrate:up readonly:role=\n", 1, 1, "readonly:role= names neither roles nor"),
        ("-- migrate:up readonly:database readonly-wait:x\n", 1, 1, "is no number of seconds"),
        (b"-- migrate:up\nSELECT '\xc3\xa9\xff'", 2, 10, "byte 0xff is not UTF-8"),
        (b"\xef\xbb\xbf\xff", 1, 1, "byte 0xff is not UTF-8"),
    ],
)  # fmt: skip
def test_a_slip_is_told_where_it_is(
    content: str | bytes, line: int, column: int, words: str
) -> None:
    told = slips(content)
    assert [(at, from_) for at, from_, what in told if words in what] == [(line, column)], told


@pytest.mark.parametrize(
    ("content", "suggestion"),
    [
        ("-- migrate:upp\n", "Did you mean up?"),
        ("-- migrate:up\n-- migrate:dwon\n", "Did you mean down?"),
        ("-- migrate:up phse:x\n", "Did you mean phase?"),
        ("-- migrate:up phase:expand\n-- migrate:down phase:expnd\n", "Did you mean expand?"),
        ("-- migrate:up phase:expand\n-- migrate:down phase:zzz\n", "Known: expand."),
    ],
)
def test_the_nearest_right_word_is_suggested(content: str, suggestion: str) -> None:
    _, problems = read(content)
    assert suggestion in [problem.next_step for problem in problems]


def test_a_phase_says_whom_it_keeps_from_writing() -> None:
    migration, problems = read(
        "-- migrate:up phase:a readonly:role=app,role=worker readonly-wait:5\n"
        "-- migrate:up phase:b readonly:database\n"
        "-- migrate:up phase:c\n"
    )
    assert problems == ()
    found = [phase.readonly for phase in migration.up]
    assert found == [ReadOnly(("app", "worker"), 5), ReadOnly(()), None]


def test_a_gate_may_be_a_query() -> None:
    migration, problems = read(
        '-- migrate:up phase:a gate:"all drained" gate-sql:"SELECT true"\n'
        '-- migrate:up phase:b gate-sql:"SELECT false"\n'
    )
    assert problems == ()
    found = [(phase.gate, phase.gate_sql) for phase in migration.up]
    assert found == [("all drained", "SELECT true"), ("SELECT false", "SELECT false")]


def test_a_slip_stops_its_own_version_only() -> None:
    _, [problem] = read("-- migrate:upp\n")
    assert (problem.version, problem.path) == ("20260103", "db/20260103_split.sql")
    assert problem.blocks_writing


def test_a_file_that_cannot_be_decoded_is_still_a_version() -> None:
    migration, [problem] = read(b"\xff")
    assert (migration.version, migration.up, problem.version) == ("20260103", (), "20260103")


@given(st.binary(max_size=60), st.sampled_from(["", "-- migrate:up\n", '-- migrate:up gate:"']))
def test_any_content_is_read_or_told(tail: bytes, head: str) -> None:
    migration, problems = read(head.encode() + tail)
    assert migration.up or any(problem.blocks_writing for problem in problems)


@given(st.text(alphabet=st.characters(exclude_characters='"\\\r\n', exclude_categories=["C"])))
def test_any_text_may_stand_in_quotes(text: str) -> None:
    migration, problems = read(f'-- migrate:up gate:"{text}" phase:x\nSELECT 1;\n')
    if text:
        assert (migration.up[0].gate, migration.up[0].name, problems) == (text, "x", ())


def test_lines_of_phases_are_lines_of_the_file() -> None:
    text = dedent(
        """\
        -- one

        -- migrate:up phase:a
        A

        -- migrate:up phase:b

        B
        """
    )
    migration, _ = read(text)
    lines = text.splitlines()
    assert [lines[phase.line - 1 :][:1] for phase in migration.up] == [["A"], [""]]
