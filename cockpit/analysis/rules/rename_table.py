"""A renamed table or view breaks running code at the same moment."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "rename-table"
READS = ("RenameStmt",)
EFFECT = "Code that is running now still says {old} and fails until it is replaced."
SAFER = """\
-- a view with the old name, made in the same transaction; PostgreSQL writes through it:
ALTER TABLE {old} RENAME TO {short};
CREATE VIEW {old} AS SELECT * FROM {new};"""
BAD = "ALTER TABLE orders RENAME TO purchases;"
GOOD = """\
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;"""
_KINDS = (pb.OBJECT_TABLE, pb.OBJECT_VIEW, pb.OBJECT_MATVIEW)


def check(subject: Subject) -> Hazard | None:
    """Silent when a view takes the old name later in the same transaction."""
    rename = subject.node
    if rename.rename_type not in _KINDS or subject.lock is None or _stands_in(subject):
        return None
    names = {
        "old": subject.table,
        "new": subject.table.sibling(rename.newname),
        "short": quoted(rename.newname),
    }
    return Hazard(NAME, Severity.HIGH, EFFECT.format(**names), SAFER.format(**names))


def _stands_in(subject: Subject) -> bool:
    """A relation with the old name comes, or came just before from another name."""
    shared = subject.statement.transaction
    for statement in subject.statements[subject.index + 1 :]:
        if shared is None or statement.transaction != shared:
            return False
        node = statement.node
        if isinstance(node, pb.ViewStmt) and node.view.relname == subject.table.name:
            return True
        if isinstance(node, pb.RenameStmt) and node.newname == subject.table.name:
            return True
    return False
