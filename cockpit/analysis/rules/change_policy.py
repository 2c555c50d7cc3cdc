"""A changed policy changes at once which rows running code sees."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "change-policy"
READS = ("CreatePolicyStmt", "AlterPolicyStmt", "DropStmt")
EFFECT = (
    "Waits for every query on {table}; from then on policy {name} {what} which rows roles see and "
    "write."
)
SAFER = """\
-- old and new policy in one transaction, tried with SET ROLE for each role of the application"""
BAD = "ALTER POLICY own ON orders USING (false);"
GOOD = "COMMENT ON POLICY own ON orders IS 'rows of the role itself';"


def check(subject: Subject) -> Hazard | None:
    """Silent on a table that the same plan creates, and where row security is known to be off."""
    node = subject.node
    if isinstance(node, pb.DropStmt):
        if node.remove_type != pb.OBJECT_POLICY:
            return None
        *schema, table, name = syntax.words(node.objects[0].list.items)
        named, what = type(subject.table)("".join(schema[-1:]), table), "no longer decides"
    else:
        named, name, what = subject.table, node.policy_name, "decides"
    found = subject.tables.find(named)
    if subject.lock_on(named) is None or (found is not None and not found.row_security):
        return None
    effect = EFFECT.format(table=named, name=quoted(name), what=what)
    return Hazard(NAME, Severity.MEDIUM, effect, SAFER)
