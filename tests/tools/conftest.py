"""Sessions of ours on a fresh database."""

from collections.abc import Iterator

import pytest

from tests.databases import Database, Databases
from tests.deploy.conftest import open_here, project, session
from tests.sessions import Connect, opener
from tests.tools.applied import Applied

__all__ = ["open_here", "project", "session"]


@pytest.fixture
def connect(fresh_database: Database) -> Iterator[Connect]:
    """Opens sessions; closes them after the test."""
    with opener(fresh_database.dsn) as connect:
        yield connect


@pytest.fixture(scope="session")
def applied_by(server: Databases) -> Applied:
    """Brings an empty database to where a tool leaves it."""
    return Applied(server)
