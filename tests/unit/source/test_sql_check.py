"""SQL that the server would refuse is told before it is sent, at its line in the file."""

import pytest

from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.source.directives import read_migration
from cockpit.source.syntax import check_sql

GOOD = """\
-- migrate:up phase:fill table:users key:id
UPDATE users SET a = 1 WHERE id BETWEEN :from AND :to;
-- migrate:check "filled"
SELECT true;
-- migrate:down phase:fill
SELECT 1;
"""


def problems(text: str) -> tuple[Problem, ...]:
    migration, found = read_migration(SourceFile("db/1_a.sql", "b10b", text.encode()))
    assert migration is not None
    assert found == ()
    return check_sql(migration)


def test_good_sql_has_no_problems() -> None:
    assert problems(GOOD) == ()


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("-- migrate:up\nSELECT 1;\n SELEC 2;\n", 3, 2, 'syntax error at or near "SELEC"'),
        ("-- migrate:up\n-- migrate:down\nDROP;\n", 3, 5, 'syntax error at or near ";"'),
        ("-- migrate:up\nBEGIN;\nROLLBACK;\n", 3, 1, "a ROLLBACK would undo the migration"),
        ("-- migrate:up table:t key:i\nSELECT 1;\nSELECT 2;\n", 3, 1, "is one statement"),
        ("-- migrate:up table:t key:i\n", 2, 1, "a backfill is one statement, this phase has 0"),
        (
            "-- migrate:up table:t key:i\n\nUPDATE t SET a = 1;\n",
            3, 1, "does not use :from",
        ),
        (
            "-- migrate:up table:t key:i\nUPDATE t SET a = 1 WHERE i > :from;\n",
            2, 1, "does not use :to",
        ),
        ('-- migrate:up\n-- migrate:check "c"\nSELECT 1;\nSELECT 2;\n', 4, 1, "is not one query"),
        ('-- migrate:up\n-- migrate:check "c"\nDROP TABLE t;\n', 3, 1, "is not one query"),
        ('-- migrate:up\n-- migrate:check "c"\n', 3, 1, "is not one query"),
        ('-- migrate:up\n-- migrate:check "c"\n\n  SELEC\n', 4, 1, "syntax error"),
    ],
)  # fmt: skip
def test_bad_sql_is_told_at_its_place(text: str, line: int, column: int, words: str) -> None:
    [problem] = problems(text)
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.what
    assert (problem.path, problem.version, problem.blocks_writing) == ("db/1_a.sql", "1", True)


def test_every_bad_phase_is_told() -> None:
    found = problems("-- migrate:up\nSELEC;\n-- migrate:down\nDORP;\n")
    assert [problem.line for problem in found] == [2, 4]
