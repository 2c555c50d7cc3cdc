"""How long a step works, and what its transaction holds from earlier steps while it does."""

from collections.abc import Iterator

from cockpit.model.plan import Step
from cockpit.present.durations import short_duration
from cockpit.present.harmless import harmless

_SHOWN = 12
"""Locks told one by one, strongest first; a plan over hundreds of tables has no other end."""


def meanwhile(step: Step) -> Iterator[tuple[str, str]]:
    """A label and its words, a line each: `works`, `2 s to 9 s: ...`; nothing that is not known."""
    if step.estimate:
        low, high = short_duration(step.estimate.low), short_duration(step.estimate.high)
        yield "works", f"{low} to {high}: {harmless(step.estimate.reason)}"
    strongest = sorted(step.holds, key=lambda lock: (-lock.mode.rank, lock.relation))
    for lock in strongest[:_SHOWN]:
        relation = harmless(lock.relation)
        yield "still", f"holds {lock.mode.words} on {relation} from before: {lock.effect}"
    if (more := len(strongest) - _SHOWN) > 0:
        yield "still", f"holds locks on {more} more from before"


def meanwhile_text(step: Step) -> Iterator[str]:
    """The same as plain lines."""
    yield from (f"{label} {words}" for label, words in meanwhile(step))
