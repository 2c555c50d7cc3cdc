"""Which run applied what was applied last."""

from collections.abc import Iterable

from cockpit.model.state import Standing


def newest_run(in_force: Iterable[Standing]) -> str:
    """The run that applied what was applied last; one that only failed since is not meant.

    Passed over is what another tool has applied, before or after it; empty when nothing else is
    there. Versions that the history sets at one place count in the order they are given.
    """
    by_time = sorted(in_force, key=lambda s: s.record.order if s.record else 0)
    return next((runs[-1] for s in reversed(by_time) if (runs := runs_of(s))), "")


def runs_of(standing: Standing) -> tuple[str, ...]:
    """The runs that applied its phases, in their order; empty where nobody knows."""
    record = standing.record
    if record is None:
        return ()
    return record.runs or ((record.run,) if record.run else ())
