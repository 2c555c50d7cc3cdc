"""Without lock_timeout a statement that waits for its lock makes everyone behind it wait too."""

from cockpit.analysis.hazards.rule import EVERY
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "timeouts-missing"
READS = (EVERY,)
EFFECT = (
    "Waits for {table} as long as it takes, and every {blocked} after it waits behind it: nothing "
    "has set {missing}."
)
SAFER = """\
SET lock_timeout = '2s';
SET statement_timeout = '60s';
{statement};"""
BAD = "ALTER TABLE orders ADD COLUMN note text;"
GOOD = """\
SET lock_timeout = '2s';
SET statement_timeout = '60s';
ALTER TABLE orders ADD COLUMN note text;"""
_WANTED = ("lock_timeout", "statement_timeout")


def check(subject: Subject) -> Hazard | None:
    """Once a file, at the first statement that needs it; silent where the runner sets them."""
    if subject.runner.bounds_locks or not _needs(subject.index, subject):
        return None
    if any(_needs(index, subject) for index in range(subject.index)):
        return None
    set_before = {name for statement in subject.earlier for name in _set(statement.node)}
    missing = [name for name in _WANTED if name not in set_before]
    if not missing:
        return None
    strong = next(
        lock for lock in subject.impact.locks if lock.mode.blocks_writes and not lock.is_index
    )
    words = {
        "table": strong.relation,
        "blocked": "query" if strong.mode.blocks_reads else "write",
        "missing": " and ".join(missing),
        "statement": subject.statement.sql,
    }
    severity = Severity.MEDIUM if "lock_timeout" in missing else Severity.LOW
    return Hazard(NAME, severity, EFFECT.format(**words), SAFER.format(**words))


def _needs(index: int, subject: Subject) -> bool:
    locks = subject.statements[index].impact.locks
    return any(lock.mode.blocks_writes and not lock.is_index for lock in locks)


def _set(node: syntax.Node) -> tuple[str, ...]:
    """Names of the settings that a SET or set_config() sets to something."""
    kind = type(node).__name__
    if kind == "VariableSetStmt":
        return (node.name.lower(),)
    if kind != "SelectStmt":
        return ()
    calls = [found for found in syntax.walk(node) if type(found).__name__ == "FuncCall"]
    return tuple(
        syntax.constant_text(syntax.unwrap(call.args[0]))
        for call in calls
        if call.args and syntax.words(call.funcname)[-1:] == ("set_config",)
    )
