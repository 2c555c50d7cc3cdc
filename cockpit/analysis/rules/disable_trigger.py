"""A disabled trigger lets in what it was there to keep out."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "disable-trigger"
READS = ("AT_DisableTrig", "AT_DisableTrigAll", "AT_DisableTrigUser", "AT_DisableRule")
EFFECT = (
    "Writes on {table} no longer run {what}{keys}; writers wait while it is switched, and it stays "
    "off until somebody switches it on."
)
KEYS = ", its foreign keys included, which are never checked again for rows written meanwhile"
SAFER = """\
-- for this session alone, where a role may; other sessions keep their triggers:
SET LOCAL session_replication_role = replica;"""
BAD = "ALTER TABLE orders DISABLE TRIGGER ALL;"
GOOD = "SET LOCAL session_replication_role = replica;"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates, and when the same transaction enables it."""
    if subject.lock is None or _enabled_again(subject):
        return None
    all_of_them = subject.part.kind == "AT_DisableTrigAll"
    what = quoted(subject.node.name) if subject.node.name else "any trigger"
    effect = EFFECT.format(table=subject.table, what=what, keys=KEYS if all_of_them else "")
    return Hazard(NAME, Severity.HIGH if all_of_them else Severity.MEDIUM, effect, SAFER)


def _enabled_again(subject: Subject) -> bool:
    shared = subject.statement.transaction
    later = subject.statements[subject.index + 1 :]
    return shared is not None and any(
        statement.transaction == shared
        and "ENABLE TRIGGER" in statement.sql.upper()
        and subject.table.name in statement.sql
        for statement in later
    )
