"""The smallest project of every tool that is read can be adopted, and given back."""

import pytest

from cockpit.deploy.rehearsing import Stage
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession
from tests.projects import Project
from tests.tools.layouts import LAYOUTS, UP, Layout


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.tool)
def test_one_migration_is_adopted_forward_only_and_given_back(
    layout: Layout, project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    """What only the tool's own program can say is accepted by name."""
    for path, text in layout.files.items():
        place = project.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    project.commit()
    fresh_database.execute(layout.history)
    fresh_database.execute(UP)
    rows = fresh_database.execute(f"TABLE {layout.table}")
    session = open_here(folder="")
    before = session.look()
    proposed = session.adoption(Stage())
    assert proposed.refusals == ()
    session.arm(before.standpoint.name)
    session.adopt(proposed.accepting([finding.label for finding in proposed.findings]), "a test")
    board = session.look()
    assert (board.database_error, board.source_error) == ("", "")
    assert [standing.state for standing in board.standings] == [State.IMPORTED]
    assert session.plan(Goal(Action.ROLLBACK)).refusals
    assert fresh_database.execute(f"TABLE {layout.table}") == rows
    session.undo_adoption()
    after = session.look()
    assert (after.tool, [s.state for s in after.standings]) == (
        layout.tool,
        [s.state for s in before.standings],
    )
