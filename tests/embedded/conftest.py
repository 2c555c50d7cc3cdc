"""A home of its own for the servers of a test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.embedded import folder


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a path short enough for sockets, open to the unprivileged user we drop to."""
    with tempfile.TemporaryDirectory(dir=folder.home().parent, prefix="c-") as name:
        place = Path(name)
        place.chmod(0o711)
        yield place
