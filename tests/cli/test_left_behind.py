"""What a person reads at the next start, after the process was killed."""

import signal
import subprocess
import sys
import time

from tests.cli.conftest import Cockpit, LetGo
from tests.databases import Database
from tests.processes import bare
from tests.projects import Project

OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name LIKE 'cockpit%'"
)

AT_WORK = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
    "AND query LIKE %s AND pid <> pg_backend_pid()"
)


def killed_while(
    project: Project, environment: dict[str, str], words: str, database: Database
) -> None:
    """`cockpit apply`, killed as soon as the server works on the statement of these words."""
    variables = bare(XDG_STATE_HOME=environment["HOME"]) | environment
    process = subprocess.Popen(
        [sys.executable, "-m", "cockpit", "apply", "--yes"], cwd=project.root, env=variables,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if words in line and "step" in line:
                break
        try:
            await_at_work(database, words)
        finally:
            process.send_signal(signal.SIGKILL)


def await_at_work(database: Database, words: str) -> None:
    """Come back when the server works on that statement."""
    until = time.monotonic() + 60
    while not database.execute(AT_WORK, f"%{words}%"):
        assert time.monotonic() < until
        time.sleep(0.02)


def gone(database: Database) -> None:
    until = time.monotonic() + 60
    while database.execute(OTHERS) != [(0,)]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_status_after_a_kill_lists_the_versions_that_were_applied(
    project: Project,
    cockpit: Cockpit,
    environment: dict[str, str],
    fresh_database: Database,
    let_go: LetGo,
) -> None:
    project.native("0001", "a", "CREATE TABLE a (id int);", "DROP TABLE a;")
    project.native("0002", "b", "CREATE TABLE b (id int);", "DROP TABLE b;")
    project.native("0003", "slow", "CALL wait_to_be_let_go();", "SELECT 1;")
    project.commit()
    killed_while(project, environment, "wait_to_be_let_go", fresh_database)
    let_go()
    gone(fresh_database)
    shown = cockpit("status").stdout
    assert "0001, 0002: applied before it broke off" in shown
    assert "Nothing is half done: plan again and go on (cockpit apply)." in shown
    told = cockpit("resume", "--yes")
    assert told.exit_code == 3
    assert told.stdout == "Nothing is half done: plan again and go on (cockpit apply).\n"


def test_the_survivors_of_a_kill_are_named_statement_by_statement(
    project: Project,
    cockpit: Cockpit,
    environment: dict[str, str],
    fresh_database: Database,
    let_go: LetGo,
) -> None:
    """Every tool tried says "pending" and starts over, or is stuck; none names the survivors."""
    project.native(
        "0001", "mixed",
        "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY a_id ON a (id);\n"
        "CALL wait_to_be_let_go();\nCREATE TABLE b (id int);",
        "DROP TABLE b, a;", "transaction:false",
    )  # fmt: skip
    project.commit()
    killed_while(project, environment, "wait_to_be_let_go", fresh_database)
    let_go()
    gone(fresh_database)
    shown = cockpit("status").stdout
    assert "0001: 2 steps of phase up, one step of phase up was sent" in shown
    assert "done: CREATE TABLE a (id int), CREATE INDEX CONCURRENTLY a_id ON a (id)" in shown
    assert "in doubt: CALL wait_to_be_let_go()" in shown
    assert "cockpit resume --step-in-doubt done, or again" in shown
    lines = [line.strip() for line in cockpit("diagnose", "0001").stdout.splitlines()]
    assert [line.split()[0] for line in lines if line[:1] in "+-?!" and line] == list("++?-")
    plan = cockpit("plan", "apply").stdout
    assert "nobody knows whether this step happened" in plan
    again = cockpit("resume", "--yes", "--step-in-doubt", "done")
    assert again.exit_code == 0
    assert "CREATE TABLE b" in again.stdout


def test_the_same_on_golang_migrates_history(
    project: Project,
    cockpit: Cockpit,
    environment: dict[str, str],
    fresh_database: Database,
    let_go: LetGo,
) -> None:
    project.pair(
        "1", "mixed",
        "CREATE INDEX CONCURRENTLY a_id ON a (id);\n"
        "CREATE INDEX CONCURRENTLY slowly ON a (slow(id));",
        "DROP INDEX slowly;\nDROP INDEX a_id;",
    )  # fmt: skip
    project.commit()
    fresh_database.execute(
        "CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
        "$$ BEGIN WHILE NOT EXISTS (SELECT FROM public.let_go) LOOP PERFORM pg_sleep(0.02); "
        "END LOOP; RETURN n; END $$;"
        "CREATE TABLE a AS SELECT 1 AS id"
    )
    killed_while(project, environment, "slowly", fresh_database)
    database_row = "SELECT version, dirty FROM schema_migrations"
    assert fresh_database.execute(database_row) == [(1, True)]
    ours = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        "current_database() AND application_name LIKE 'cockpit%'"
    )
    fresh_database.execute(ours)
    gone(fresh_database)
    let_go()
    shown = cockpit("status").stdout
    assert "1: 1 step of phase up, one step of phase up was sent" in shown
    assert "slowly is there but INVALID" in shown
    assert "done: CREATE INDEX CONCURRENTLY a_id ON a (id)" in shown
    assert cockpit("resume", "--yes").exit_code == 0
    assert fresh_database.execute(database_row) == [(1, False)]
    valid = "SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass AND indisvalid"
    assert fresh_database.execute(valid) == [(2,)]


def test_resume_says_what_is_pending_when_nothing_was_begun(
    project: Project, cockpit: Cockpit
) -> None:
    for number in range(1, 8):
        project.native(f"000{number}", "t", f"CREATE TABLE t{number} ();")
    project.commit()
    told = cockpit("resume", "--yes").stdout
    assert told.startswith("Nothing is half done. 0001, 0002, 0003, 0004, 0005 and 2 more are")
    assert cockpit("apply", "--yes").exit_code == 0
    assert cockpit("resume", "--yes").stdout == "Nothing is half done, and nothing is pending.\n"
