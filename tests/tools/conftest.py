"""Sessions of ours on a fresh database."""

from collections.abc import Iterator

import pytest

from tests.databases import Database
from tests.deploy.conftest import open_here, project, session
from tests.sessions import Connect, opener

__all__ = ["open_here", "project", "session"]


@pytest.fixture
def connect(fresh_database: Database) -> Iterator[Connect]:
    """Opens sessions; closes them after the test."""
    with opener(fresh_database.dsn) as connect:
        yield connect
