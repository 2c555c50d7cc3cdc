"""A changed composite type changes every table that has a column of it, or is made of it."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "change-composite-type"
READS = ("AlterTableStmt",)
EFFECT = "Changes every table of type {type}{reach}; code that unpacks its values meets new ones."
SAFER = """\
-- make a second type, and a column of it beside the old one"""
BAD = "ALTER TYPE address ADD ATTRIBUTE country text CASCADE;"
GOOD = "CREATE TYPE address_2 AS (street text, city text, country text);"


def check(subject: Subject) -> Hazard | None:
    """ALTER TYPE ... ATTRIBUTE; the catalog says which tables it reaches."""
    if subject.node.objtype != pb.OBJECT_TYPE:
        return None
    label = subject.tables.label(subject.table)
    others = [lock.relation for lock in subject.impact.locks if lock.relation != label]
    reach = f": {', '.join(others)}" if others else ""
    adds = {item.alter_table_cmd.subtype for item in subject.node.cmds} == {pb.AT_AddColumn}
    severity = Severity.LOW if adds and not others else Severity.MEDIUM
    severity = Severity.HIGH if subject.impact.rewrites else severity
    return Hazard(NAME, severity, EFFECT.format(type=subject.table, reach=reach), SAFER)
