"""The lock row of Liquibase: taken with the deployment lock, and freed with it whatever happens."""

import threading
import time

import psycopg
import pytest

from cockpit.deploy.context import application_name
from cockpit.deploy.session import Session
from cockpit.errors import HeldByAnother
from cockpit.model.goal import Action, Goal
from cockpit.present.board_text import holder_text
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.tools.real_tools import CHANGES, Liquibase

IMPATIENT = {
    "LIQUIBASE_CHANGELOG_LOCK_WAIT_TIME_IN_MINUTES": "0",
    "LIQUIBASE_CHANGELOG_LOCK_POLL_RATE": "1",
}


class Impatient(Liquibase):
    """It gives up on the lock at once, instead of after five minutes."""

    def run(self, project: Project, *arguments: str, **environment: str) -> str:
        return super().run(project, *arguments, **environment, **IMPATIENT)


TOOL = Impatient()
ROW = "SELECT locked, lockedby FROM databasechangeloglock"


@pytest.fixture
def here(project: Project, open_here: OpenSession) -> Session:
    """A project of formatted SQL with three change sets."""
    for change in CHANGES:
        TOOL.write(project, change)
    project.commit()
    return open_here(tool="liquibase")


def armed(session: Session) -> Session:
    session.arm(session.look().standpoint.name)
    return session


def until_it_waits(database: Database) -> None:
    """Liquibase has come to the statement that somebody keeps waiting."""
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    end = time.monotonic() + 60
    while database.execute(waiting) == [(0,)]:
        assert time.monotonic() < end, "liquibase never came to its statement"
        time.sleep(0.1)


def test_the_row_is_held_as_long_as_the_lock(here: Session, fresh_database: Database) -> None:
    armed(here).take_lock()
    assert fresh_database.execute(ROW) == [(True, application_name())]
    (row,) = [holder for holder in here.look().holders if holder.key.tool == "liquibase"]
    assert (row.ours, row.verdict) == (True, "alive: this cockpit has it")
    here.release_lock()
    assert fresh_database.execute(ROW) == [(False, None)]


def test_a_run_leaves_the_row_free(here: Session, fresh_database: Database) -> None:
    assert run(here).outcome == "done"
    assert fresh_database.execute(ROW) == [(False, None)]


def test_a_run_that_fails_leaves_the_row_free(
    here: Session, project: Project, fresh_database: Database
) -> None:
    path = TOOL.path_of(project, CHANGES[0])
    path.write_text(path.read_text().replace("CREATE TABLE items", "CREATE TABLE customers"))
    assert run(here).outcome == "failed"
    assert fresh_database.execute(ROW) == [(False, None)]


def test_a_row_of_somebody_else_is_not_touched(here: Session, fresh_database: Database) -> None:
    run(here)
    fresh_database.execute("UPDATE databasechangeloglock SET locked = true, lockedby = 'ci-7'")
    with pytest.raises(HeldByAnother, match="ci-7 holds it"):
        armed(here).take_lock()
    assert fresh_database.execute(ROW) == [(True, "ci-7")]
    assert here.look().holders[0].user == "ci-7"


def test_a_row_that_a_dead_cockpit_left_is_told_and_taken_over(
    here: Session, fresh_database: Database
) -> None:
    run(here)
    left = "cockpit 0.1 somebody@elsewhere"
    fresh_database.execute(f"UPDATE databasechangeloglock SET locked = true, lockedby = '{left}'")
    (row,) = here.look().holders
    assert "stranded" in row.verdict
    assert "stranded" in holder_text(row, here.look().as_of)
    armed(here).take_lock()
    assert fresh_database.execute(ROW) == [(True, application_name())]


def test_a_lost_session_frees_its_row_on_a_new_one(here: Session, fresh_database: Database) -> None:
    holder = armed(here).take_lock()
    fresh_database.execute("SELECT pg_terminate_backend(%s, 5000)", holder.pid)
    here.release_lock()
    assert fresh_database.execute(ROW) == [(False, None)]


def test_a_row_released_by_force_stops_the_run_before_its_record(
    here: Session, fresh_database: Database
) -> None:
    armed(here).take_lock()
    fresh_database.execute("UPDATE databasechangeloglock SET locked = false, lockedby = NULL")
    plan = here.plan(Goal(Action.APPLY))
    outcome = here.start(plan, lambda event: None, stepwise=False).join(60)
    assert outcome is not None
    assert outcome.outcome == "failed"
    assert fresh_database.execute("SELECT count(*) FROM databasechangelog") == [(0,)]
    assert fresh_database.execute("SELECT to_regclass('customers')") == [(None,)]


@pytest.mark.skipif(not TOOL.installed, reason="liquibase is not installed")
def test_liquibase_itself_is_kept_out_and_let_in_again(
    here: Session, project: Project, fresh_database: Database
) -> None:
    armed(here).take_lock()
    with pytest.raises(AssertionError, match=r"Could not acquire change log lock.*cockpit"):
        TOOL.up(project, fresh_database)
    assert fresh_database.execute("SELECT to_regclass('customers')") == [(None,)]
    here.release_lock()
    TOOL.up(project, fresh_database)
    assert fresh_database.execute("SELECT count(*) FROM databasechangelog") == [(3,)]


@pytest.mark.skipif(not TOOL.installed, reason="liquibase is not installed")
def test_while_liquibase_itself_runs_the_cockpit_stays_out(
    here: Session, project: Project, fresh_database: Database
) -> None:
    path = TOOL.path_of(project, CHANGES[0])
    gate = "SELECT pg_advisory_xact_lock(42);"
    path.write_text(path.read_text().replace("-- ordinary words", gate, 1))
    with psycopg.connect(fresh_database.dsn) as other:
        other.execute("SELECT pg_advisory_xact_lock(42)")
        theirs = threading.Thread(target=TOOL.up, args=(project, fresh_database))
        theirs.start()
        until_it_waits(fresh_database)
        with pytest.raises(HeldByAnother, match=r"lock row says that .+ holds it since"):
            armed(here).take_lock()
    theirs.join(60)
    assert fresh_database.execute("SELECT count(*) FROM databasechangelog") == [(3,)]
    assert armed(here).take_lock().ours
