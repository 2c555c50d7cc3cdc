"""Sessions of ours on a fresh database."""

from collections.abc import Iterator

import pytest

from tests.databases import Database
from tests.sessions import Connect, opener


@pytest.fixture
def connect(fresh_database: Database) -> Iterator[Connect]:
    """Opens sessions; closes them after the test."""
    with opener(fresh_database.dsn) as connect:
        yield connect
