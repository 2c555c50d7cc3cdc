"""Commands on a fake engine."""

from pathlib import Path

import pytest

from tests.unit.cli.commands import Commands


@pytest.fixture
def cockpit(tmp_path: Path) -> Commands:
    """The program, with production as its target."""
    return Commands(tmp_path)
