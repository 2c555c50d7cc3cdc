"""The state of every version, from both halves of a look; worked out again when one has changed."""

from cockpit.analysis.compare import compare, without_files
from cockpit.deploy.explaining import Explaining
from cockpit.deploy.server_side import ServerLook, ServerSide
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.deploy.weighing import Weighing
from cockpit.model.history import History
from cockpit.model.state import Standing
from cockpit.tools.native import Native
from cockpit.tools.registry import order_of


class Judging:
    """Compares, asks git why, and weighs what waits."""

    def __init__(self, source: SourceSide, server: ServerSide) -> None:
        self._explaining = Explaining(source)
        self._weighing = Weighing(server)
        self._last: tuple[SourceLook, History | None, tuple[Standing, ...]] | None = None

    def standings(
        self, source: SourceLook | None, server: ServerLook | None
    ) -> tuple[Standing, ...]:
        """Oldest first. The very tuple of the last time, where nothing has changed since."""
        history = server.history if server else None
        if source is None:
            return without_files(history, Native().order_key)
        last = self._last
        if last is not None and last[0] is source and _same(last[1], history):
            return last[2]
        found = compare(source.migrations, history, order_of(source.tool, source.migrations))
        found = self._explaining.explained(source, found)
        if history is not None:
            found = self._weighing.weighed(found, history.head)
        self._last = (source, history, found)
        return found


def _same(one: History | None, other: History | None) -> bool:
    """The head changes with every record, and with nothing else that a look finds."""
    if one is None or other is None:
        return one is other
    return (
        (one.head, one.exists, one.pointer, len(one.records), one.unfinished)
        == (other.head, other.exists, other.pointer, len(other.records), other.unfinished)
        and one.skipped == other.skipped
        and one.doubts == other.doubts
        and one.problems == other.problems
    )
