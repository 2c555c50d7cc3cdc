"""Lock modes as table 13.2 of PostgreSQL's documentation has them."""

from itertools import product

import pytest

from cockpit.model.locks import LockMode, strongest

# Rows and columns: ACCESS SHARE, ROW SHARE, ROW EXCL., SHARE UPDATE EXCL., SHARE, SHARE ROW EXCL.,
# EXCL., ACCESS EXCL. (https://www.postgresql.org/docs/current/explicit-locking.html)
DOCUMENTED = """
. . . . . . . X
. . . . . . X X
. . . . X X X X
. . . X X X X X
. . X X . X X X
. . X X X X X X
. X X X X X X X
X X X X X X X X
"""
TABLE = [line.split() for line in DOCUMENTED.split("\n") if line]
PAIRS = list(product(LockMode, repeat=2))


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda mode: mode.name)
def test_two_modes_conflict_where_the_documentation_says_so(one: LockMode, other: LockMode) -> None:
    documented = TABLE[one.rank - 1][other.rank - 1] == "X"
    assert one.conflicts_with(other) is documented
    assert other.conflicts_with(one) is documented


def test_the_table_is_as_large_as_there_are_modes() -> None:
    assert [len(row) for row in TABLE] == [len(LockMode)] * len(LockMode)


def test_only_access_exclusive_keeps_readers_waiting() -> None:
    assert [mode for mode in LockMode if mode.blocks_reads] == [LockMode.ACCESS_EXCLUSIVE]


def test_writers_wait_from_share_on() -> None:
    waiting = [mode.words for mode in LockMode if mode.blocks_writes]
    assert waiting == ["SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"]


def test_each_mode_says_what_waits() -> None:
    assert [mode.blocks for mode in LockMode] == [
        "nothing but DDL", "nothing but DDL", "nothing but DDL", "DDL and vacuum",
        "writes", "writes", "writes", "reads and writes",
    ]  # fmt: skip


def test_the_strongest_of_some() -> None:
    assert strongest([LockMode.SHARE, LockMode.EXCLUSIVE, LockMode.ROW_SHARE]) is LockMode.EXCLUSIVE
    assert strongest(()) is None
