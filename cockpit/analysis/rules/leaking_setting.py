"""SET without LOCAL stays in the session: for the next migration, behind a pooler for others."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "leaking-setting"
READS = ("VariableSetStmt",)
EFFECT = "{name} keeps this value after the file: later migrations of the session meet it."
SAFER = "SET LOCAL {rest};"
BAD = "SET search_path = archive;"
GOOD = "SET LOCAL search_path = archive;"
_KINDS = (pb.VAR_SET_VALUE, pb.VAR_SET_CURRENT)
_WELCOME = ("lock_timeout", "statement_timeout")


def check(subject: Subject) -> Hazard | None:
    """Silent when the file resets it later, and for the timeouts."""
    setting = subject.node
    if setting.is_local or setting.kind not in _KINDS or setting.name.lower() in _WELCOME:
        return None
    if any(_resets(s.node, setting.name) for s in subject.statements[subject.index + 1 :]):
        return None
    words = subject.statement.sql.split(None, 2)
    rest = " ".join(words[2:] if words[1].upper() == "SESSION" else words[1:])
    severity = Severity.MEDIUM if setting.name.lower() in _DECIDES_NAMES else Severity.LOW
    effect, safer = EFFECT.format(name=setting.name), SAFER.format(rest=rest)
    bounded = subject.statement.transaction is not None
    return Hazard(NAME, severity, effect, safer, mechanical=bounded)


_DECIDES_NAMES = ("search_path", "role", "session_authorization", "session_replication_role")


def _resets(node: object, name: str) -> bool:
    if not isinstance(node, pb.VariableSetStmt):
        return False
    if node.kind == pb.VAR_RESET_ALL:
        return True
    return node.name == name and node.kind in (pb.VAR_RESET, pb.VAR_SET_DEFAULT)
