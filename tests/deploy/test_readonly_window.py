"""While a phase runs the application can only read, and afterwards it writes, come what may."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cockpit.deploy.session import Session
from cockpit.model.event import Event, Noted, RunFinished
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import EventKind
from cockpit.model.ledger_chain import first_break
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

WAIT_FOR_FLAG = """
CREATE TABLE made (id int);
DO $$ BEGIN
  WHILE NOT EXISTS (SELECT FROM flag) LOOP PERFORM pg_sleep(0.02); END LOOP;
END $$;
"""
SETTINGS = """
SELECT coalesce(r.rolname, ''), s.setconfig FROM pg_db_role_setting s
  JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
  LEFT JOIN pg_roles r ON r.oid = s.setrole ORDER BY 1
"""


@pytest.fixture
def app(fresh_database: Database) -> Iterator[str]:
    """A role of the application, which may write into the table `orders`."""
    role = f"app_{fresh_database.name}"
    fresh_database.execute(f"""
      CREATE ROLE {role} LOGIN; CREATE TABLE orders (id int); CREATE TABLE flag ();
      GRANT ALL ON orders TO {role};
    """)
    yield role
    fresh_database.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def connected(database: Database, role: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(make_conninfo(database.dsn, user=role), autocommit=True)


def writes(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Whether an INSERT of this session is let through."""
    try:
        connection.execute("INSERT INTO orders VALUES (1)")
    except psycopg.errors.ReadOnlySqlTransaction:
        return False
    return True


def asked(project: Project, option: str, up: str = WAIT_FOR_FLAG) -> None:
    project.native("001", "quiet", up, "DROP TABLE made;", option)
    project.commit()


def started(session: Session, heard: list[Event]) -> Callable[[], RunFinished]:
    """A run on its way; what is returned waits for its end."""
    session.arm(None)
    deployment = session.start(session.plan(Goal(Action.APPLY)), heard.append, stepwise=False)

    def ended() -> RunFinished:
        outcome = deployment.join(60)
        assert outcome is not None
        return outcome

    return ended


