"""Every layout of files against every tool's table: nobody's row is taken for somebody else's."""

from collections.abc import Callable

import pytest

from cockpit.model.board import Board
from cockpit.model.state import State
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.deploy.conftest import OpenSession
from tests.projects import Project
from tests.tools.layouts import LAYOUTS, Layout

ALIKE = frozenset({("golang-migrate", "sqlx"), ("sqlx", "golang-migrate")})
"""Pairs of files that both tools take, so that only a table tells whose they are."""
FILES_OF_NOBODY = {"dbmate": "cockpit", "sqlx": "golang-migrate"}
"""What a folder is taken for while no table speaks for the tool."""
APPLIED = (State.APPLIED, State.UNVERIFIED)


@pytest.fixture(params=LAYOUTS, ids=lambda layout: layout.tool)
def layout(request: pytest.FixtureRequest, project: Project) -> Layout:
    """One tool's files in the project."""
    found: Layout = request.param
    for path, text in found.files.items():
        place = project.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    project.commit()
    return found


@pytest.fixture
def look(open_here: OpenSession, new_database: Callable[[], Database]) -> Callable[..., Board]:
    """The board over a database with just these histories."""

    def once(*histories: str) -> Board:
        database = new_database()
        for statements in histories:
            database.execute(statements)
        board = open_here(folder="", dsn=parse(database.dsn)).look()
        assert (board.database_error, board.source_error) == ("", "")
        return board

    return once


def test_its_own_table_is_believed(layout: Layout, look: Callable[..., Board]) -> None:
    board = look(layout.history)
    (standing,) = board.standings
    assert (board.tool, standing.state in APPLIED) == (layout.tool, True), standing
    assert board.folder == layout.folder


def test_no_table_leaves_it_pending(layout: Layout, look: Callable[..., Board]) -> None:
    board = look()
    assert board.tool == FILES_OF_NOBODY.get(layout.tool, layout.tool)
    assert [standing.state for standing in board.standings] == [State.PENDING]


def test_the_table_of_another_tool_is_never_believed(
    layout: Layout, look: Callable[..., Board]
) -> None:
    for other in LAYOUTS:
        if other.tool == layout.tool or (layout.tool, other.tool) in ALIKE:
            continue
        board = look(other.history)
        found = {s.version: s.state for s in board.standings}
        assert not set(found.values()) & {*APPLIED, State.MISSING}, (other.tool, found)
        assert board.tool == FILES_OF_NOBODY.get(layout.tool, layout.tool), other.tool


def test_a_table_of_the_same_name_makes_it_unknown_and_not_pending(
    layout: Layout, look: Callable[..., Board]
) -> None:
    """Pending would be a lie as well: nobody knows what its history says."""
    for other in LAYOUTS:
        if other.tool == layout.tool or other.table != layout.table:
            continue
        (standing,) = look(other.history).standings
        assert standing.state is State.UNKNOWN, other.tool


def test_it_finds_its_own_among_all_the_others(layout: Layout, look: Callable[..., Board]) -> None:
    others = {
        other.table: other.history
        for other in LAYOUTS
        if other.table != layout.table and (layout.tool, other.tool) not in ALIKE
    }
    board = look(layout.history, *others.values())
    (standing,) = board.standings
    assert (board.tool, standing.state in APPLIED) == (layout.tool, True), standing


def test_its_own_table_is_no_part_of_the_schema(
    layout: Layout, open_here: OpenSession, new_database: Callable[[], Database]
) -> None:
    """Neither drift nor an adoption may speak of it."""
    bare, used = new_database(), new_database()
    used.execute(layout.history)
    found = [open_here(dsn=parse(database.dsn)).schema() for database in (bare, used)]
    assert found[0] == found[1]
