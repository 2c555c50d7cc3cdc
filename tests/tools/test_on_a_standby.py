"""Looking with every tool, as a role that may only read, on a streaming standby and its primary."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from cockpit.tools.registry import TOOLS
from tests.databases import chosen_programs, execute
from tests.projects import Project
from tests.standby import Standby, standby_of
from tests.tools.layouts import LAYOUTS, Layout

ROLE = "only_reader"
CATALOG = """
SELECT 'relation', n.nspname, c.relname, c.relkind::text, c.reltuples::text, c.relfilenode::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
UNION ALL SELECT 'schema', nspname, nspacl::text, '', '', '' FROM pg_namespace
UNION ALL SELECT 'function', proname, pronamespace::text, '', '', '' FROM pg_proc
ORDER BY 1, 2, 3
"""
WRITERS = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
"""Grows with every transaction that wrote anything anywhere on the server."""


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[EmbeddedServer, Standby]]:
    """A primary without autovacuum, which would write on its own, and its standby."""
    settings = {"autovacuum": "off", "synchronous_commit": "on"}
    with EmbeddedServer(chosen_programs(), settings=settings) as primary:
        execute(primary.dsn(), f"CREATE ROLE {ROLE} LOGIN NOINHERIT")
        with standby_of(primary) as standby:
            yield primary, standby


@pytest.fixture(params=LAYOUTS, ids=lambda layout: layout.tool)
def layout(request: pytest.FixtureRequest, project: Project) -> Layout:
    """One tool's files in the project."""
    found: Layout = request.param
    for path, text in found.files.items():
        place = project.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    project.commit()
    return found


def look_at(project: Project, dsn: str, layout: Layout, journal: Path) -> list[State]:
    """Everything that looking is: board, locks, journal, sessions, schema, and a refused plan."""
    session = Session(
        Opening(
            repository=project.root, folder="", tool=layout.tool, dsn=parse(dsn),
            environment=Environment.PRODUCTION, limits=Limits(), journal=journal,
        )
    )  # fmt: skip
    try:
        board = session.look()
        assert (board.database_error, board.source_error) == ("", "")
        assert session.events() == ()
        session.sessions()
        session.schema()
        session.diagnose()
        session.plan(Goal(Action.APPLY))
        return [standing.state for standing in board.standings]
    finally:
        session.close()


@pytest.mark.parametrize("applied", [True, False], ids=["with its table", "without"])
def test_looking_needs_no_right_to_write_and_leaves_nothing(
    layout: Layout,
    applied: bool,
    project: Project,
    pair: tuple[EmbeddedServer, Standby],
    tmp_path: Path,
) -> None:
    primary, standby = pair
    name = f"{layout.tool.replace('-', '_')}_{'with' if applied else 'without'}"
    execute_alone(primary, f"CREATE DATABASE {name}")
    here = primary.dsn(name)
    if applied:
        execute(here, layout.history)
    execute(here, GRANTS)
    before, writers = execute(here, CATALOG), execute(here, WRITERS)
    standby.caught_up()
    for place in (standby.dsn, primary.dsn()):
        states = look_at(project, make_conninfo(place, user=ROLE, dbname=name), layout, tmp_path)
        assert len(states) == 1
        assert (states[0] in (State.APPLIED, State.UNVERIFIED)) is applied, states
        assert (states[0] is State.PENDING) is not applied, states
    assert execute(here, CATALOG) == before
    assert execute(here, WRITERS) == writers


def test_every_tool_is_here() -> None:
    assert {tool.name for tool in TOOLS} == {"cockpit"} | {layout.tool for layout in LAYOUTS}


GRANTS = f"""
DO $$ DECLARE place text; BEGIN
    FOR place IN SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|info)' LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %s TO {ROLE}', place);
        EXECUTE format('REVOKE CREATE ON SCHEMA %s FROM PUBLIC', place);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %s TO {ROLE}', place);
    END LOOP;
END $$
"""


def execute_alone(primary: EmbeddedServer, statement: str) -> None:
    """Outside of a transaction block."""
    with psycopg.connect(primary.dsn(), autocommit=True) as connection:
        connection.execute(statement.encode())
