"""The server that answers is not the one that confirmed: what it lacks is told, never claimed."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.model.event import Event, PhaseFinished
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.databases import chosen_programs, execute
from tests.deploy.conftest import run
from tests.projects import FOLDER, Project
from tests.standby import Standby, standby_of

BLOCKED_UNTIL_TOLD = (
    "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM told) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;"
)


@pytest.fixture
def primary() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(chosen_programs(), durable=True) as server:
        yield server


@pytest.fixture
def standby(primary: EmbeddedServer) -> Iterator[Standby]:
    with standby_of(primary) as standby:
        yield standby


def opened(project: Project, dsn: str, journal: Path) -> Session:
    return Session(
        Opening(
            repository=project.root, folder=FOLDER, dsn=parse(dsn),
            environment=Environment.LOCAL, limits=Limits(), journal=journal,
        )
    )  # fmt: skip


def tables(project: Project, *versions: str) -> None:
    for version in versions:
        project.native(version, "t", f"CREATE TABLE t{version} ();", f"DROP TABLE t{version};")
    project.commit()


def states(session: Session) -> dict[str, State]:
    return {standing.version: standing.state for standing in session.look().standings}


def test_the_next_start_names_what_the_promoted_standby_lacks(
    project: Project, primary: EmbeddedServer, standby: Standby, tmp_path: Path
) -> None:
    tables(project, "001")
    before = opened(project, primary.dsn(), tmp_path)
    assert run(before).outcome == "done"
    standby.caught_up()
    standby.cut_off()
    tables(project, "002", "003")
    assert run(before).outcome == "done"
    before.close()
    primary.halt()
    standby.promote()

    after = opened(project, standby.dsn, tmp_path)
    board = after.look()
    assert states(after) == {"001": State.APPLIED, "002": State.PENDING, "003": State.PENDING}
    assert board.unfinished is not None
    assert "has forgotten what it confirmed" in board.unfinished.what
    assert board.unfinished.undone == "002 up (up), 003 up (up)"
    assert board.unfinished.versions == ("002", "003")
    assert run(after).outcome == "done"
    assert set(states(after).values()) == {State.APPLIED}
    assert after.look().unfinished is None
    assert standby.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^t00.$'") == [(3,)]
    after.close()


def test_another_machine_is_told_that_the_server_was_promoted_since(
    project: Project, primary: EmbeddedServer, standby: Standby, tmp_path: Path
) -> None:
    tables(project, "001")
    before = opened(project, primary.dsn(), tmp_path / "one")
    assert run(before).outcome == "done"
    assert before.look().problems == ()
    standby.caught_up()
    standby.cut_off()
    tables(project, "002")
    assert run(before).outcome == "done"
    before.close()
    primary.halt()
    standby.promote()

    elsewhere = opened(project, standby.dsn, tmp_path / "another")
    board = elsewhere.look()
    assert board.unfinished is None
    (problem,) = board.problems
    assert "timeline 1 then, 2 now" in problem.what
    assert not problem.blocks_writing
    assert run(elsewhere).outcome == "done"
    assert elsewhere.look().problems == ()
    elsewhere.close()


def test_a_run_that_is_on_when_the_server_fails_over_takes_back_what_it_said(
    project: Project, primary: EmbeddedServer, standby: Standby, tmp_path: Path
) -> None:
    """The address leads to the old primary first, and to the promoted standby afterwards."""
    execute(primary.dsn(), "CREATE TABLE told ()")
    tables(project, "001")
    both = f"{_host(primary.dsn())},{_host(standby.dsn)}"
    session = opened(project, make_conninfo(primary.dsn(), host=both), tmp_path)
    assert run(session).outcome == "done"
    standby.caught_up()
    standby.cut_off()
    tables(project, "002")
    project.native("003", "slow", BLOCKED_UNTIL_TOLD, "SELECT 1;")
    project.commit()
    heard: list[Event] = []
    session.arm(None)
    deployment = session.start(session.plan(Goal(Action.APPLY)), heard.append, stepwise=False)
    until = time.monotonic() + 60
    while not any(isinstance(event, PhaseFinished) for event in heard):
        assert time.monotonic() < until
        time.sleep(0.02)
    standby.promote()
    primary.halt()
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "failed"
    assert "LOST although it was confirmed: 002 up" in outcome.undone
    assert "002" not in outcome.kept
    assert session.look().database_error  # the session for looking was lost too
    assert states(session) == {"001": State.APPLIED, "002": State.PENDING, "003": State.PENDING}
    session.close()


def test_a_standby_that_is_only_late_is_not_called_forgetful(
    project: Project, primary: EmbeddedServer, standby: Standby, tmp_path: Path
) -> None:
    tables(project, "001")
    session = opened(project, primary.dsn(), tmp_path)
    run(session)
    standby.caught_up()
    standby.cut_off()
    tables(project, "002")
    run(session)
    session.close()
    late = opened(project, standby.dsn, tmp_path)
    board = late.look()
    assert board.identity is not None
    assert board.identity.in_recovery
    assert board.unfinished is None
    late.close()


def _host(dsn: str) -> str:
    return str(conninfo_to_dict(dsn)["host"])
