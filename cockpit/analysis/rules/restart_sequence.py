"""A sequence that starts again gives numbers that rows have already."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "restart-sequence"
READS = ("AlterSeqStmt",)
EFFECT = "{sequence} gives numbers anew: an INSERT that meets a row with its number fails."
SAFER = """\
-- from the highest number there is:
SELECT setval('{sequence}', (SELECT max(id) FROM its_table));"""
BAD = "ALTER SEQUENCE numbers RESTART WITH 1;"
GOOD = "ALTER SEQUENCE numbers CACHE 10;"
_OPTIONS = ("restart", "increment", "minvalue", "maxvalue", "cycle", "as")


def check(subject: Subject) -> Hazard | None:
    """RESTART, and options that turn its direction or bounds."""
    node = subject.node
    given = {name for name in _OPTIONS if syntax.option(node.options, name)}
    if not given or (given == {"as"} and _widens(node)):
        return None
    sequence = name_of(node.sequence)
    if subject.lock_on(sequence) is None:
        return None
    words = {"sequence": sequence}
    return Hazard(NAME, Severity.MEDIUM, EFFECT.format(**words), SAFER.format(**words))


def _widens(node: pb.AlterSeqStmt) -> bool:
    """AS bigint: the widest there is, so no number that it gave falls outside."""
    element = syntax.option(node.options, "as")
    return element is not None and syntax.value_of(element) == "int8"