def told(events: list[Event]) -> str:
    return " | ".join(event.text for event in events if isinstance(event, Noted))


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another session or thread does."""
    last = monotonic() + 60
    while not holds():
        assert monotonic() < last, "it never happened"
        sleep(0.02)


@pytest.mark.parametrize("before", [None, "off"])
def test_the_application_reads_only_while_the_phase_runs_and_writes_again_after_it(
    project: Project, session: Session, fresh_database: Database, app: str, before: str | None
) -> None:
    if before is not None:
        fresh_database.execute(
            f"ALTER ROLE {app} IN DATABASE {fresh_database.name} "
            f"SET default_transaction_read_only = {before}"
        )
    settings = fresh_database.execute(SETTINGS)
    asked(project, f"readonly:role={app}")
    pooled = connected(fresh_database, app)
    assert writes(pooled)
    heard: list[Event] = []
    ended = started(session, heard)
    until(lambda: "is read-only: 1 session ended" in told(heard))
    with pytest.raises(psycopg.OperationalError):
        pooled.execute("SELECT 1")
    with connected(fresh_database, app) as again:
        assert not writes(again)
        fresh_database.execute("INSERT INTO flag DEFAULT VALUES")
        assert ended().outcome == "done"
        with pytest.raises(psycopg.OperationalError):
            again.execute("SELECT 1")
    with connected(fresh_database, app) as after:
        assert writes(after)
    assert fresh_database.execute(SETTINGS) == settings


def test_the_whole_database_reads_only_but_for_the_run(
    project: Project, session: Session, fresh_database: Database, app: str
) -> None:
    asked(project, "readonly:database")
    heard: list[Event] = []
    ended = started(session, heard)
    until(lambda: "the whole database is read-only" in told(heard))
    with connected(fresh_database, app) as again:
        assert not writes(again)
    with psycopg.connect(fresh_database.dsn, autocommit=True) as admin:
        admin.execute("SET default_transaction_read_only = off")
        admin.execute("INSERT INTO flag DEFAULT VALUES")
        assert ended().outcome == "done"
    assert fresh_database.execute(SETTINGS) == []


def test_a_phase_that_fails_gives_it_back(
    project: Project, session: Session, fresh_database: Database, app: str
) -> None:
    asked(project, f"readonly:role={app}", "CREATE TABLE made (id int); SELECT 1 / 0;")
    assert run(session).outcome == "failed"
    assert fresh_database.execute(SETTINGS) == []
    kinds = [event.event for event in session.events()]
    assert kinds.count(EventKind.WINDOW_OPENED) == kinds.count(EventKind.WINDOW_CLOSED) == 1


def test_a_transaction_that_never_ends_keeps_the_phase_from_beginning(
    project: Project, session: Session, fresh_database: Database, app: str
) -> None:
    asked(project, f"readonly:role={app} readonly-wait:1")
    with connected(fresh_database, app) as busy:
        busy.execute("BEGIN")
        busy.execute("INSERT INTO orders VALUES (1)")
        outcome = run(session)
        busy.execute("COMMIT")
    assert outcome.outcome == "failed"
    assert fresh_database.execute("SELECT to_regclass('made') IS NULL") == [(True,)]
    assert fresh_database.execute(SETTINGS) == []


def test_a_role_that_is_not_there_is_refused(
    project: Project, session: Session, fresh_database: Database
) -> None:
    asked(project, "readonly:role=nobody_by_that_name", "CREATE TABLE made (id int);")
    assert run(session).outcome == "failed"
    assert fresh_database.execute("SELECT to_regclass('made') IS NULL") == [(True,)]


def killed(project: Project, database: Database, event: str) -> None:
    """A cockpit process that is killed -9 right after it has said this for the first time."""
    command = [sys.executable, "-m", "tests.deploy.one_run", str(project.root), database.dsn]
    with subprocess.Popen(
        [*command, "apply"], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == event:
                process.kill()
                break
    assert process.returncode == -9


@pytest.mark.parametrize(
    ("event", "before"), [("StepStarted", None), ("Noted", "off"), ("StepFinished", None)]
)
def test_after_kill_9_the_next_run_gives_it_back_first(
    project: Project,
    open_here: OpenSession,
    fresh_database: Database,
    app: str,
    event: str,
    before: str | None,
) -> None:
    if before is not None:
        fresh_database.execute(
            f"ALTER ROLE {app} IN DATABASE {fresh_database.name} "
            f"SET default_transaction_read_only = {before}"
        )
    settings = fresh_database.execute(SETTINGS)
    asked(project, f"readonly:role={app}")
    killed(project, fresh_database, event)
    fresh_database.execute("INSERT INTO flag DEFAULT VALUES")
    session = open_here()
    until(lambda: not session.look().holders)
    heard: list[Event] = []
    assert run(session, events=heard).outcome == "done"
    assert fresh_database.execute(SETTINGS) == settings
    events = session.events()[::-1]
    opened = sum(e.event is EventKind.WINDOW_OPENED for e in events)
    assert opened == sum(e.event is EventKind.WINDOW_CLOSED for e in events)
    assert first_break(events) is None
    with connected(fresh_database, app) as after:
        assert writes(after)


def test_after_kill_9_the_board_names_it_and_it_is_given_back_without_a_run(
    project: Project, session: Session, fresh_database: Database, app: str
) -> None:
    asked(project, f"readonly:role={app}")
    killed(project, fresh_database, "StepFinished")
    until(lambda: not session.look().holders)
    (problem,) = session.look().problems
    assert f"role {app} is read-only since" in problem.what
    assert "cockpit give-back" in problem.next_step
    assert any("Gives back first" in note for note in session.plan(Goal(Action.APPLY)).notes)
    with connected(fresh_database, app) as born_in_it:
        assert not writes(born_in_it)
        session.arm(None)
        (words,) = session.give_back()
        assert words == f"role {app} may write again: 1 session ended that began read-only"
    assert fresh_database.execute(SETTINGS) == []
    assert session.look().problems == ()
    assert session.windows() == ()


def test_what_somebody_else_has_set_since_is_left(
    project: Project, session: Session, fresh_database: Database, app: str
) -> None:
    asked(project, f"readonly:role={app}")
    killed(project, fresh_database, "StepFinished")
    until(lambda: not session.look().holders)
    fresh_database.execute(
        f"ALTER ROLE {app} IN DATABASE {fresh_database.name} "
        "SET default_transaction_read_only = off"
    )
    session.arm(None)
    assert session.give_back()[0] == f"{app} was set otherwise by somebody since, and is left so"
    assert fresh_database.execute(SETTINGS) == [(app, ["default_transaction_read_only=off"])]


def test_a_lost_session_gives_it_back_on_a_new_one(
    project: Project, session: Session, fresh_database: Database, app: str
) -> None:
    asked(project, f"readonly:role={app}")
    heard: list[Event] = []
    ended = started(session, heard)
    until(lambda: "is read-only:" in told(heard))
    (holder,) = session.look().holders
    fresh_database.execute("SELECT pg_terminate_backend(%s)", holder.pid)
    assert ended().outcome == "failed"
    assert "may write again" in told(heard)
    assert fresh_database.execute(SETTINGS) == []
