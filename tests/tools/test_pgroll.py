"""pgroll by vectors of its source: operations, phases, baselines, and the migration that is on."""

import json
from typing import Any

import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.revision import SourceFile
from cockpit.model.state import State
from cockpit.tools.pgroll import Pgroll
from cockpit.tools.registry import detect
from tests.databases import Database
from tests.deploy.conftest import OpenSession
from tests.projects import Project
from tests.tools.layouts import LAYOUTS

EMPTY = next(layout.history for layout in LAYOUTS if layout.tool == "pgroll")
CREATE = {"create_table": {"name": "a", "columns": [{"name": "id", "type": "int", "pk": True}]}}
RENAME = {"rename_table": {"from": "a", "to": "b"}}
SQL = {"sql": {"up": "CREATE VIEW v AS SELECT 1", "down": "DROP VIEW v"}}
LATER = {"sql": {"up": "ANALYZE b", "onComplete": True}}
YAML = """operations:
  - rename_table:
      from: a
      to: b
"""


@pytest.fixture
def here(project: Project, open_here: OpenSession, fresh_database: Database) -> Session:
    """Three migrations in JSON and YAML, and pgroll's table, empty."""
    project.write("01_create.json", json.dumps({"operations": [CREATE]}))
    project.write("02_rename.yaml", YAML)
    project.write("03_sql.json", json.dumps({"operations": [SQL, LATER]}))
    project.commit()
    fresh_database.execute(EMPTY)
    fresh_database.execute("DELETE FROM pgroll.migrations")
    return open_here(folder="")


def row(
    database: Database, name: str, operations: list[dict[str, Any]], *, done: bool = True,
    kind: str = "pgroll",
) -> None:  # fmt: skip
    database.execute(
        "INSERT INTO pgroll.migrations (schema, name, migration, done, migration_type, created_at) "
        "VALUES ('public', %s, %s, %s, %s, clock_timestamp())",
        name, json.dumps({"operations": operations}), done, kind,
    )  # fmt: skip


def states(session: Session) -> list[State]:
    board = session.look()
    assert (board.tool, board.database_error, board.source_error) == ("pgroll", "", "")
    return [standing.state for standing in board.standings]


def test_what_is_done_is_applied_and_compared_as_data(
    here: Session, fresh_database: Database
) -> None:
    """pgroll leaves out of its table what is empty or false in a file."""
    row(fresh_database, "01_create", [CREATE])
    row(fresh_database, "02_rename", [RENAME])
    assert states(here) == [State.APPLIED, State.APPLIED, State.PENDING]


def test_an_edit_of_a_file_is_drift(
    here: Session, project: Project, fresh_database: Database
) -> None:
    row(fresh_database, "01_create", [CREATE])
    other = {"create_table": CREATE["create_table"] | {"comment": "customers"}}
    project.write("01_create.json", json.dumps({"operations": [other]}))
    assert states(here)[0] is State.DRIFTED


def test_a_migration_that_is_started_stands_between_our_two_phases(
    here: Session, fresh_database: Database
) -> None:
    row(fresh_database, "01_create", [CREATE])
    row(fresh_database, "02_rename", [RENAME], done=False)
    assert states(here) == [State.APPLIED, State.PARTIAL, State.PENDING]
    standing = here.look().standings[1]
    assert standing.record is not None
    assert (standing.record.done, standing.record.phases) == (("expand",), ("expand", "contract"))
    (holder,) = here.look().holders
    assert (holder.key.tool, holder.user, holder.place) == (
        "pgroll", "02_rename", "pgroll.migrations",
    )  # fmt: skip
    assert "pgroll complete or pgroll rollback" in holder.state


def test_what_stands_below_a_baseline_is_never_run(here: Session, fresh_database: Database) -> None:
    row(fresh_database, "02_baseline", [], kind="baseline")
    assert states(here) == [State.IMPORTED, State.MISSING, State.PENDING, State.PENDING]


def test_changes_that_pgroll_only_saw_are_no_migrations(
    here: Session, fresh_database: Database
) -> None:
    row(fresh_database, "sql_0badcafe", [SQL], kind="inferred")
    assert states(here) == [State.PENDING] * 3


def test_histories_of_other_schemas_are_not_ours(here: Session, fresh_database: Database) -> None:
    row(fresh_database, "01_create", [CREATE])
    fresh_database.execute("UPDATE pgroll.migrations SET schema = 'elsewhere'")
    assert states(here) == [State.PENDING] * 3


def test_a_plan_is_refused_with_pgrolls_own_commands(here: Session) -> None:
    (refusal,) = here.plan(Goal(Action.APPLY)).refusals
    assert "pgroll start" in refusal


def test_only_raw_sql_is_known_beforehand_and_in_its_phase(here: Session) -> None:
    (first, _, third) = here.look().migrations.migrations
    assert [phase.script for phase in first.up] == [
        "-- pgroll start: create_table a",
        "-- pgroll complete: create_table a",
    ]
    expand, contract = third.up
    assert expand.script.strip() == "CREATE VIEW v AS SELECT 1;"
    assert contract.script.strip() == "ANALYZE b;"


@pytest.mark.parametrize(
    "text",
    [
        '{"operations": "none"}',
        '{"operations": [{"fly": {}}]}',
        '{"operations": [{"sql": {}, "drop_table": {}}]}',
        '{"operations": [',
        "[]",
    ],
)
def test_other_files_are_not_taken_for_it(text: str) -> None:
    file = SourceFile("db/01_a.json", "", text.encode())
    assert detect([file]) is None
    assert Pgroll().read([file]).versions == ()
    assert len(Pgroll().read([file]).problems) == 1
