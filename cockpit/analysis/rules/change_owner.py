"""A new owner changes who may alter, drop and, with row security, see."""

from cockpit.analysis.hazards.names import name_from, quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "change-owner"
READS = ("AT_ChangeOwner", "AlterOwnerStmt", "ReassignOwnedStmt", "DropOwnedStmt")
EFFECT = (
    "The old owner of {what} loses the right to alter and drop it, and later migrations run by "
    "that role fail."
)
SAFER = """\
-- keep the owner, and make the other role a member of it:
-- GRANT {owner} TO the_other_role;"""
BAD = "ALTER TABLE orders OWNER TO CURRENT_USER;"
GOOD = "GRANT ALL ON orders TO CURRENT_USER;"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    node = subject.node
    kind = subject.part.kind
    if kind in ("ReassignOwnedStmt", "DropOwnedStmt"):
        return Hazard(NAME, Severity.HIGH, EFFECT.format(what="everything a role owns"), "")
    if kind == "AT_ChangeOwner":
        if subject.lock is None:
            return None
        what = str(subject.table)
    else:
        what = str(name_from(node.object))
    found = subject.tables.find(subject.table)
    owner = quoted(found.owner) if found else "the_owner"
    return Hazard(NAME, Severity.LOW, EFFECT.format(what=what), SAFER.format(owner=owner))
