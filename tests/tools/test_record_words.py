"""What a plan says of the row that a tool's history will get is a line that a person can read."""

from dataclasses import replace

import pytest

from cockpit.model.migration import Direction
from cockpit.model.plan import PlannedPhase
from cockpit.tools.protocol import Tool
from cockpit.tools.registry import TOOLS, not_driven

UP = PlannedPhase(
    version="20261121", name="orders", phase="up", direction=Direction.UP, steps=(), script="",
    path="20261121_orders.sql", checksum=None, all_phases=("up",), previous_version="20261121",
)  # fmt: skip
DOWN = replace(UP, direction=Direction.DOWN, previous_version=None)

every_tool = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)


@every_tool
@pytest.mark.parametrize("phase", [UP, DOWN], ids=lambda phase: phase.direction.value)
def test_it_is_a_short_line_without_anything_of_the_program_in_it(
    tool: Tool, phase: PlannedPhase
) -> None:
    words = tool.record_words(phase)
    assert 10 < len(words) < 80
    assert not set("()={}\n") & set(words)


@pytest.mark.parametrize(
    "tool",
    # Alembic moves its head itself, both ways.
    [tool for tool in TOOLS if not not_driven(tool) and tool.name != "alembic"],
    ids=lambda tool: tool.name,
)
def test_the_way_back_is_said_in_other_words_than_the_way_up(tool: Tool) -> None:
    assert tool.record_words(UP) != tool.record_words(DOWN)
