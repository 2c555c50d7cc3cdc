"""Prisma by vectors: rows as its source writes them."""

import hashlib
from pathlib import Path

import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import FOLDER, Project

NAMES = ("20260101000000_init", "20260102000000_more")
ROWS = (
    "SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, "
    "applied_steps_count FROM _prisma_migrations ORDER BY started_at, migration_name"
)


@pytest.fixture
def here(project: Project, open_here: OpenSession) -> Session:
    for number, name in enumerate(NAMES):
        folder = project.root / FOLDER / name
        folder.mkdir()
        (folder / "migration.sql").write_text(f"CREATE TABLE t{number} ();\n")
        (folder / "down.sql").write_text(f"DROP TABLE t{number};\n")
    project.write("migration_lock.toml", 'provider = "postgresql"\n')
    project.commit()
    return open_here()


def up_file(project: Project, name: str) -> Path:
    return project.root / FOLDER / name / "migration.sql"


def states(session: Session) -> list[State]:
    return [standing.state for standing in session.look().standings]


def test_an_empty_database_gets_finished_rows_with_the_files_checksums(
    here: Session, project: Project, fresh_database: Database
) -> None:
    assert here.look().tool == "prisma"
    assert run(here).outcome == "done"
    assert fresh_database.execute(ROWS) == [
        (name, hashlib.sha256(up_file(project, name).read_bytes()).hexdigest(), True, False, 1)
        for name in NAMES
    ]
    assert states(here) == [State.APPLIED] * 2


def test_a_rollback_marks_the_row_and_another_apply_adds_one(
    here: Session, fresh_database: Database
) -> None:
    run(here)
    assert run(here, Goal(Action.ROLLBACK)).outcome == "done"
    assert states(here) == [State.APPLIED, State.ROLLED_BACK]
    assert run(here).outcome == "done"
    assert [row[3] for row in fresh_database.execute(ROWS)] == [False, True, False]
    assert states(here) == [State.APPLIED] * 2


def test_other_line_ends_are_no_drift(here: Session, project: Project) -> None:
    run(here)
    path = up_file(project, NAMES[0])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert states(here) == [State.APPLIED] * 2
    path.write_text("CREATE TABLE other ();")
    assert states(here) == [State.DRIFTED, State.APPLIED]


def test_an_unfinished_row_is_a_failure(here: Session, fresh_database: Database) -> None:
    run(here)
    fresh_database.execute(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name) "
        f"SELECT 'x', checksum, '{NAMES[1]}' FROM _prisma_migrations LIMIT 1"
    )
    assert states(here) == [State.APPLIED, State.FAILED]
