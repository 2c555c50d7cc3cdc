"""CREATE INDEX blocks every write on the table until the index is built."""

from cockpit.analysis.hazards.safer import changed
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

NAME = "create-index-blocks-writes"
READS = ("IndexStmt",)
EFFECT = "Blocks every write on {table} ({size}) until the index is built."
SAFER = """\
-- outside of a transaction, reads and writes go on:
{statement};"""
PARTITIONED = """\
-- PostgreSQL builds no index of a partitioned table concurrently, but of each partition:
{only};
-- then for every partition, outside of a transaction, and attach it to the one above:
-- CREATE INDEX CONCURRENTLY ... ON the_partition ...;
-- ALTER INDEX ... ATTACH PARTITION ...;"""
BAD = "CREATE INDEX orders_email_idx ON orders (email);"
GOOD = "CREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);"


def check(subject: Subject) -> Hazard | None:
    """Silent when it is built concurrently, and on a table that the same plan creates."""
    index = subject.node
    if index.concurrent or subject.on_new_table:
        return None
    size = subject.size
    found = subject.tables.find(subject.table)
    partitioned = found is not None and found.kind == "p"
    if partitioned:
        if not index.relation.inh:
            return None
        copy = type(index.relation)()
        copy.CopyFrom(index.relation)
        copy.inh = False
        whole = type(index)()
        whole.CopyFrom(index)
        whole.relation.CopyFrom(copy)
        safer = PARTITIONED.format(only=changed(whole))
    else:
        safer = SAFER.format(statement=changed(index, concurrent=True))
    effect = EFFECT.format(table=subject.table, size=size)
    return Hazard(NAME, size.severity, effect, safer, mechanical=not partitioned)
