"""Steps that keep somebody from writing while a phase runs, and what that covers."""

from collections.abc import Iterable
from dataclasses import replace

from cockpit.analysis.planner.draft import Draft
from cockpit.model.impact import Impact
from cockpit.model.migration import ReadOnly
from cockpit.model.plan import PlannedPhase, Step, StepKind
from cockpit.sql.readonly import set_statement


def with_windows(draft: Draft, phases: Iterable[PlannedPhase]) -> tuple[PlannedPhase, ...]:
    """The same phases, a step at both ends of each that asks for a window. Not numbered."""
    for window in draft.situation.windows:
        draft.note(f"Gives back first: {window.words}.")
    return tuple(_windowed(draft, phase) for phase in phases)


def _windowed(draft: Draft, phase: PlannedPhase) -> PlannedPhase:
    if phase.readonly is None:
        return phase
    _tell(draft, phase, phase.readonly)
    database = draft.situation.identity.database
    opening = _step(phase, phase.readonly, database, "on", _opening_words(phase.readonly))
    words = f"{phase.readonly.words}: back to what was set before, also when the phase fails"
    closing = _step(phase, phase.readonly, database, None, words)
    gates = [step for step in phase.steps if step.kind is StepKind.GATE]
    rest = [step for step in phase.steps if step.kind is not StepKind.GATE]
    return replace(phase, steps=(*gates, opening, *rest, closing))


def _opening_words(scope: ReadOnly) -> str:
    return (
        f"{scope.words}: new sessions at once; idle ones are ended so that they come back "
        f"read-only, those in a transaction are waited for up to {scope.wait_seconds} s"
    )


def _step(
    phase: PlannedPhase, scope: ReadOnly, database: str, value: str | None, title: str
) -> Step:
    sql = ";\n".join(set_statement(subject, database, value) for subject in scope.subjects)
    what = "ALTER ROLE" if scope.roles else "ALTER DATABASE"
    return Step(0, StepKind.WINDOW, sql, "", 0, 0, None, title=title, impact=Impact(what))


def _tell(draft: Draft, phase: PlannedPhase, scope: ReadOnly) -> None:
    """What the mode covers and what it does not."""
    exempt = (
        "a session that sets default_transaction_read_only or its transaction READ WRITE itself"
    )
    if scope.roles:
        exempt += ", and other roles, also those that SET ROLE to it"
    else:
        exempt += ", and roles with a setting of their own"
    draft.note(
        f"While phase {phase.phase} of {phase.version} runs, {scope.words} can only read: writes "
        f"fail with SQLSTATE 25006. Not covered: {exempt}. Its idle sessions are ended at both "
        "ends, so pools reconnect twice."
    )
