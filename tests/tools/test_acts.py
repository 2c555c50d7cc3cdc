"""One script of acts, done by the tool alone and by the tool and the cockpit in turns.

After every act both databases have the same rows in the tool's history and the same tables, and
the board says what is so.
"""

from collections.abc import Callable
from itertools import cycle

import psycopg
import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.tools.from_source import VECTORS
from tests.tools.real_prisma import PRISMA
from tests.tools.real_tools import CHANGES, REAL_TOOLS, RealTool

FIRST, SECOND, THIRD = CHANGES
HELD = (State.APPLIED, State.UNVERIFIED)
WAITING = (State.PENDING, State.ROLLED_BACK)


def _named(tool: RealTool) -> str:
    return f"{tool.name} (vectors)" if tool in VECTORS else tool.name


@pytest.fixture(
    params=[
        pytest.param(tool, id=_named(tool), marks=[pytest.mark.long] if tool.slow else [])
        for tool in (*REAL_TOOLS, PRISMA, *VECTORS)
    ]
)
def tool(request: pytest.FixtureRequest, project: Project) -> RealTool:
    """A tool that is installed here, with two migrations in the project."""
    real: RealTool = request.param
    if not real.installed:
        pytest.skip(f"{real.program} is not installed")
    real.write(project, FIRST)
    real.write(project, SECOND)
    project.commit()
    return real


class Acts:
    """Does each act twice: the tool on its own database, whose turn it is on the shared one."""

    def __init__(
        self, tool: RealTool, project: Project, session: Session, shared: Database, alone: Database
    ) -> None:
        self.tool, self.project, self.session = tool, project, session
        self.shared, self.alone = shared, alone

    def apply(self, cockpit: bool) -> None:
        self.tool.up(self.project, self.alone)
        if cockpit:
            assert run(self.session).outcome == "done"
        else:
            self.tool.up(self.project, self.shared)
        self.agree()

    def roll_back(self, cockpit: bool) -> None:
        self.tool.down(self.project, self.alone)
        if cockpit:
            assert run(self.session, Goal(Action.ROLLBACK)).outcome == "done"
        else:
            self.tool.down(self.project, self.shared)
        self.agree()

    def fail(self, cockpit: bool) -> None:
        """An apply that breaks off: whoever tried, nothing of it is left and nothing is written."""
        for database in (self.alone,) if cockpit else (self.alone, self.shared):
            with pytest.raises((AssertionError, psycopg.Error), match="division by zero"):
                self.tool.up(self.project, database)
        if cockpit:
            assert run(self.session).outcome == "failed"
        self.agree()

    def agree(self) -> None:
        assert self.tool.history(self.shared) == self.tool.history(self.alone)
        assert tables(self.shared) == tables(self.alone)

    def states(self) -> list[State]:
        board = self.session.look()
        assert (board.database_error, board.source_error) == ("", "")
        return [standing.state for standing in board.standings]

    def stand(self, *expected: tuple[State, ...]) -> None:
        found = self.states()
        assert len(found) == len(expected), found
        assert all(one in some for one, some in zip(found, expected, strict=True)), found


def tables(database: Database) -> set[str]:
    rows = database.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")
    return {name for (name,) in rows} & {change.table for change in CHANGES}


def spoil(tool: RealTool, project: Project) -> str:
    """Let the newest migration divide by zero; the text as it was."""
    path = tool.path_of(project, THIRD)
    text = path.read_text()
    path.write_text(text.replace(THIRD.up, f"{THIRD.up}\nSELECT 1/0;", 1))
    return text


@pytest.mark.parametrize("cockpit_begins", [True, False], ids=["cockpit begins", "tool begins"])
def test_turn_by_turn_the_tool_notices_nothing(
    tool: RealTool,
    project: Project,
    open_here: OpenSession,
    fresh_database: Database,
    new_database: Callable[[], Database],
    cockpit_begins: bool,
) -> None:
    session = open_here(tool=tool.name, folder=tool.folder)
    acts = Acts(tool, project, session, fresh_database, new_database())
    turns = cycle([cockpit_begins, not cockpit_begins])
    acts.stand(WAITING, WAITING)

    acts.apply(next(turns))
    acts.stand(HELD, HELD)
    acts.roll_back(next(turns))
    acts.stand(HELD, WAITING)

    tool.edit(project, SECOND)
    acts.apply(next(turns))
    acts.stand(HELD, HELD)

    tool.write(project, THIRD)
    project.commit("Add the items")
    acts.stand(HELD, HELD, WAITING)
    if not tool.keeps_failures:
        sound = spoil(tool, project)
        acts.fail(next(turns))
        acts.stand(HELD, HELD, (*WAITING, State.FAILED))
        tool.path_of(project, THIRD).write_text(sound)
    acts.apply(next(turns))
    acts.stand(HELD, HELD, HELD)

    acts.roll_back(next(turns))
    acts.roll_back(next(turns))
    acts.stand(HELD, WAITING, WAITING)
    acts.apply(next(turns))
    acts.stand(HELD, HELD, HELD)
    assert tables(fresh_database) == {"customers", "orders", "items"}


def test_after_a_deletion_both_say_the_same_of_what_is_left(
    tool: RealTool,
    project: Project,
    open_here: OpenSession,
    fresh_database: Database,
    new_database: Callable[[], Database],
) -> None:
    """The cockpit rolls back from git what the tool can no longer; then the tool goes on."""
    session = open_here(tool=tool.name, folder=tool.folder)
    alone = new_database()
    acts = Acts(tool, project, session, fresh_database, alone)
    acts.apply(cockpit=False)
    tool.down(project, alone)
    tool.remove(project, SECOND)
    project.commit("Forget the orders")
    acts.stand(HELD, (State.MISSING,))
    assert run(session, Goal(Action.ROLLBACK)).outcome == "done"
    acts.agree()
    acts.stand(HELD)
    tool.write(project, SECOND)
    project.commit("Remember them")
    acts.apply(cockpit=False)
    acts.stand(HELD, HELD)
