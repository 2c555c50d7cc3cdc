"""A statement gives way to its safer form, and nothing else in the file changes."""

import pytest

from cockpit.analysis.lint.mend import mend, mendable
from cockpit.analysis.lint.mend_all import mend_all
from cockpit.errors import MigrationError
from cockpit.sql.statements import split

MARKER = "-- migrate:up transaction:false\n"


def mended(path: str, text: str, rule: str, line: int) -> str:
    """The new text of a file."""
    return mend(path, text, rule=rule, line=line).text


def test_statement_alone_in_its_phase_keeps_its_words_and_comments() -> None:
    before = "-- migrate:up\n-- for mail\nCREATE  INDEX i /* why */\n  ON t (a); -- soon\n"
    after = before.replace("INDEX", "INDEX CONCURRENTLY").replace("-- migrate:up\n", MARKER)
    assert mended("1_a.sql", before, "create-index-blocks-writes", 3) == after


def test_what_shared_a_transaction_shares_one_again() -> None:
    before = (
        "-- migrate:up\nCREATE TABLE a ();\nCREATE TABLE b ();\nDROP INDEX i;\n"
        "CREATE TABLE c ();\nCREATE TABLE d ();\n-- migrate:down\nDROP TABLE a;\n"
    )
    assert mended("1_a.sql", before, "drop-index-blocks", 4) == (
        f"{MARKER}BEGIN;\nCREATE TABLE a ();\nCREATE TABLE b ();\nCOMMIT;\n"
        "DROP INDEX CONCURRENTLY i;\n"
        "BEGIN;\nCREATE TABLE c ();\nCREATE TABLE d ();\nCOMMIT;\n"
        "-- migrate:down\nDROP TABLE a;\n"
    )


def test_first_step_stays_with_the_statements_before_it() -> None:
    before = "-- migrate:up\nCREATE VIEW v AS SELECT 1;\nALTER TABLE t ALTER a SET NOT NULL;\n"
    after = mended("1_a.sql", before, "set-not-null-scan", 3)
    kinds = [statement.kind for statement in split(after, path="1_a.sql")]
    assert kinds == ["BEGIN", "CREATE VIEW", "ALTER TABLE", "COMMIT", "ALTER TABLE", "BEGIN",
                     "ALTER TABLE", "ALTER TABLE", "COMMIT"]  # fmt: skip


def test_other_subcommands_come_first() -> None:
    before = "-- migrate:up\nALTER TABLE t ADD b int, ADD CHECK (a > 0), DROP c;\n"
    after = mended("1_a.sql", before, "add-check-scan", 2)
    assert "ALTER TABLE t ADD COLUMN b int, DROP c;" in after
    assert after.index("DROP c") < after.index("ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID")


def test_comment_inside_of_the_statement_moves_above() -> None:
    before = "-- migrate:up\nALTER TABLE t -- see #12\n  ADD CHECK (a > 0);\n"
    after = mended("1_a.sql", before, "add-check-scan", 2)
    assert after.splitlines()[1:3] == [
        "-- see #12",
        "ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID;",
    ]


def test_block_of_the_file_is_ended_and_begun_again() -> None:
    before = "BEGIN;\nSELECT 1;\nREINDEX TABLE t;\nSELECT 2;\nCOMMIT;\n"
    assert mended("a.sql", before, "reindex-blocks", 3) == (
        "BEGIN;\nSELECT 1;\nCOMMIT;\nREINDEX (CONCURRENTLY) TABLE t;\nBEGIN;\nSELECT 2;\nCOMMIT;\n"
    )


def test_block_that_would_be_empty_goes() -> None:
    before = "BEGIN;\nDROP INDEX i;\nCOMMIT;\n"
    assert mended("a.sql", before, "drop-index-blocks", 2) == "DROP INDEX CONCURRENTLY i;\n"


def test_line_ends_and_byte_order_mark_stay() -> None:
    before = "\N{BYTE ORDER MARK}-- migrate:up\r\nDROP INDEX i, j;\r\n"
    after = mended("1_a.sql", before, "drop-index-blocks", 2)
    assert after == (
        "\N{BYTE ORDER MARK}-- migrate:up transaction:false\r\n"
        "DROP INDEX CONCURRENTLY i;\r\nDROP INDEX CONCURRENTLY j;\r\n"
    )


@pytest.mark.parametrize(
    ("before", "first"),
    [
        ("-- +goose Up\nDROP INDEX i;\n", "-- +goose NO TRANSACTION"),
        ("-- +migrate Up\nDROP INDEX i;\n", "-- +migrate Up notransaction"),
    ],
)
def test_other_tools_are_told_in_their_own_words(before: str, first: str) -> None:
    assert mended("1_a.sql", before, "drop-index-blocks", 2).splitlines()[0] == first


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("1_a.up.sql", "DROP INDEX i;\nSELECT 1;"),
        ("1_a.up.sql", "DROP INDEX i, j;"),
        ("1_a.sql", "-- +goose Up\nDROP INDEX i;\nSELECT 1;"),
        ("1_a.sql", "-- migrate:up\nSET LOCAL search_path = a;\nDROP INDEX i;"),
        ("1_a.sql", "-- migrate:up\nLOCK TABLE t;\nDROP INDEX i;"),
        ("a.sql", "BEGIN;\nSAVEPOINT s;\nDROP INDEX i;\nCOMMIT;"),
    ],
)
def test_file_that_leaves_it_no_room_stays_and_says_why(path: str, text: str) -> None:
    found = mend_all(path, text)
    assert found.text == text
    (error,) = found.refused
    assert error.next_step


def test_form_that_asks_for_decisions_is_refused() -> None:
    with pytest.raises(MigrationError, match="asks for decisions"):
        mend("1_a.sql", "-- migrate:up\nDROP TABLE t;\n", rule="drop-table", line=2)


def test_line_without_that_hazard_is_refused() -> None:
    with pytest.raises(MigrationError, match="no statement here"):
        mend("1_a.sql", "-- migrate:up\nDROP INDEX i;\n", rule="reindex-blocks", line=2)


def test_hazard_that_the_file_allows_is_left_alone() -> None:
    text = "-- migrate:up\n-- cockpit:allow drop-index-blocks\nDROP INDEX i;\n"
    assert mendable("1_a.sql", text) == ()
    assert mend_all("1_a.sql", text).text == text


def test_all_that_can_give_way_does() -> None:
    text = "-- migrate:up\nDROP INDEX i;\nCREATE INDEX j ON t (a);\nALTER TABLE t DROP a;\n"
    found = mend_all("1_a.sql", text)
    assert [one.rule for one in found.taken_out] == [
        "drop-index-blocks",
        "create-index-blocks-writes",
    ]
    assert mendable("1_a.sql", found.text) == ()


def test_statements_that_may_share_the_transaction_stay_in_it() -> None:
    text = "-- migrate:up\nSET search_path = app;\nCREATE TABLE t ();\n"
    after = mended("1_a.sql", text, "leaking-setting", 2)
    assert after == "-- migrate:up\nSET LOCAL search_path = app;\nCREATE TABLE t ();\n"
