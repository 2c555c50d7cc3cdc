"""The README promises nothing that is not there."""

import ast
import re
from collections.abc import Iterator
from inspect import getsource
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest

from cockpit.cli.root import root
from cockpit.model.state import State
from cockpit.settings.duration import Duration, format_duration
from cockpit.settings.schema import DEFAULT_RULES, Rules, Settings, TargetSettings
from cockpit.tools.registry import TOOLS
from cockpit.tui.actions import ACTIONS, Action

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = {
    "question_mark": "?", "colon": ":", "escape": "esc", "right_square_bracket": "]",
    "left_square_bracket": "[", "pagedown": "pgdn", "pageup": "pgup", "down": "↓", "up": "↑",
    "left": "←", "right": "→", "f1": "F1", "f2": "F2", "f3": "F3",
}  # fmt: skip


def key_table() -> str:
    """The README's table, made from the one table of actions."""
    lines = ["| key | id | what |", "|---|---|---|"]
    lines += [f"| {_keys(a)} | {a.id} | {a.help} |" for a in ACTIONS]
    return "\n".join(lines)


def _keys(action: Action) -> str:
    return " ".join(f"`{NAMES.get(key, key)}`" for key in action.key.split(","))


def _commands() -> Iterator[str]:
    for block in re.findall(r"^\| `cockpit ([^|]*)\|", README, re.MULTILINE):
        yield from re.findall(r"[a-z]+(?:-[a-z]+)*", block.replace("[open]", "open"))


def settings_table() -> str:
    """The README's table, made from what stands behind each attribute of the settings."""
    lines = ["| setting | of | default | what |", "|---|---|---|---|"]
    for structure, of in (
        (Settings, "file"),
        (Rules, "file or target"),
        (TargetSettings, "target"),
    ):
        defaults = DEFAULT_RULES if structure is Rules else structure()
        for name, words in _attributes(structure):
            default = getattr(defaults, name)
            lines.append(f"| `{name}` | {of} | {_default(default)} | {words} |")
    return "\n".join(lines)


def _default(value: object) -> str:
    match value:
        case None | {}:
            return ""
        case Duration():
            return f"`{format_duration(value)}`"
        case _:
            return f"`{value}`"


def _attributes(structure: type) -> Iterator[tuple[str, str]]:
    (found,) = ast.parse(dedent(getsource(structure))).body
    assert isinstance(found, ast.ClassDef)
    for attribute, words in pairwise(found.body):
        if isinstance(attribute, ast.AnnAssign) and isinstance(words, ast.Expr):
            assert isinstance(attribute.target, ast.Name)
            yield attribute.target.id, " ".join(ast.literal_eval(words.value).split())


def test_every_setting_is_explained() -> None:
    shown = README.split("<!-- settings -->")[1].split("<!-- /settings -->")[0].strip()
    assert shown == settings_table(), f"the README's settings should be:\n{settings_table()}"
    every = {*Settings.__struct_fields__, *TargetSettings.__struct_fields__}
    assert {name for name in every if f"| `{name}` |" not in shown} == {"targets"}


def test_the_key_table_is_the_table_of_actions() -> None:
    shown = README.split("<!-- keys -->")[1].split("<!-- /keys -->")[0].strip()
    assert shown == key_table(), f"the README's keys should be:\n{key_table()}"


def test_every_picture_is_there() -> None:
    linked = re.findall(r"\]\((screenshots/[^)]+)\)", README)
    assert linked
    assert [path for path in linked if not (ROOT / path).is_file()] == []


def test_every_command_is_there() -> None:
    known = set(root.list_commands(None)) | {"apply", "rollback", "redo"}  # type: ignore[arg-type]
    assert set(_commands()) - known - {"plan"} == set()


def test_every_state_is_explained() -> None:
    told = README.split("| state | what it means |")[1].split("\n\n")[0]
    for state in State:
        if state is not State.UNKNOWN:
            assert re.search(rf"^\| .*\b{re.escape(state.value)} \|", told, re.MULTILINE), state


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_is_named(tool: object) -> None:
    assert getattr(tool, "name", "") in README


def test_the_test_command_is_what_ci_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert ".venv/bin/python -m tests" in README
    assert ".venv/bin/python -m tests" in script
    assert "pip>=25.1" in README
    assert "pip>=25.1" in script
