"""Words on screen: one noun for one thing, no noise."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cockpit.tui

FILES = sorted(Path(cockpit.tui.__file__).parent.rglob("*.py"))
NOISE = re.compile(
    r"\b(please|successful(ly)?|oops|sorry|simply|just|abort(ed)?|kill(ed)?)\b", re.I
)
SYNONYMS = re.compile(
    r"\b(revert(ed)?|undeploy|changeset|patch(es)?|mutex|instance|upgrade)\b", re.I
)


def words(path: Path) -> Iterator[str]:
    """Every string of a file that is not a docstring."""
    tree = ast.parse(path.read_text())
    documented = [n.value for n in ast.walk(tree) if isinstance(n, ast.Expr)]
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in documented
        ):
            yield node.value


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_screen_speaks_plainly(path: Path) -> None:
    for text in words(path):
        assert not NOISE.search(text), text
        assert not SYNONYMS.search(text), text
        assert not re.search(r"\w!(\s|$)", text), text


def test_the_files_are_found() -> None:
    assert len(FILES) > 40


def test_no_file_is_too_long() -> None:
    assert [p.name for p in FILES if len(p.read_text().splitlines()) > 350] == []
