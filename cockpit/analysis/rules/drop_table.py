"""A dropped table takes its data along."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_from
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "drop-table"
READS = ("DropStmt",)
EFFECT = "Loses every row of {tables}; code that is running now and names it fails."
EMPTY = "Drops {tables}; code that is running now and names it fails."
SAFER = """\
-- first take it out of reach, and wait for whoever misses it; the way back is one statement:
{renames}
-- then, in a later migration:
-- {statement};"""
BAD = "DROP TABLE orders;"
GOOD = "ALTER TABLE orders RENAME TO orders_unused;"
_KINDS = (pb.OBJECT_TABLE, pb.OBJECT_MATVIEW, pb.OBJECT_FOREIGN_TABLE)


def check(subject: Subject) -> Hazard | None:
    """Silent for tables that the same plan creates and for IF EXISTS on nothing."""
    drop = subject.node
    if drop.remove_type not in _KINDS:
        return None
    names = [name for item in drop.objects if subject.lock_on(name := name_from(item))]
    if not names:
        return None
    sizes = [subject.size_of(name) for name in names]
    harmless = drop.remove_type != pb.OBJECT_TABLE or all(size.empty for size in sizes)
    effect = EMPTY if all(size.empty for size in sizes) else EFFECT
    told = ", ".join(f"{name} ({size})" for name, size in zip(names, sizes, strict=True))
    renames = [f"ALTER TABLE {name} RENAME TO {name.name}_unused;" for name in names]
    return Hazard(
        NAME,
        Severity.MEDIUM if harmless else Severity.HIGH,
        effect.format(tables=told),
        SAFER.format(renames="\n".join(renames), statement=subject.statement.sql),
    )
