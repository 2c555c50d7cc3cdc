"""The wire breaks around a COMMIT: what is told is what the server did."""

import tempfile
from pathlib import Path

import pytest

from cockpit.deploy.session import Session
from cockpit.model.event import Event
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.proxy import Cut, cut_wire

FIRST_RUN_COMMITS = 4
"""The ledger with the run's first event, then one for each of three migrations."""


def three(project: Project) -> None:
    for number in ("001", "002", "003"):
        project.native(
            number, f"t{number}", f"CREATE TABLE t{number} ();", f"DROP TABLE t{number};"
        )
    project.commit()


def tables(database: Database) -> set[str]:
    rows = database.execute("SELECT relname FROM pg_class WHERE relname ~ '^t00[123]$'")
    return {row[0] for row in rows}


@pytest.mark.parametrize("cut", list(Cut), ids=lambda cut: cut.value)
@pytest.mark.parametrize("commit", range(1, FIRST_RUN_COMMITS + 1))
def test_what_is_told_after_a_cut_is_what_the_server_did(
    cut: Cut, commit: int, project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    three(project)
    with (
        tempfile.TemporaryDirectory() as folder,
        cut_wire(Path(folder) / "s", fresh_database.dsn, cut, commit) as (dsn, proxy),
    ):
        session: Session = open_here(dsn=parse(dsn))
        events: list[Event] = []
        outcome = run(session, events=events)
        assert proxy.has_cut.is_set()
        assert outcome.outcome == "failed"
        fresh = open_here()
        states = {s.version: s.state for s in fresh.look().standings}
        applied = {f"t{v}" for v, state in states.items() if state is State.APPLIED}
        assert applied == tables(fresh_database)
        in_doubt = f"00{commit - 1}"
        if commit > 1 and cut is Cut.AFTER_COMMIT:
            assert f"{in_doubt} up: the ledger shows that it was committed" in outcome.kept
            assert f"t{in_doubt}" in tables(fresh_database)
        elif commit > 1:
            assert f"{in_doubt} up: the ledger shows that it was not committed" in outcome.undone
            assert f"t{in_doubt}" not in tables(fresh_database)
        plan = fresh.plan(Goal(Action.APPLY))
        assert plan.refusals == ()
        if not plan.empty:
            assert run(fresh).outcome == "done"
        assert tables(fresh_database) == {"t001", "t002", "t003"}


def test_a_killed_backend_is_told_as_undone(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "slow", "CREATE TABLE t001 ();\nSELECT pg_sleep(20);")
    project.commit()
    session.arm(None)
    deployment = session.start(session.plan(Goal(Action.APPLY)), lambda e: None, stepwise=False)
    killed: list[tuple[object, ...]] = []
    while not killed:
        killed = fresh_database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid() AND state = 'active' "
            "AND datname = current_database()"
        )
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "failed"
    assert "not committed" in outcome.undone
    assert tables(fresh_database) == set()
    board = session.look()
    assert board.unfinished is not None
    assert [s.state for s in board.standings] == [State.PENDING]
