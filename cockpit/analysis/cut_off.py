"""What it leaves to cut a step off in the middle, by an operator or by a limit.

Within a transaction nothing is left. Outside of one PostgreSQL has committed what the statement did
until then: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
tells of the invalid index that a build leaves; DROP INDEX CONCURRENTLY marks the index invalid in a
transaction of its own before it waits (`index_drop` in src/backend/catalog/index.c), and DETACH
CONCURRENTLY marks the partition (`ATExecDetachPartition` in src/backend/commands/tablecmds.c).
"""

from dataclasses import dataclass

from cockpit.model.plan import Step, StepKind
from cockpit.sql.effect import EffectKind, effect_of


@dataclass(frozen=True, slots=True)
class CutOff:
    """Three answers, each the rest of a sentence."""

    loses: str
    leaves: str
    way_back: str


_UNDONE = CutOff(
    "the work of the current transaction",
    "finished phases kept, this one undone",
    "run it again",
)
_BATCH = CutOff(
    "the work of the batch that is on",
    "every batch before it kept, and how far they came",
    "R or cockpit resume goes on behind the last batch",
)
_RESUMED = "R or cockpit resume: it asks the catalog first"
_OUTSIDE: dict[EffectKind | None, CutOff] = {
    EffectKind.CREATES_INDEX: CutOff(
        "the work on the index so far",
        "the index INVALID, if its build has begun: no query uses it; the steps before kept",
        _RESUMED,
    ),
    EffectKind.DROPS_INDEX: CutOff(
        "the index for queries, unless it has not begun",
        "the index half dropped (INVALID), if it has begun; the steps before kept",
        _RESUMED,
    ),
    EffectKind.DETACHES_PARTITION: CutOff(
        "nothing",
        "the partition half detached, if it has begun; the steps before kept",
        _RESUMED,
    ),
    None: CutOff(
        "the work of this statement so far",
        "the steps before kept; of this one what the server has committed",
        _RESUMED,
    ),
}


def cut_off(step: Step | None) -> CutOff:
    """What cancelling this step, or giving it up, would mean; None when none is at work yet."""
    if step is None:
        return _UNDONE
    if step.kind is StepKind.BACKFILL:
        return _BATCH
    if step.group is not None:
        return _UNDONE
    effect = effect_of(step.sql) if step.sql else None
    return _OUTSIDE.get(effect.kind if effect else None, _OUTSIDE[None])
