"""What is dropped and made again has lost its grants, owner, triggers and comments."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.going import Going, going, unread
from cockpit.analysis.hazards.names import some
from cockpit.analysis.hazards.safer import changed, lines
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.hazards.wanting import Wanting, wanting
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "drop-and-create"
READS = ("DropStmt",)
EFFECT = "CREATE does not bring back {wanting}{harm}."
HARM = "; code that relies on it fails until it is given again"
UNREAD = (
    "CREATE does not bring back the grants, owner, triggers and comments that {names} may have; "
    "without a database nobody can tell which."
)
ASK = "-- cockpit impact with a target, or the plan, tells what goes and what gives it back"
IN_PLACE = "-- every column stays, so it can be replaced where it is, and keeps all that it has:"
AFTERWARDS = "-- give it back as soon as it is made again:"
BAD = """\
DROP VIEW revenue;
CREATE VIEW revenue AS SELECT sum(total) AS total FROM orders;"""
GOOD = """\
DROP VIEW revenue;
CREATE VIEW revenue AS SELECT sum(total) AS total FROM orders;
GRANT SELECT ON revenue TO pg_monitor;
COMMENT ON VIEW revenue IS 'what came in';"""


def check(subject: Subject) -> Hazard | None:
    """Only what the catalog has, and what neither the plan nor default privileges give back.

    Without a catalog a reminder, where the plan gives no right on what it makes again.
    """
    facts, tables = subject.facts, subject.tables
    if facts is None:
        return _unread(subject)
    found = list(going(subject, facts))
    creator = _creator(subject)
    lost = [
        thing
        for one in found
        for thing in wanting(one, facts, creator, tables.attached(one.catalog, one.oid))
    ]
    if not lost:
        return None
    severity = max(thing.severity for thing in lost)
    words = some([thing.words for thing in lost], 6)
    return Hazard(
        NAME,
        severity,
        EFFECT.format(wanting=words, harm=HARM if severity is Severity.HIGH else ""),
        _safer(subject, found, lost),
        loses=tuple(thing.words for thing in lost if thing.severity is Severity.HIGH),
    )


def _unread(subject: Subject) -> Hazard | None:
    names = [str(name) for name in unread(subject)]
    if not names:
        return None
    effect = UNREAD.format(names=some(names))
    return Hazard(NAME, Severity.LOW, effect, ASK)


def _creator(subject: Subject) -> str:
    """Who makes the successor: the session's role, or that of an earlier SET ROLE."""
    role = subject.facts.role if subject.facts else ""
    for statement in subject.course.of_kind("VariableSetStmt"):
        node = statement.node
        if node.name in ("role", "session_authorization") and node.args:
            role = syntax.constant_text(syntax.unwrap(node.args[0])) or role
    return role


def _safer(subject: Subject, found: list[Going], lost: list[Wanting]) -> str:
    view = found[0].maker.node if len(found) == 1 else None
    again = lines(AFTERWARDS, *dict.fromkeys(sql for thing in lost for sql in thing.sql))
    if isinstance(view, pb.ViewStmt) and _grows(view, found[0]):
        return lines(IN_PLACE, f"{changed(view, replace=True)};", f"-- else: {again[3:]}")
    return again


def _grows(view: pb.ViewStmt, one: Going) -> bool:
    """Whether the new query begins with the old columns; what they are of, the server says."""
    if one.kind != "v" or one.relation is None:
        return False
    names = list(syntax.words(view.aliases))
    query = syntax.unwrap(view.query)
    while query.op != pb.SETOP_NONE:
        query = query.larg
    for item in query.target_list[len(names) :]:
        target = item.res_target
        parts = syntax.words(target.val.column_ref.fields)
        names.append(target.name or (parts[-1] if parts else ""))
    old = [column.name for column in one.relation.columns]
    return names[: len(old)] == old
