"""A dropped view, function, type or extension breaks what still uses it."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.making import made
from cockpit.analysis.hazards.names import name_from
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "drop-object"
READS = ("DropStmt",)
EFFECT = "Code that is running now and uses {kind} {names} fails."
SAFER = """\
-- deploy code that does not use it, and only then:
{statement};"""
BAD = "DROP VIEW open_orders;"
GOOD = "CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders WHERE id > 0;"
_KINDS = {
    pb.OBJECT_VIEW: "view",
    pb.OBJECT_SEQUENCE: "sequence",
    pb.OBJECT_TYPE: "type",
    pb.OBJECT_DOMAIN: "domain",
    pb.OBJECT_FUNCTION: "function",
    pb.OBJECT_PROCEDURE: "procedure",
    pb.OBJECT_ROUTINE: "routine",
    pb.OBJECT_AGGREGATE: "aggregate",
    pb.OBJECT_OPERATOR: "operator",
    pb.OBJECT_CAST: "cast",
    pb.OBJECT_COLLATION: "collation",
    pb.OBJECT_EXTENSION: "extension",
    pb.OBJECT_TRIGGER: "trigger",
    pb.OBJECT_RULE: "rule",
}


def check(subject: Subject) -> Hazard | None:
    """Silent for IF EXISTS on nothing, and when the same transaction makes one of that name again,
    before or after."""
    drop = subject.node
    kind = _KINDS.get(drop.remove_type)
    if kind is None or subject.impact.finds_nothing or _comes_again(subject):
        return None
    names = ", ".join(_name(drop.remove_type, item) for item in drop.objects)
    # Columns keep a sequence by its number, so code that never says its name does not miss it.
    minor = drop.missing_ok or drop.remove_type == pb.OBJECT_SEQUENCE
    return Hazard(
        NAME,
        Severity.LOW if minor else Severity.MEDIUM,
        EFFECT.format(kind=kind, names=names),
        SAFER.format(statement=subject.statement.sql),
    )


def _name(kind: int, item: pb.Node) -> str:
    if kind in (pb.OBJECT_TRIGGER, pb.OBJECT_RULE):
        parts = syntax.words(item.list.items)
        return f"{parts[-1]} of {'.'.join(parts[:-1])}"
    return str(name_from(item))


def _comes_again(subject: Subject) -> bool:
    shared = subject.statement.transaction
    if shared is None:
        return False
    names = {str(_last(item)) for item in subject.node.objects}
    later = subject.statements[subject.index + 1 :]
    made_again = {
        one.name.name
        for statement in later
        if statement.transaction == shared and (one := made(statement.node))
    }
    return names <= made_again


def _last(item: pb.Node) -> str:
    if syntax.is_a(item, "list"):
        words = syntax.words(item.list.items)
        return words[-1] if words else ""
    return name_from(item).name
