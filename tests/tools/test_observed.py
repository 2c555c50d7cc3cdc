"""Tools that are only looked at: what the real one did is what the board says."""

import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession
from tests.projects import Project
from tests.tools.applied import Applied
from tests.tools.observed_tools import OBSERVED_TOOLS, ObservedTool
from tests.tools.real_tools import CHANGES


@pytest.fixture(params=OBSERVED_TOOLS, ids=lambda tool: tool.name)
def tool(request: pytest.FixtureRequest, project: Project) -> ObservedTool:
    """A tool that is installed here, with three migrations in the project."""
    real: ObservedTool = request.param
    if not real.installed:
        pytest.skip(f"{real.package or real.program} is not installed")
    for change in CHANGES:
        real.write(project, change)
    project.commit(tag="v1")
    return real


@pytest.fixture
def here(tool: ObservedTool, open_here: OpenSession) -> Session:
    """A session that is told nothing: not the folder, and not the tool."""
    return open_here(folder="")


def states(session: Session) -> list[State]:
    board = session.look()
    assert (board.database_error, board.source_error) == ("", "")
    return [standing.state for standing in board.standings]


def applied(tool: ObservedTool) -> State:
    return State.APPLIED if tool.verified else State.UNVERIFIED


def test_folder_and_tool_are_found_by_their_shape(tool: ObservedTool, here: Session) -> None:
    board = here.look()
    assert (board.tool, board.folder) == (tool.name, tool.folder)
    assert [s.version for s in board.standings] == [tool.version_of(c) for c in CHANGES]
    assert states(here) == [State.PENDING] * 3


def test_a_script_of_acts_is_followed_state_by_state(
    tool: ObservedTool, project: Project, here: Session, fresh_database: Database
) -> None:
    """Apply, roll back, edit, fail, mend, forget: after each the board is what the table says."""
    yes = applied(tool)
    tool.remove(project, CHANGES[2])
    tool.up(project, fresh_database)
    assert states(here) == [yes, yes]
    tool.write(project, CHANGES[2])
    assert states(here) == [yes, yes, State.PENDING]
    tool.up(project, fresh_database)
    assert states(here) == [yes, yes, yes]
    tool.down(project, fresh_database)
    assert states(here) == [yes, yes, State.PENDING]
    tool.spoil(project, CHANGES[2])
    with pytest.raises(AssertionError, match="division by zero"):
        tool.up(project, fresh_database)
    assert states(here) == [yes, yes, State.PENDING]
    tool.remove(project, CHANGES[2])
    tool.write(project, CHANGES[2])
    tool.up(project, fresh_database)
    before = tool.history(fresh_database)
    assert states(here) == [yes, yes, yes]
    tool.edit(project, CHANGES[1])
    assert states(here)[1] is (State.DRIFTED if tool.verified else State.UNVERIFIED)
    tool.remove(project, CHANGES[0])
    assert sorted(states(here))[-1] in (State.MISSING, State.UNVERIFIED)
    assert State.MISSING in states(here)
    assert tool.history(fresh_database) == before


def test_a_file_older_than_what_is_applied_is_late(
    tool: ObservedTool, project: Project, here: Session, fresh_database: Database
) -> None:
    tool.remove(project, CHANGES[1])
    tool.up(project, fresh_database)
    tool.remove(project, CHANGES[2])
    tool.write(project, CHANGES[1])
    tool.write(project, CHANGES[2])
    assert states(here) == [applied(tool), State.LATE, applied(tool)]
    tool.up(project, fresh_database)
    ran = State.LATE if tool.name == "drizzle" else applied(tool)
    assert states(here) == [applied(tool), ran, applied(tool)]


@pytest.mark.parametrize("action", [Action.APPLY, Action.ROLLBACK, Action.REDO])
def test_driving_is_refused_with_what_to_do_instead(
    tool: ObservedTool,
    project: Project,
    here: Session,
    fresh_database: Database,
    applied_by: Applied,
    action: Action,
) -> None:
    if action is not Action.APPLY:
        applied_by(tool, project, fresh_database)
    (refusal,) = here.plan(Goal(action)).refusals
    assert refusal.startswith(f"The cockpit looks at {tool.name}'s migrations")
    assert "Run them with: " in refusal


def test_the_tool_notices_nothing_of_being_looked_at(
    tool: ObservedTool, project: Project, here: Session, fresh_database: Database
) -> None:
    count = "SELECT count(*), (SELECT count(*) FROM pg_namespace) FROM pg_class"
    before = fresh_database.execute(count)
    assert states(here) == [State.PENDING] * 3
    assert fresh_database.execute(count) == before
    tool.up(project, fresh_database)
    assert states(here) == [applied(tool)] * 3
    tool.up(project, fresh_database)
    assert len(tool.history(fresh_database)) == 3
