"""PostgreSQL refuses the statement as things stand."""

from collections import Counter

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "will-fail"
READS = (EVERY,)
EFFECT = "Fails: {why}."
BAD = "UPDATE orders SET status = 'new', status = 'old' WHERE id = 1;"
GOOD = "UPDATE orders SET status = 'new' WHERE id = 1;"


def check(subject: Subject) -> Hazard | None:
    """What the prediction of locks knows to fail, and two values for one column."""
    why = subject.impact.fails or _assigned_twice(subject.node)
    if not why:
        return None
    return Hazard(NAME, Severity.HIGH, EFFECT.format(why=why))


def _assigned_twice(node: object) -> str:
    if not isinstance(node, pb.UpdateStmt):
        return ""
    plain = [item.res_target for item in node.target_list if not item.res_target.indirection]
    counted = Counter(target.name for target in plain)
    twice = [name for name, count in counted.items() if count > 1]
    return f"column {twice[0]} gets two values" if twice else ""
