"""A dropped schema takes everything in it along."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "drop-schema"
READS = ("DropStmt",)
EFFECT = "Loses schema {schemas}{contents}."
SAFER = """\
-- drop what is in it by name, one by one, so that nothing goes unseen; then
DROP SCHEMA {schemas};"""
BAD = "DROP SCHEMA archive CASCADE;"
GOOD = "DROP TABLE archive.orders;"


def check(subject: Subject) -> Hazard | None:
    """An empty schema is dropped without harm, RESTRICT drops no other, IF EXISTS may find none."""
    drop = subject.node
    if drop.remove_type != pb.OBJECT_SCHEMA or subject.impact.finds_nothing:
        return None
    schemas = [item.string.sval for item in drop.objects if syntax.is_a(item, "string")]
    inside = [lock.relation for lock in subject.impact.locks if not lock.is_index]
    cascade = drop.behavior == pb.DROP_CASCADE
    contents = " with everything in it" if cascade else ""
    if cascade and inside:
        contents += f": {', '.join(inside)}"
    return Hazard(
        NAME,
        Severity.HIGH if cascade else Severity.LOW,
        EFFECT.format(schemas=", ".join(schemas), contents=contents),
        SAFER.format(schemas=", ".join(schemas)),
    )
