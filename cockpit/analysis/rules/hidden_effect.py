"""What a DO block, a function or \\copy runs cannot be read ahead."""

from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "hidden-effect"
READS = (EVERY,)
EFFECT = "What it locks and changes cannot be told from its text{why}."
SAFER = "-- write the statements out, or rehearse the plan: a rehearsal sees what they do"
BAD = "DO $$ BEGIN EXECUTE 'DROP TABLE ' || (SELECT max(name) FROM doomed); END $$;"
GOOD = "DROP TABLE orders;"
_DAILY = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt", "CallStmt")


def check(subject: Subject) -> Hazard | None:
    """Whatever the prediction of locks calls unknown."""
    impact = subject.impact
    if not impact.unknown or subject.node is None:
        return None
    why = f": {impact.notes[0]}" if impact.notes else ""
    # What a trigger or a function does is the application's daily business.
    daily = type(subject.node).__name__ in _DAILY
    # Where only the branch is not known, the prediction names what every branch does.
    blocks = any(lock.mode.blocks_writes for lock in impact.locks)
    told = not blocks and any(note.startswith("whether a branch") for note in impact.notes[:1])
    severity = Severity.LOW if daily or told else Severity.MEDIUM
    return Hazard(NAME, severity, EFFECT.format(why=why), SAFER)
