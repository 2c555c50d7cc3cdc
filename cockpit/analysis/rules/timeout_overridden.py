"""A file that sets its own timeouts undoes the ones that protect the application."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "timeout-overridden"
READS = ("VariableSetStmt",)
EFFECT = "{name} is {value} from here on, whatever the operator has set for this target."
SAFER = "-- leave {name} to the operator: it is part of the target's rules, not of the migration"
BAD = "SET lock_timeout = 0;"
GOOD = "SET LOCAL lock_timeout = '2s';"
_TIMEOUTS = (
    "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout",
    "transaction_timeout",
)  # fmt: skip
_LONGEST_WAIT_MS = 10_000
_UNITS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


def check(subject: Subject) -> Hazard | None:
    """A lock_timeout of some seconds is welcome; none, or a long one, is not."""
    setting = subject.node
    name = setting.name.lower()
    if name not in _TIMEOUTS:
        return None
    if setting.kind == pb.VAR_SET_VALUE and setting.args:
        value = syntax.constant_text(syntax.unwrap(setting.args[0]))
        wait = _milliseconds(value)
    else:
        value, wait = "its default again", 0.0
    limit = _LONGEST_WAIT_MS if name == "lock_timeout" else float("inf")
    if wait is None or 0 < wait <= limit:
        return None
    words = {"name": name, "value": "off" if value in ("0", "") else value}
    severity = Severity.MEDIUM if name == "lock_timeout" else Severity.LOW
    return Hazard(NAME, severity, EFFECT.format(**words), SAFER.format(**words))


def _milliseconds(text: str) -> float | None:
    """None for what PostgreSQL would have to read."""
    digits = text.strip().rstrip("abcdefghijklmnopqrstuvwxyz ")
    unit = text.strip()[len(digits) :].strip() or "ms"
    try:
        return float(digits) * _UNITS[unit]
    except (ValueError, KeyError):
        return None
