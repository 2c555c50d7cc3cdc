"""A past run, as it can be seen again: the plan, and what was said while it ran."""

from dataclasses import dataclass

from cockpit.model.event import Event
from cockpit.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Recording:
    """The very values that a live run gives to whoever listens, in their order."""

    run: str
    plan: Plan
    events: tuple[Event, ...]
    origin: str
    """Where it was kept: `the journal /path/of/it` or `the ledger`."""
    note: str = ""
    """What is missing in it, one sentence; empty when all of it is there."""
