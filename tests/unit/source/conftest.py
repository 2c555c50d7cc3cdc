"""Repositories for the tests of the git side."""

from pathlib import Path

import pytest

from tests.unit.source.sandbox import Sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """An empty repository on branch main."""
    return Sandbox(tmp_path / "project")
