"""kill -9 at every event: the next start tells the truth, and resuming does nothing twice."""

import signal
import subprocess
import sys
import time

import pytest

from cockpit.deploy.session import Session
from cockpit.model.event import Event
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import first_break
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

BACKFILL = """-- migrate:up phase:expand
ALTER TABLE things ADD done int NOT NULL DEFAULT 0;
INSERT INTO said VALUES ('expand');
-- migrate:up phase:backfill table:things key:id batch:300
UPDATE things SET done = done + 1 WHERE id BETWEEN :from AND :to;
-- migrate:check "every thing is done"
SELECT NOT EXISTS (SELECT FROM things WHERE done = 0);
-- migrate:down phase:backfill
UPDATE things SET done = 0;
-- migrate:down phase:expand
ALTER TABLE things DROP COLUMN done;
"""
LAST_EVENT = 45
"""More than a whole run emits: kills beyond its end find it finished."""


def mixed(project: Project) -> None:
    """Transactional, non-transactional and backfill steps, each leaving a trace of its runs."""
    project.native(
        "001", "things",
        "CREATE TABLE things (id int PRIMARY KEY);\n"
        "INSERT INTO things SELECT generate_series(1, 1000);\n"
        "CREATE TABLE said (word text);\nINSERT INTO said VALUES ('created');",
        "DROP TABLE said;\nDROP TABLE things;",
    )  # fmt: skip
    project.native(
        "002", "index",
        "INSERT INTO said VALUES ('before index');\n"
        "CREATE INDEX CONCURRENTLY things_word ON said (word);\n"
        "INSERT INTO said VALUES ('after index');",
        "DELETE FROM said WHERE word LIKE '%index';\nDROP INDEX CONCURRENTLY things_word;",
        "transaction:false",
    )  # fmt: skip
    project.write("003_backfill.sql", BACKFILL)
    project.commit()


def killed_after(project: Project, database: Database, events: int) -> list[str]:
    """Start a cockpit, kill it when it has said so many events; what it said."""
    command = [
        sys.executable, "-m", "tests.deploy.one_run", str(project.root), database.dsn, "apply",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.strip())
            if len(said) == events:
                process.send_signal(signal.SIGKILL)
                break
        process.wait(30)
    return said


def wait_until_free(session: Session) -> None:
    """The server needs a moment to notice that a client has died."""
    until = time.monotonic() + 15
    while session.look().holder is not None:
        assert time.monotonic() < until
        time.sleep(0.05)


def truth(database: Database) -> dict[str, State]:
    """Which versions are whole in the catalog and the data, asked without the cockpit."""
    tables = {r[0] for r in database.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")}
    if "said" not in tables:
        return {}
    words = [row[0] for row in database.execute("SELECT word FROM said")]
    assert len(words) == len(set(words)), "a statement was run twice"
    found = {"001": State.APPLIED}
    if "after index" in words:
        found["002"] = State.APPLIED
    return found


@pytest.mark.parametrize("events", range(1, LAST_EVENT, 4))
def test_kill_at_an_event_then_resume(
    events: int, project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    mixed(project)
    killed_after(project, fresh_database, events)
    session = open_here()
    wait_until_free(session)
    board = session.look()
    whole = {s.version for s in board.standings if s.state is State.APPLIED}
    # A phase may have been committed and its event not printed yet, never the reverse.
    assert whole >= set(truth(fresh_database)) - {"002"}
    for version in whole & {"001", "002"}:
        assert version in truth(fresh_database)
    if board.history and board.history.unfinished:
        assert board.unfinished is not None
        assert board.unfinished.next_step
    plan = session.plan(Goal(Action.APPLY))
    assert plan.refusals == ()
    if not plan.empty:
        said: list[Event] = []
        assert run(session, events=said).outcome == "done", said[-2:]
    assert {s.state for s in session.look().standings} == {State.APPLIED}
    truth(fresh_database)
    assert fresh_database.execute("SELECT min(done), max(done) FROM things") == [(1, 1)]
    assert first_break(reversed(session.events(limit=10_000))) is None
