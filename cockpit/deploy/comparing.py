"""Several engines looked at for one comparison."""

from collections.abc import Sequence

from cockpit.analysis.comparison import compare_targets
from cockpit.deploy.engine import Engine
from cockpit.errors import CockpitError
from cockpit.model.comparison import Comparison
from cockpit.model.schema import Snapshot
from cockpit.tools.native import Native
from cockpit.tools.registry import order_of, tool_named


def compare_engines(engines: Sequence[Engine]) -> Comparison:
    """The boards of all engines and their live schemas, side by side. Reads only."""
    boards = [engine.look() for engine in engines]
    tools = [board.tool for board in boards if board.tool != "auto"]
    tool = tool_named(tools[0]) if tools else Native()
    schemas = [_schema(engine) for engine in engines]
    fullest = max((board.migrations for board in boards), key=lambda held: len(held.migrations))
    return compare_targets(boards, schemas, order_of(tool, fullest))


def _schema(engine: Engine) -> Snapshot | None:
    try:
        return engine.schema()
    except CockpitError:
        # The board of this target says what is wrong with its database.
        return None
