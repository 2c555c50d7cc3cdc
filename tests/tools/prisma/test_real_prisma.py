"""Prisma itself and the cockpit on one database; turn by turn in `test_acts.py`."""

from collections.abc import Callable

import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.tools.applied import Applied
from tests.tools.real_prisma import PRISMA
from tests.tools.real_tools import CHANGES


@pytest.fixture
def here(project: Project, open_here: OpenSession) -> Session:
    if not PRISMA.installed:
        pytest.skip("prisma is not installed")
    for change in CHANGES:
        PRISMA.write(project, change)
    project.commit()
    return open_here(folder="")


def test_its_rows_and_its_table_are_ours(
    here: Session,
    project: Project,
    fresh_database: Database,
    new_database: Callable[[], Database],
    applied_by: Applied,
) -> None:
    alone = new_database()
    applied_by(PRISMA, project, alone)
    assert run(here).outcome == "done"
    assert PRISMA.history(fresh_database) == PRISMA.history(alone)
    assert PRISMA.shape(fresh_database) == PRISMA.shape(alone)
    assert "No pending migrations to apply" in PRISMA.up(project, fresh_database)


def test_what_failed_in_it_is_failed_here_and_blocks_it_as_it_says(
    here: Session, project: Project, fresh_database: Database
) -> None:
    path = PRISMA.path_of(project, CHANGES[1])
    path.write_text(f"{CHANGES[1].up}\nSELECT 1/0;\n")
    with pytest.raises(AssertionError, match="division by zero"):
        PRISMA.up(project, fresh_database)
    board = here.look()
    assert [s.state for s in board.standings] == [State.APPLIED, State.FAILED, State.PENDING]
    assert "P3009" in board.standings[1].why
    with pytest.raises(AssertionError, match="P3009"):
        PRISMA.up(project, fresh_database)


def test_what_it_applied_goes_back_by_the_script_beside(
    here: Session, project: Project, fresh_database: Database, applied_by: Applied
) -> None:
    applied_by(PRISMA, project, fresh_database)
    assert [s.state for s in here.look().standings] == [State.APPLIED] * 3
    assert run(here, Goal(Action.ROLLBACK)).outcome == "done"
    assert fresh_database.execute("SELECT to_regclass('items')") == [(None,)]
    PRISMA.up(project, fresh_database)
    assert [s.state for s in here.look().standings] == [State.APPLIED] * 3
