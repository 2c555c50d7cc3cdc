"""What of the files that wait is no SQL: told on the board, before anybody plans a run."""

from collections.abc import Sequence

from cockpit.model.migration import Migration
from cockpit.model.problem import Problem
from cockpit.model.state import Standing
from cockpit.source.syntax import check_sql

_AT_MOST = 200
"""More than these wait only on a database that is being built: its plan says it."""


class Unreadable:
    """Remembers by content: a file that nobody has touched is not read again."""

    def __init__(self) -> None:
        self._known: dict[Migration, tuple[Problem, ...]] = {}

    def problems(self, standings: Sequence[Standing]) -> tuple[Problem, ...]:
        """One for each place that PostgreSQL's grammar, or a transaction, would refuse."""
        waiting = [s.migration for s in standings if s.state.waits and s.migration]
        if len(waiting) > _AT_MOST:
            return ()
        self._known = {m: self._known.get(m) or check_sql(m) for m in waiting}
        return tuple(problem for found in self._known.values() for problem in found)
