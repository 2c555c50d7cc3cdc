"""A name without a schema means whatever the search_path of the session says."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "schema-not-named"
READS = ("CreateStmt", "AlterTableStmt", "IndexStmt", "ViewStmt", "CreateTrigStmt")
OPTIONAL = True
EFFECT = "{name} is made or looked for along search_path, which differs from role to role."
SAFER = "public.{name}"
BAD = "CREATE TABLE orders (id bigint PRIMARY KEY);"
GOOD = "CREATE TABLE public.orders (id bigint PRIMARY KEY);"


def check(subject: Subject) -> Hazard | None:
    """Silent for temporary tables and after SET search_path."""
    if subject.table.schema or not subject.table.name:
        return None
    ranges = [n for n in syntax.walk(subject.node) if isinstance(n, pb.RangeVar)]
    if any(r.relpersistence == "t" for r in ranges if name_of(r) == subject.table):
        return None
    if any("search_path" in statement.sql for statement in subject.earlier):
        return None
    name = str(subject.table)
    return Hazard(NAME, Severity.LOW, EFFECT.format(name=name), SAFER.format(name=name))
