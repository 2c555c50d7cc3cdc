"""Records from the folded ledger: the native history, and our evidence beside a foreign one."""

from cockpit.model.history import Record, Recorded
from cockpit.model.ledger import VersionState
from cockpit.model.migration import Phase


def record_of(state: VersionState) -> Record:
    """One version as the ledger alone tells it."""
    return Record(
        version=state.version,
        name=state.name,
        recorded=_verdict(state),
        checksum=state.checksum,
        applied_at=state.applied_at if state.done or state.imported else None,
        commit=state.commit,
        run=state.run,
        order=state.seq,
        done=tuple(done.name for done in state.done),
        runs=tuple(done.run for done in state.done),
        phases=state.phases,
        undo=kept_undo(state),
        script="\n".join(done.script for done in state.done) or None,
        open=state.open,
        failure=state.failure,
        confirmed_gates=state.confirmed_gates,
        confirmed_words=state.confirmed_words,
        note=f"Settled by evidence: {state.settled}." if state.settled else "",
    )


def kept_undo(state: VersionState) -> tuple[Phase, ...]:
    """Down phases of everything in force, last applied first; phases without one are left out."""
    return tuple(done.undo for done in reversed(state.done) if done.undo is not None)


def _verdict(state: VersionState) -> Recorded:
    if state.failure is not None:
        return Recorded.FAILED
    if state.open is not None and not state.open.untouched:
        return Recorded.PARTIAL
    if state.imported:
        return Recorded.IMPORTED
    if state.complete:
        return Recorded.APPLIED
    if state.done:
        return Recorded.PARTIAL
    return Recorded.ROLLED_BACK
