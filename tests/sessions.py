"""Connections of ours to a test database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from cockpit.database.connection import Connection
from cockpit.settings.dsn import parse

Connect = Callable[..., Connection]


@contextmanager
def opened(dsn: str, *, read_only: bool = False) -> Iterator[Connection]:
    """One session, closed at the end of the block."""
    connection = Connection.open(parse(dsn), None, application="cockpit test", read_only=read_only)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def opener(dsn: str) -> Iterator[Connect]:
    """As many sessions as a test asks for, all closed at the end of the block."""
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(opened(how.pop("dsn", dsn), **how))
