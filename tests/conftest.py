"""Fixtures that every kind of test shares. With pytest-xdist each worker has its own server."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import hypothesis
import pytest

from cockpit.errors import ServerUnavailable
from tests import databases
from tests.databases import Database, Databases

hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("same")
"""A change is judged by the same examples; `--hypothesis-profile=search` looks for new ones."""

for _name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
    os.environ.pop(_name, None)
"""How the caller's terminal looks decides nothing of what the screens show in a test."""


def pytest_report_header() -> str:
    """Which PostgreSQL the tests talk to."""
    try:
        return f"postgresql: {databases.described()}"
    except ServerUnavailable as error:
        return f"postgresql: {error.what}"


@pytest.fixture(scope="session")
def server_dsn() -> Iterator[str]:
    """The maintenance database of the test server, as its superuser when it is embedded."""
    with databases.server() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def server(server_dsn: str) -> Databases:
    """Makes databases: for templates a whole session shares, and to know the server's version."""
    return Databases(server_dsn)


@pytest.fixture
def fresh_database(server: Databases) -> Iterator[Database]:
    """An empty database for this test alone."""
    with server.fresh() as database:
        yield database


@pytest.fixture
def new_database(server: Databases) -> Iterator[Callable[[], Database]]:
    """Makes as many empty databases as the test asks for, and drops them after it."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(server.fresh())
