"""What settling costs the operator: it changes what everybody will believe of the database.

No table is locked and no data moves, yet a wrong word here makes the next run skip a migration or
run it twice. So it costs what a loss of data costs: a reason and a typed sentence, everywhere but
on a database of one's own.
"""

from cockpit.analysis.ceremony import Ceremony, Level, Lines
from cockpit.model.settlement import Settlement
from cockpit.model.target import Environment, Standpoint

TITLE = "settle by evidence"


def settle_question(standpoint: Standpoint, made: Settlement) -> Ceremony:
    """The question before a settlement is written."""
    local = standpoint.environment is Environment.LOCAL and not standpoint.protected
    lines = Lines(
        runs="no SQL of a migration: only the histories are written",
        blocks="other deployments, for a moment; no reads, no writes",
        loses="nothing; what the history said stands in the ledger's event",
        leaves="; ".join(made.writes) or "nothing: it is refused",
        way_back=made.way_back,
    )
    if local:
        return Ceremony(Level.ALONE, TITLE, lines, arming_seconds=0.3)
    return Ceremony(
        level=Level.LOSES,
        title=TITLE,
        lines=lines,
        typed=f"settle {made.version} on {standpoint.name}",
        reading_seconds=5.0,
        needs_reason=True,
        dangers=(f"{made.version} is believed to be {_believed(made)} from then on",),
    )


def _believed(made: Settlement) -> str:
    found = next((p.found for p in made.parts if p.version == made.version), None)
    return found.value if found else "what it is now"
