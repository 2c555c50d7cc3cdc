"""A renamed column breaks running code at the same moment."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "rename-column"
READS = ("RenameStmt",)
EFFECT = "Code that is running now still says {table}.{old} and fails until it is replaced."
SAFER = """\
-- a second column that a trigger keeps equal, until no code uses the old one:
-- cockpit new {plain}_to_{new_plain} --recipe rename \\
--   --table {table} --column {old} --to {new}"""
BAD = "ALTER TABLE orders RENAME COLUMN mail TO email;"
GOOD = "ALTER TABLE orders ADD COLUMN email text;"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates, and for columns of types."""
    rename = subject.node
    if rename.rename_type != pb.OBJECT_COLUMN or subject.lock is None:
        return None
    names = {
        "table": subject.table,
        "old": quoted(rename.subname),
        "new": quoted(rename.newname),
        "plain": rename.subname,
        "new_plain": rename.newname,
    }
    return Hazard(NAME, Severity.HIGH, EFFECT.format(**names), SAFER.format(**names))
