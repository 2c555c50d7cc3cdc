"""A renamed type, function, schema, sequence or role breaks what calls it by its name."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_from
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "rename-object"
READS = ("RenameStmt",)
EFFECT = "Code that is running now still says {kind} {old} and fails until it is replaced."
SAFER = """\
-- make {new} beside {old}, deploy code that uses it, drop {old} in a later migration"""
BAD = "ALTER FUNCTION total(bigint) RENAME TO grand_total;"
GOOD = """\
CREATE FUNCTION grand_total(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT total($1)';"""
_KINDS = {
    pb.OBJECT_AGGREGATE: "aggregate",
    pb.OBJECT_DATABASE: "database",
    pb.OBJECT_DOMAIN: "domain",
    pb.OBJECT_FUNCTION: "function",
    pb.OBJECT_PROCEDURE: "procedure",
    pb.OBJECT_ROLE: "role",
    pb.OBJECT_ROUTINE: "routine",
    pb.OBJECT_SCHEMA: "schema",
    pb.OBJECT_SEQUENCE: "sequence",
    pb.OBJECT_TYPE: "type",
    pb.OBJECT_ATTRIBUTE: "attribute",
}


def check(subject: Subject) -> Hazard | None:
    """Names that only migrations use (constraints, indexes, triggers, policies) may change."""
    rename = subject.node
    kind = _KINDS.get(rename.rename_type)
    if kind is None:
        return None
    if rename.rename_type == pb.OBJECT_SEQUENCE:
        old = str(subject.table)
    else:
        old = rename.subname or str(name_from(rename.object))
    names = {"kind": kind, "old": old, "new": rename.newname}
    minor = rename.rename_type == pb.OBJECT_SEQUENCE
    severity = Severity.LOW if minor else Severity.MEDIUM
    return Hazard(NAME, severity, EFFECT.format(**names), SAFER.format(**names))
