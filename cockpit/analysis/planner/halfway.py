"""The way back of a phase that broke off half way up: what the catalog shows decides each step."""

from collections.abc import Callable, Sequence

from cockpit.analysis.planner.draft import Draft
from cockpit.errors import CockpitError
from cockpit.model.halfway import Judged, Need
from cockpit.model.history import Record
from cockpit.model.migration import Phase
from cockpit.model.state import Standing

Judge = Callable[[Phase], tuple[Judged, ...]]


def half_phase(record: Record | None) -> str | None:
    """The phase of which something is in the database and which was never whole."""
    opened = record.open if record else None
    if record is None or opened is None or opened.untouched or opened.name in record.done:
        return None
    return opened.name


def left_out(draft: Draft, standing: Standing, phase: Phase) -> frozenset[str] | None:
    """Statements of its way down with nothing to undo; None when the way may not be gone.

    Says in the draft what is left out, and what forbids it.
    """
    try:
        judged = draft.situation.judge(phase)
    except CockpitError as error:
        draft.refuse(error.what)
        return None
    if forbidden := _forbidden(draft, judged):
        draft.refuse(
            f"{standing.version}: phase {phase.name} broke off half way up, and {forbidden}"
        )
        return None
    skipped = [one for one in judged if one.need is Need.SKIP]
    for one in skipped:
        draft.note(
            f"{standing.version}: phase {phase.name} broke off half way up; line {one.line} of its "
            f"way down has nothing to undo and is left out ({one.words})."
        )
    return frozenset(one.sql for one in skipped)


def _forbidden(draft: Draft, judged: Sequence[Judged]) -> str:
    half = next((one for one in judged if one.need is Need.HALF), None)
    if half is not None:
        return (
            f"line {half.line} of its way down would fail: {half.words}. Bring the schema to one "
            "side of it by hand, then roll back."
        )
    unseen = [one for one in judged if one.need is Need.UNSEEN]
    if not unseen or draft.half_way:
        return ""
    lines = ", ".join(str(one.line) for one in unseen)
    return (
        f"nobody can see whether line {lines} of its way down fits what is there. Look at the "
        "data; add --half-way to run it all the same, or mend the cause and resume."
    )
