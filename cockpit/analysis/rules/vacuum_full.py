"""VACUUM FULL and CLUSTER write the whole table into a new file behind closed doors."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "vacuum-full"
READS = ("VacuumStmt", "ClusterStmt", "RepackStmt")
EFFECT = (
    "Blocks every read and write on {what} while it is written into a new file, and needs that "
    "much free disk."
)
SAFER = """\
-- lets reads and writes go on; space is used again, not given back:
VACUUM{table};
-- to give space back without blocking, the extension pg_repack does it with short locks"""
BAD = "VACUUM FULL orders;"
GOOD = "VACUUM orders;"


def check(subject: Subject) -> Hazard | None:
    """Silent on a plain VACUUM or ANALYZE and on a table that the same plan creates."""
    node = subject.node
    if isinstance(node, pb.VacuumStmt):
        if not syntax.switched_on(node.options, "full"):
            return None
        names = [name_of(item.vacuum_relation.relation) for item in node.rels]
    else:
        names = [subject.table] if subject.table.name else []
    touched = [name for name in names if subject.lock_on(name) is not None]
    if names and not touched:
        return None
    sizes = [subject.size_of(name) for name in touched]
    severity = max((size.severity for size in sizes), default=Severity.HIGH)
    listed = [f"{name} ({size})" for name, size in zip(touched, sizes, strict=True)]
    what = ", ".join(listed) or "every table of the database"
    table = "".join(f" {name}" for name in touched[:1])
    return Hazard(NAME, severity, EFFECT.format(what=what), SAFER.format(table=table))
