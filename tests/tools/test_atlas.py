"""Atlas by vectors of its source: sum file, rows, order, baseline and checkpoints."""

import base64
import hashlib

import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import SourceFile
from cockpit.model.state import State
from cockpit.tools import atlas_sum
from cockpit.tools.atlas import Atlas, directives
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import FOLDER, Project
from tests.tools.layouts import LAYOUTS

TABLE = "atlas_schema_revisions.atlas_schema_revisions"
EMPTY = next(layout.history for layout in LAYOUTS if layout.tool == "atlas")
SCRIPTS = {
    "1_first.sql": "CREATE TABLE a (id integer);\n",
    "2_second.sql": "CREATE TABLE b (id integer);\nCREATE TABLE c (id integer);\n",
    "3_third.sql": "CREATE TABLE d (id integer);\n",
}


def files(scripts: dict[str, str]) -> list[SourceFile]:
    return [SourceFile(f"{FOLDER}/{name}", "", text.encode()) for name, text in scripts.items()]


def read(scripts: dict[str, str] = SCRIPTS) -> MigrationSet:
    return Atlas().read(files(scripts))


def put(project: Project, scripts: dict[str, str]) -> None:
    """The folder as `atlas migrate hash` leaves it."""
    for old in (project.root / FOLDER).iterdir():
        old.unlink()
    for name, text in scripts.items():
        project.write(name, text)
    project.write(atlas_sum.NAME, sum_file(scripts))
    project.commit()


def sum_file(scripts: dict[str, str]) -> str:
    hashes = atlas_sum.chain(files(scripts))
    lines = "".join(f"{name} h1:{digest}\n" for name, digest in hashes.items())
    return f"h1:{atlas_sum.total(hashes)}\n{lines}"


def row(
    database: Database, version: str, *, digest: str = "", applied: int = 1, total: int = 1,
    kind: int = 2, error: str = "",
) -> None:  # fmt: skip
    database.execute(
        f"INSERT INTO {TABLE} VALUES (%s, '', %s, %s, %s, now(), 1, %s, '', %s, 'null', '')",
        version, kind, applied, total, error, digest,
    )  # fmt: skip


@pytest.fixture
def revisions(fresh_database: Database) -> Database:
    """Atlas's table, empty."""
    fresh_database.execute(EMPTY)
    fresh_database.execute(f"DELETE FROM {TABLE}")
    return fresh_database


@pytest.fixture
def here(project: Project, open_here: OpenSession) -> Session:
    put(project, SCRIPTS)
    return open_here()


def states(session: Session) -> list[State]:
    board = session.look()
    assert (board.tool, board.database_error, board.source_error) == ("atlas", "", "")
    return [standing.state for standing in board.standings]


def test_a_hash_is_over_every_name_and_text_before_it() -> None:
    first, second, _ = SCRIPTS.items()
    running = hashlib.sha256(f"{first[0]}{first[1]}{second[0]}{second[1]}".encode())
    assert atlas_sum.chain(files(SCRIPTS))["2_second.sql"] == _base64(running.digest())


def test_a_file_that_asks_to_be_ignored_counts_with_its_name_alone() -> None:
    ignored = SCRIPTS | {"2_second.sql": "-- atlas:sum ignore\nSELECT 1;\n"}
    changed = SCRIPTS | {"2_second.sql": "-- atlas:sum ignore\nSELECT 2;\n"}
    assert "2_second.sql" not in atlas_sum.chain(files(ignored))
    assert atlas_sum.chain(files(ignored)) == atlas_sum.chain(files(changed))


@pytest.mark.parametrize(
    ("change", "line", "what"),
    [
        ({"2_second.sql": "SELECT 1;\n"}, 3, "2_second.sql was edited"),
        ({"1a_between.sql": "SELECT 1;\n"}, 3, "1a_between.sql was added"),
        ({"4_last.sql": "SELECT 1;\n"}, 5, "4_last.sql was added"),
        ({"1_first.sql": None}, 2, "1_first.sql was removed"),
    ],
)
def test_the_first_difference_is_told_as_atlas_tells_it(
    change: dict[str, str | None], line: int, what: str
) -> None:
    now = {name: text for name, text in (SCRIPTS | change).items() if text is not None}
    written = SourceFile("db/atlas.sum", "", sum_file(SCRIPTS).encode())
    (problem,) = atlas_sum.differences(written, atlas_sum.chain(files(now)))
    assert (problem.line, problem.what.startswith(what)) == (line, True), problem


