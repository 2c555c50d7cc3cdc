"""Outside of a transaction a file that breaks off cannot be run again from its start."""

from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "not-repeatable"
READS = (EVERY,)
EFFECT = (
    "Runs outside of a transaction together with {others} more: if a later one fails this one is "
    "kept, and running the file again stops here."
)
SAFER = """\
-- alone in its file or phase; then what happened is known:
{statement};"""
BAD = """\
CREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);
CREATE INDEX CONCURRENTLY orders_phone_idx ON orders (phone);"""
GOOD = """\
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_email_idx ON orders (email);
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_phone_idx ON orders (phone);"""
_REPEATABLE = frozenset(
    {"SelectStmt", "VariableSetStmt", "TransactionStmt", "VacuumStmt", "ReindexStmt",
     "RefreshMatViewStmt", "CheckPointStmt", "ClusterStmt"}
)  # fmt: skip


def check(subject: Subject) -> Hazard | None:
    """Silent for statements that may run twice, and for the cockpit, which remembers each one."""
    if subject.runner.bounds_locks or subject.statement.transaction is not None:
        return None
    if len(subject.statements) < 2 or subject.index == len(subject.statements) - 1:
        return None
    if type(subject.node).__name__ in _REPEATABLE or _says_if(subject.node):
        return None
    words = {"others": len(subject.statements) - 1, "statement": subject.statement.sql}
    return Hazard(NAME, Severity.LOW, EFFECT.format(**words), SAFER.format(**words))


def _says_if(node: syntax.Node) -> bool:
    fields = node.DESCRIPTOR.fields_by_name
    names = ("if_not_exists", "missing_ok", "skip_if_new_val_exists", "replace")
    return any(bool(getattr(node, name)) for name in names if name in fields)
