"""SET SCHEMA breaks running code that finds the object by its old schema."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_from, quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "move-to-schema"
READS = ("AlterObjectSchemaStmt",)
EFFECT = "Code that is running now looks for {name} where it was and fails."
SAFER = """\
-- a view with the old name, made in the same transaction; PostgreSQL writes through it:
{statement};
CREATE VIEW {old} AS SELECT * FROM {new};"""
PLAIN = """\
-- put {schema} on the search_path of every role first, and only then:
{statement};"""
BAD = "ALTER TABLE orders SET SCHEMA archive;"
GOOD = "CREATE TABLE archive.orders (LIKE public.orders INCLUDING ALL);"
_TABLES = (pb.OBJECT_TABLE, pb.OBJECT_VIEW, pb.OBJECT_MATVIEW, pb.OBJECT_FOREIGN_TABLE)


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates."""
    move = subject.node
    is_table = move.object_type in _TABLES
    if is_table and subject.lock is None:
        return None
    name = subject.table if move.HasField("relation") else name_from(move.object)
    new = type(name)(move.newschema, name.name)
    names = {"statement": subject.statement.sql, "schema": quoted(move.newschema)}
    safer = (SAFER if is_table else PLAIN).format(old=name, new=new, **names)
    severity = Severity.HIGH if is_table else Severity.MEDIUM
    return Hazard(NAME, severity, EFFECT.format(name=name), safer)
