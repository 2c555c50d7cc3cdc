"""The old release is deployed, and the ledger is not there: every tool's rollback out of git."""

import pytest

from cockpit.model.goal import Action, Goal
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.situations.layouts import LAYOUTS, Layout, releases
from tests.tools.real_tools import CHANGES

TO_V1 = Goal(Action.ROLLBACK, to_tag="v1")
FOREIGN = [layout for layout in LAYOUTS if layout.name != "cockpit"]


def tables(database: Database) -> set[str]:
    """Which of the migrations' tables are there."""
    rows = database.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")
    return {name for (name,) in rows} & {change.table for change in CHANGES}


@pytest.fixture(params=FOREIGN, ids=lambda layout: str(layout.name))
def layout(
    request: pytest.FixtureRequest,
    project: Project,
    open_here: OpenSession,
    fresh_database: Database,
) -> Layout:
    """Three releases, all applied; only the tool's own history is left to tell of it."""
    layout: Layout = request.param
    releases(project, layout)
    outcome = run(open_here(tool=layout.name, folder=layout.folder))
    assert outcome.outcome == "done", outcome
    fresh_database.execute("DROP SCHEMA cockpit CASCADE")
    return layout


@pytest.mark.parametrize("checked_out", ["v1", "v2", "v3"])
def test_old_release_deployed_rolls_back_without_a_ledger(
    layout: Layout,
    project: Project,
    open_here: OpenSession,
    fresh_database: Database,
    checked_out: str,
) -> None:
    project.git("checkout", "-q", checked_out)
    session = open_here(tool=layout.name, folder=layout.folder)
    plan = session.plan(TO_V1)
    assert plan.refusals == ()
    assert len(plan.phases) == 2
    assert run(session, TO_V1).outcome == "done"
    assert tables(fresh_database) == {"customers"}
    project.git("checkout", "-q", "v3")
    assert run(open_here(tool=layout.name, folder=layout.folder)).outcome == "done"
    assert tables(fresh_database) == {"customers", "orders", "items"}


def test_a_release_in_between_keeps_what_it_holds(
    layout: Layout, project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    project.git("checkout", "-q", "v1")
    session = open_here(tool=layout.name, folder=layout.folder)
    release = session.look().release
    assert release is not None
    assert release.words == "v3"
    to_v2 = Goal(Action.ROLLBACK, to_tag="v2")
    assert run(session, to_v2).outcome == "done"
    assert tables(fresh_database) == {"customers", "orders"}
