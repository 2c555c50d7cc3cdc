"""A phase is one transaction unless PostgreSQL or the file says otherwise."""

import pytest

from cockpit.errors import MigrationError
from cockpit.sql.statements import split
from cockpit.sql.transaction import Group, groups, transaction_control


def cut(script: str, *, transaction: bool = True) -> tuple[Group, ...]:
    return groups(split(script, path="db/1_a.sql"), transaction=transaction)


def shape(found: tuple[Group, ...]) -> list[tuple[bool, list[str]]]:
    return [(group.transactional, [s.sql for s in group.statements]) for group in found]


def test_an_ordinary_phase_is_one_transaction() -> None:
    assert shape(cut("CREATE TABLE a (); CREATE TABLE b ()")) == [
        (True, ["CREATE TABLE a ()", "CREATE TABLE b ()"])
    ]


def test_a_phase_without_statements_has_no_group() -> None:
    assert cut("-- nothing") == ()


def test_a_statement_that_refuses_a_transaction_stands_alone_between_two() -> None:
    found = cut("SELECT 1; VACUUM t; SELECT 2; SELECT 3")
    assert shape(found) == [
        (True, ["SELECT 1"]),
        (False, ["VACUUM t"]),
        (True, ["SELECT 2", "SELECT 3"]),
    ]
    assert "commits several times" in found[1].why


def test_without_transaction_every_statement_stands_alone() -> None:
    found = cut("SELECT 1; SELECT 2", transaction=False)
    assert shape(found) == [(False, ["SELECT 1"]), (False, ["SELECT 2"])]


def test_the_files_own_transactions_are_kept_and_their_words_left_out() -> None:
    found = cut("SET a = b; BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; END; SELECT 2")
    assert shape(found) == [(True, ["SET a = b"]), (True, ["SELECT 1"]), (True, ["SELECT 2"])]
    assert [g.wrapped_by for g in found] == ["", "BEGIN ISOLATION LEVEL SERIALIZABLE", ""]


def test_a_file_that_wraps_itself_is_one_group() -> None:
    assert shape(cut("BEGIN; SELECT 1; SELECT 2; COMMIT;")) == [(True, ["SELECT 1", "SELECT 2"])]


def test_the_files_own_transaction_holds_also_without_ours() -> None:
    found = cut("SELECT 1; BEGIN; SELECT 2; SELECT 3; COMMIT", transaction=False)
    assert shape(found) == [(False, ["SELECT 1"]), (True, ["SELECT 2", "SELECT 3"])]


def test_commit_and_chain_begins_the_next_transaction() -> None:
    found = cut("BEGIN; SELECT 1; COMMIT AND CHAIN; SELECT 2; COMMIT")
    assert [(g.wrapped_by, len(g.statements)) for g in found] == [("BEGIN", 1), ("BEGIN", 1)]


def test_a_commit_without_begin_ends_the_transaction() -> None:
    assert shape(cut("SELECT 1; COMMIT; SELECT 2")) == [(True, ["SELECT 1"]), (True, ["SELECT 2"])]


def test_a_transaction_that_the_file_leaves_open_is_committed_at_its_end() -> None:
    [found] = cut("BEGIN; SELECT 1")
    assert (found.wrapped_by, found.transactional) == ("BEGIN", True)
    assert "never commits" in found.why


def test_a_begin_inside_a_transaction_changes_nothing() -> None:
    assert shape(cut("BEGIN; SELECT 1; BEGIN; SELECT 2; COMMIT")) == [
        (True, ["SELECT 1", "SELECT 2"])
    ]


def test_savepoints_stay_in_their_transaction() -> None:
    found = cut("SAVEPOINT a; SELECT 1; ROLLBACK TO a; RELEASE a")
    assert [len(group.statements) for group in found] == [4]


@pytest.mark.parametrize(
    ("script", "words", "line"),
    [
        ("SELECT 1;\nROLLBACK", "would undo the migration itself", 2),
        ("SELECT 1;\nPREPARE TRANSACTION 'x'", "would outlive the run", 2),
        ("BEGIN;\nSELECT 1;\nVACUUM;\nCOMMIT", "VACUUM commits several times", 3),
    ],
)
def test_what_cannot_be_cut_is_refused_with_its_place(script: str, words: str, line: int) -> None:
    with pytest.raises(MigrationError) as caught:
        cut(script)
    assert words in caught.value.what
    assert (caught.value.path, caught.value.line) == ("db/1_a.sql", line)
    assert caught.value.next_step


@pytest.mark.parametrize(
    "use",
    [
        "SELECT 'new'::mood",
        "ALTER TABLE t ADD COLUMN m mood DEFAULT 'new'",
        "INSERT INTO t VALUES ('new')",
        "DO $$ BEGIN INSERT INTO t VALUES ('new'); END $$",
        "CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$ SELECT 'new'::mood $$",
        "CREATE VIEW v AS SELECT 1 FROM t WHERE m = 'new'",
    ],
)
def test_a_new_enum_label_is_committed_before_it_is_used(use: str) -> None:
    found = cut(f"ALTER TYPE mood ADD VALUE 'new'; SELECT 1; {use}")
    assert shape(found) == [
        (True, ["ALTER TYPE mood ADD VALUE 'new'"]),
        (True, ["SELECT 1", use]),
    ]
    assert "new" in found[0].why


@pytest.mark.parametrize(
    "script",
    [
        "ALTER TYPE mood ADD VALUE 'new'; SELECT 'old'::mood",
        "ALTER TYPE mood ADD VALUE 'new'; ALTER TYPE mood ADD VALUE 'newer' AFTER 'new'",
        "ALTER TYPE mood ADD VALUE 'new'; COMMENT ON TYPE mood IS 'new'",
        "ALTER TYPE mood ADD VALUE 'new'; CREATE FUNCTION f() RETURNS mood LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN 'new'; END $$",
        "CREATE TYPE mood AS ENUM (); ALTER TYPE public.mood ADD VALUE 'new'; SELECT 'new'::mood",
        "ALTER TYPE mood RENAME VALUE 'old' TO 'new'; SELECT 'new'::mood",
        "SELECT 'new'::mood; ALTER TYPE mood ADD VALUE 'new'",
    ],
)
def test_a_label_that_nobody_uses_too_early_leaves_the_transaction_whole(script: str) -> None:
    assert len(cut(script)) == 1


def test_labels_are_committed_no_earlier_than_needed() -> None:
    script = "ALTER TYPE m ADD VALUE 'a'; ALTER TYPE m ADD VALUE 'b'; SELECT 'b'; SELECT 'a'"
    assert [len(group.statements) for group in cut(script)] == [2, 2]


@pytest.mark.parametrize(
    ("sql", "control"),
    [
        ("BEGIN", "begin"),
        ("START TRANSACTION", "begin"),
        ("END", "commit"),
        ("ABORT", "rollback"),
        ("SAVEPOINT s", "savepoint"),
        ("RELEASE s", "release"),
        ("ROLLBACK TO s", "rollback to"),
        ("PREPARE TRANSACTION 'x'", "prepare"),
        ("COMMIT PREPARED 'x'", "commit prepared"),
        ("SELECT 1", None),
    ],
)
def test_transaction_control_is_told(sql: str, control: str | None) -> None:
    [statement] = split(sql, path="a.sql")
    assert transaction_control(statement) == control
