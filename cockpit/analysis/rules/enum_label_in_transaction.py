"""An enum label cannot be used in the transaction that adds it."""

from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity
from cockpit.sql.enum_label import mentions
from cockpit.sql.statements import Statement

NAME = "enum-label-in-transaction"
READS = (EVERY,)
EFFECT = (
    "Fails: the label {labels} was added earlier in this transaction and must be committed before "
    "it is used."
)
SAFER = """\
-- the label in a migration of its own, then, in the next one:
{statement};"""
BAD = """\
BEGIN;
ALTER TYPE mood ADD VALUE 'great';
UPDATE people SET mood = 'great';
COMMIT;"""
GOOD = "ALTER TYPE mood ADD VALUE 'great';"


def check(subject: Subject) -> Hazard | None:
    """Silent where the type is made in the same transaction, which PostgreSQL allows."""
    if next(subject.course.of_kind("AlterEnumStmt"), None) is None:
        return None
    earlier = [item.node for item in subject.together if item.node is not None]
    added = {
        node.new_val: syntax.words(node.type_name)[-1]
        for node in earlier
        if type(node).__name__ == "AlterEnumStmt" and not node.old_val
    }
    if not added:
        return None
    made = {
        syntax.words(node.type_name)[-1]
        for node in earlier
        if type(node).__name__ == "CreateEnumStmt"
    }
    fresh = [label for label, name in added.items() if name not in made]
    statement = subject.statement
    used = mentions(Statement(statement.sql, 1, 1, "", "", syntax.wrap(subject.node)), fresh)
    if not used or type(subject.node).__name__ == "AlterEnumStmt":
        return None
    labels = ", ".join(f"'{label}'" for label in sorted(used))
    return Hazard(
        NAME,
        Severity.HIGH,
        EFFECT.format(labels=labels),
        SAFER.format(statement=statement.sql),
    )
