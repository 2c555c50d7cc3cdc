"""The pipeline's tool and the cockpit take turns on one database, and neither notices."""

from collections.abc import Callable, Iterator

import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.tools.applied import Applied
from tests.tools.frameworks import FRAMEWORKS
from tests.tools.from_source import VECTORS
from tests.tools.real_prisma import PRISMA
from tests.tools.real_tools import CHANGES, REAL_TOOLS, RealTool

ROLLBACK = Goal(Action.ROLLBACK)


def _named(tool: RealTool) -> str:
    return f"{tool.name} (vectors)" if tool in VECTORS else tool.name


def _sides() -> Iterator[object]:
    """A tool that starts in seconds is left to the long run."""
    for real in (*REAL_TOOLS, PRISMA, *FRAMEWORKS, *VECTORS):
        marks = [pytest.mark.long] if real.slow else []
        yield pytest.param(real, marks=marks, id=_named(real))


@pytest.fixture(params=_sides())
def tool(request: pytest.FixtureRequest, project: Project) -> RealTool:
    """A tool that is installed here, with three migrations in the project."""
    real: RealTool = request.param
    if not real.installed:
        pytest.skip(f"{real.program} is not installed")
    for change in CHANGES:
        real.write(project, change)
    project.commit(tag="v1")
    return real


@pytest.fixture
def here(tool: RealTool, open_here: OpenSession) -> Session:
    """A session that is told which tool it is."""
    return open_here(tool=tool.name, folder=tool.folder, **tool.opening)


def states(session: Session) -> list[State]:
    board = session.look()
    assert (board.database_error, board.source_error) == ("", "")
    return [standing.state for standing in board.standings]


def states_of(session: Session) -> list[State]:
    """The same where something is wrong with the history."""
    return [standing.state for standing in session.look().standings]


def tables(database: Database) -> set[str]:
    """Which of the migrations' tables are there."""
    rows = database.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")
    return {name for (name,) in rows} & {change.table for change in CHANGES}


def applied(tool: RealTool) -> State:
    """What the cockpit says of a version that the tool itself has applied."""
    return State.APPLIED if tool.verified else State.UNVERIFIED


def test_what_the_tool_applied_is_seen_as_applied(
    tool: RealTool,
    project: Project,
    here: Session,
    fresh_database: Database,
    applied_by: Applied,
) -> None:
    applied_by(tool, project, fresh_database)
    board = here.look()
    assert board.problems == ()
    assert [s.version for s in board.standings] == [tool.version_of(c) for c in CHANGES]
    assert [s.state for s in board.standings] == [applied(tool)] * 3
    assert here.plan(Goal(Action.APPLY)).empty


def test_it_is_recognised_without_being_named(
    tool: RealTool,
    project: Project,
    open_here: OpenSession,
    fresh_database: Database,
    applied_by: Applied,
) -> None:
    applied_by(tool, project, fresh_database)
    session = open_here(folder=tool.folder, **tool.opening)
    assert session.look().tool == tool.name
    assert run(session, ROLLBACK).outcome == "done"
    assert session.look().tool == tool.name


def test_an_empty_database_is_applied_as_the_tool_would_have(
    tool: RealTool,
    project: Project,
    here: Session,
    fresh_database: Database,
    new_database: Callable[[], Database],
    applied_by: Applied,
) -> None:
    alone = new_database()
    applied_by(tool, project, alone)
    assert run(here).outcome == "done"
    assert tool.history(fresh_database) == tool.history(alone)
    assert tool.shape(fresh_database) == tool.shape(alone)
    tool.up(project, fresh_database)
    assert tool.history(fresh_database) == tool.history(alone)


def test_the_tool_applies_the_cockpit_rolls_back_the_tool_applies_again(
    tool: RealTool,
    project: Project,
    here: Session,
    fresh_database: Database,
    new_database: Callable[[], Database],
    applied_by: Applied,
) -> None:
    alone = new_database()
    for database in (alone, fresh_database):
        applied_by(tool, project, database)
    assert run(here, ROLLBACK).outcome == "done"
    tool.down(project, alone)
    assert tables(fresh_database) == {"customers", "orders"}
    assert tool.history(fresh_database) == tool.history(alone)
    assert states(here) == [applied(tool), applied(tool), State.ROLLED_BACK]
    for database in (alone, fresh_database):
        tool.up(project, database)
    assert tool.history(fresh_database) == tool.history(alone)
    assert states(here) == [applied(tool)] * 3


def test_the_cockpit_applies_the_tool_rolls_back_the_cockpit_applies_again(
    tool: RealTool,
    project: Project,
    here: Session,
    fresh_database: Database,
    new_database: Callable[[], Database],
    applied_by: Applied,
) -> None:
    alone = new_database()
    run(here)
    applied_by(tool, project, alone)
    for database in (alone, fresh_database):
        tool.down(project, database)
    assert tables(fresh_database) == {"customers", "orders"}
    assert states(here) == [State.APPLIED, State.APPLIED, State.ROLLED_BACK]
    assert run(here).outcome == "done"
    tool.up(project, alone)
    assert tool.history(fresh_database) == tool.history(alone)
    assert states(here) == [State.APPLIED] * 3


def test_a_version_that_the_tool_applied_anew_is_not_called_verified_by_our_ledger(
    tool: RealTool, project: Project, here: Session, fresh_database: Database
) -> None:
    run(here)
    tool.down(project, fresh_database)
    tool.edit(project, CHANGES[-1])
    tool.up(project, fresh_database)
    assert states(here) == [State.APPLIED, State.APPLIED, applied(tool)]


def test_an_edit_of_what_the_cockpit_applied_is_drift(
    tool: RealTool, project: Project, here: Session
) -> None:
    run(here)
    tool.edit(project, CHANGES[1])
    assert states(here) == [State.APPLIED, State.DRIFTED, State.APPLIED]


def test_the_way_down_is_found_after_the_files_are_gone(
    tool: RealTool,
    project: Project,
    here: Session,
    fresh_database: Database,
    applied_by: Applied,
) -> None:
    project.git("checkout", "-q", "-b", "other")
    applied_by(tool, project, fresh_database)
    tool.remove(project, CHANGES[-1])
    project.commit("Forget the items")
    if tool.programs:
        assert State.MISSING in states_of(here)
        assert here.plan(ROLLBACK).refusals
        return
    assert states(here) == [applied(tool), applied(tool), State.MISSING]
    assert run(here, ROLLBACK).outcome == "done"
    assert tables(fresh_database) == {"customers", "orders"}


def test_looking_creates_nothing_and_needs_no_right_to_write(
    tool: RealTool, project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    count = "SELECT count(*), (SELECT count(*) FROM pg_namespace) FROM pg_class"
    before = fresh_database.execute(count)
    session = open_here(tool=tool.name, folder=tool.folder, role=None, **tool.opening)
    assert states(session) == [State.PENDING] * 3
    assert session.look().history is not None
    assert session.plan(Goal(Action.APPLY)).refusals == ()
    assert fresh_database.execute(count) == before
