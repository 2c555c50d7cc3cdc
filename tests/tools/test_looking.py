"""Every tool looks without leaving a trace, and without any right to write."""

import pytest

from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.tools.protocol import Tool
from cockpit.tools.registry import TOOLS
from tests.databases import Database
from tests.sessions import Connect

RELATIONS = "SELECT count(*), (SELECT count(*) FROM pg_namespace) FROM pg_class"


@pytest.fixture
def nobody(fresh_database: Database) -> str:
    """A role that may look at the catalog and nothing else."""
    role = f"nobody_of_{fresh_database.name}"
    fresh_database.execute(f"CREATE ROLE {role}; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    return role


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_database_without_the_table_has_an_empty_history(
    tool: Tool, connect: Connect, fresh_database: Database, nobody: str
) -> None:
    before = fresh_database.execute(RELATIONS)
    connection = connect(read_only=True)
    connection.execute(f"SET ROLE {nobody}")
    with connection.look() as reader:
        history = tool.observe(reader, Ledger(), MigrationSet(()))
    connection.execute("RESET ROLE")
    assert (history.records, history.problems, history.doubts) == ((), (), {})
    assert fresh_database.execute(RELATIONS) == before
    fresh_database.execute(f"DROP OWNED BY {nobody}; DROP ROLE {nobody}")