def test_directives_stand_at_the_top_before_an_empty_line() -> None:
    assert directives("-- atlas:txmode none\n\nSELECT 1;\n") == {"txmode": "none"}
    assert directives("-- atlas:txmode none\nSELECT 1;\n") == {}
    assert read({"1_a.sql": "-- atlas:txmode none\n\nVACUUM;\n"}).migrations[0].up[0].transaction \
        is False  # fmt: skip


def test_a_run_writes_the_rows_that_atlas_would_vectors(
    here: Session, fresh_database: Database
) -> None:
    assert run(here).outcome == "done"
    hashes = atlas_sum.chain(files(SCRIPTS))
    rows = fresh_database.execute(
        "SELECT version, description, type, applied, total, error, error_stmt, hash, "
        f"partial_hashes::text FROM {TABLE} ORDER BY version"
    )
    assert rows == [
        ("1", "first", 2, 1, 1, "", "", hashes["1_first.sql"], "null"),
        ("2", "second", 2, 2, 2, "", "", hashes["2_second.sql"], "null"),
        ("3", "third", 2, 1, 1, "", "", hashes["3_third.sql"], "null"),
    ]
    assert states(here) == [State.APPLIED] * 3
    assert here.plan(Goal(Action.APPLY)).empty


def test_nothing_is_run_while_the_sum_file_disagrees(here: Session, project: Project) -> None:
    project.write("2_second.sql", "SELECT 1;\n")
    (refusal,) = here.plan(Goal(Action.APPLY)).refusals
    assert "while the sum file disagrees" in refusal
    assert "atlas migrate hash" in refusal


def test_a_row_with_fewer_statements_than_its_file_is_a_failure(
    here: Session, revisions: Database
) -> None:
    row(revisions, "1", digest=read().migrations[0].checksum or "")
    row(revisions, "2", applied=1, total=2, error="no such table")
    assert states(here) == [State.APPLIED, State.FAILED, State.PENDING]
    assert "1 of 2 statements ran: no such table" in here.look().standings[1].why
    revisions.execute(f"UPDATE {TABLE} SET type = 6 WHERE version = '2'")
    assert states(here)[1] is not State.FAILED


def test_an_edit_accuses_its_own_file_and_not_the_ones_behind_it(
    here: Session, project: Project, revisions: Database
) -> None:
    for migration in read().migrations:
        row(revisions, migration.version, digest=migration.checksum or "")
    put(project, SCRIPTS | {"2_second.sql": "CREATE TABLE b (id bigint);\n"})
    assert states(here) == [State.APPLIED, State.DRIFTED, State.UNVERIFIED]
    assert "one of those has changed" in here.look().standings[2].why


def test_what_stands_below_a_baseline_is_never_run(here: Session, revisions: Database) -> None:
    row(revisions, "2", kind=1, applied=0, total=0)
    assert states(here) == [State.IMPORTED, State.UNVERIFIED, State.PENDING]
    assert "told that the schema had it" in here.look().standings[1].why


def test_an_empty_database_begins_at_the_last_checkpoint(
    here: Session, project: Project, fresh_database: Database
) -> None:
    checkpoint = "-- atlas:checkpoint\n\nCREATE TABLE a ();CREATE TABLE b ();CREATE TABLE c ();\n"
    put(project, SCRIPTS | {"2a_checkpoint.sql": checkpoint})
    assert states(here) == [State.LATE, State.LATE, State.PENDING, State.PENDING]
    assert run(here).outcome == "done"
    assert fresh_database.execute(f"SELECT version FROM {TABLE} ORDER BY 1") == [("2a",), ("3",)]
    assert states(here) == [State.IMPORTED, State.IMPORTED, State.APPLIED, State.APPLIED]


def test_a_checkpoint_is_skipped_where_something_is_applied(
    here: Session, project: Project, revisions: Database
) -> None:
    row(revisions, "1", digest=read().migrations[0].checksum or "")
    put(project, SCRIPTS | {"2a_checkpoint.sql": "-- atlas:checkpoint\n\nSELECT 1;\n"})
    assert states(here) == [State.APPLIED, State.PENDING, State.LATE, State.PENDING]
    plan = here.plan(Goal(Action.APPLY))
    assert plan.versions == ("2", "3")
    assert "2a is a checkpoint" in " ".join(plan.notes)


def test_a_late_file_is_left_out_as_atlas_would_stop_there(
    here: Session, project: Project, revisions: Database
) -> None:
    for migration in read().migrations[:2]:
        row(revisions, migration.version, digest=migration.checksum or "")
    put(project, SCRIPTS | {"1b_late.sql": "SELECT 1;\n"})
    assert states(here) == [State.APPLIED, State.LATE, State.APPLIED, State.PENDING]
    plan = here.plan(Goal(Action.APPLY))
    assert plan.versions == ("3",)
    assert "--exec-order non-linear" in " ".join(plan.notes)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
