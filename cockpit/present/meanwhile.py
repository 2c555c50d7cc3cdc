"""How long a step works, and what its transaction holds from earlier steps while it does."""

from collections.abc import Iterator

from cockpit.model.plan import Step
from cockpit.present.durations import short_duration
from cockpit.present.harmless import harmless


def meanwhile(step: Step) -> Iterator[tuple[str, str]]:
    """A label and its words, a line each: `works`, `2 s to 9 s: ...`; nothing that is not known."""
    if step.estimate:
        low, high = short_duration(step.estimate.low), short_duration(step.estimate.high)
        yield "works", f"{low} to {high}: {harmless(step.estimate.reason)}"
    for lock in step.holds:
        relation = harmless(lock.relation)
        yield "still", f"holds {lock.mode.words} on {relation} from before: {lock.effect}"


def meanwhile_text(step: Step) -> Iterator[str]:
    """The same as plain lines."""
    yield from (f"{label} {words}" for label, words in meanwhile(step))
