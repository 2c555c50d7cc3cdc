"""Asks the catalog which statements of a way down have something to undo. Reads only."""

from cockpit.database.connection import Reader
from cockpit.database.diagnosis import is_there
from cockpit.model.halfway import Judged, Need
from cockpit.model.migration import Phase
from cockpit.sql.statements import Statement, split
from cockpit.sql.trace import Trace, traces_of

_Seen = dict[tuple[str, str, str], bool]


def judge(reader: Reader, phase: Phase) -> tuple[Judged, ...]:
    """Every statement in order, each against what the ones before it leave.

    Raises `MigrationError` for SQL nobody can read.
    """
    bounds = phase.backfill.bounds if phase.backfill else ()
    seen: _Seen = {}
    return tuple(
        _judged(reader, statement, seen)
        for statement in split(
            phase.script, path=phase.path, first_line=phase.line, parameters=bounds
        )
    )


def _judged(reader: Reader, statement: Statement, seen: _Seen) -> Judged:
    traces = traces_of(statement.node)
    if not traces:
        return _said(statement, Need.UNSEEN, "the catalog cannot tell what it would change")
    found = {trace: seen.get(trace.key, is_there(reader, trace)) for trace in traces}
    seen |= {trace.key: trace.there for trace in traces}
    words = ", ".join(
        f"{t.words} is {'there' if there else 'not there'}" for t, there in found.items()
    )
    done = {there is trace.there for trace, there in found.items()}
    if done == {True}:
        return _said(statement, _when_done(traces), words)
    return _said(statement, Need.RUN if done == {False} else _when_mixed(traces), words)


def _when_done(traces: tuple[Trace, ...]) -> Need:
    """IF EXISTS may be run again as well, and then takes what no name tells along."""
    return Need.SKIP if any(trace.certain for trace in traces) else Need.RUN


def _when_mixed(traces: tuple[Trace, ...]) -> Need:
    return Need.HALF if any(trace.certain for trace in traces) else Need.RUN


def _said(statement: Statement, need: Need, words: str) -> Judged:
    return Judged(statement.sql, statement.line, need, words)
