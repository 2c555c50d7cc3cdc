"""How a run ended, in the four words that matter: kept, undone, held, next."""

from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.analysis.hazards.names import some
from cockpit.deploy.after_loss import Loss
from cockpit.deploy.causes import advice
from cockpit.deploy.context import RunContext
from cockpit.errors import CockpitError
from cockpit.model.activity import SessionFacts
from cockpit.model.event import NOTHING_HELD, RunFinished
from cockpit.model.evidence import Evidence, Verdict
from cockpit.model.migration import Direction
from cockpit.model.plan import PlannedPhase, Step, StepKind

_LISTED = 4
"""Names beyond this many are told by their first and last."""
_STILL_PENDING = 3
_LOCK_NOT_AVAILABLE = "55P03"
_EXIT_CODES = {"done": 0, "waits at gate": 0, "held": 8, "cancelled": 8, "failed": 8}


@dataclass(frozen=True, slots=True)
class Ending:
    """Where and why the engine stopped."""

    outcome: str
    phase: PlannedPhase | None
    """The phase that did not finish; None when all did or none began."""
    step: Step | None = None
    error: CockpitError | None = None
    evidence: Evidence | None = None
    """What the catalog shows of a step that ran outside a transaction."""
    loss: Loss | None = None
    """What the server says after the connection was lost."""
    in_the_way: tuple[SessionFacts, ...] = ()
    """Who held what the step wanted."""
    backfilled: int = 0
    """Rows that committed batches of this run have changed."""


@dataclass(frozen=True, slots=True)
class Words:
    """For the operator, after any stop."""

    kept: str
    undone: str
    held: str
    next_step: str


def ended(context: RunContext, ending: Ending, done: int, recorded: bool) -> RunFinished:
    """The last event of a run. `recorded`: the ledger knows how it ended."""
    words = failed(context, ending, done)
    held_up = _held_up(context, ending, done)
    if not recorded and ending.outcome != "done":
        words = Words(
            words.kept, words.undone, words.held,
            "The ledger could not be told how this ended: look again, the next start says what "
            f"holds. {words.next_step}",
        )  # fmt: skip
    code = _STILL_PENDING if held_up else _EXIT_CODES[ending.outcome]
    if ending.error is not None and done == 0 and ending.step is None:
        code = ending.error.exit_code
    return RunFinished(
        context.clock.now(), context.run, ending.outcome,
        words.kept, words.undone, words.held, words.next_step, code,
    )  # fmt: skip


def failed(context: RunContext, ending: Ending, done: int) -> Words:
    """What is kept, undone and held after this ending, with `done` phases finished."""
    return Words(
        _kept(context, ending, done),
        _lost(ending.loss) if ending.loss else _undone(ending),
        ending.loss.held if ending.loss else NOTHING_HELD,
        _next(context, ending, done),
    )


def _lost(loss: Loss) -> str:
    """What is undone, and what this server has forgotten although it was confirmed."""
    if not loss.forgotten:
        return loss.undone
    return (
        f"{loss.undone}; LOST although it was confirmed: {', '.join(loss.forgotten)}. This server "
        "lacks it, as a standby does that was promoted before it had received everything"
    )


def _kept(context: RunContext, ending: Ending, done: int) -> str:
    forgotten = ending.loss.forgotten if ending.loss else ()
    phases = context.plan.phases[:done]
    parts = _finished([p for p in phases if f"{p.version} {p.phase}" not in forgotten])
    if ending.phase is not None and not ending.phase.transactional and ending.step is not None:
        finished = _finished_before(ending.phase, ending.step)
        parts += [f"steps {finished} of {ending.phase.version} {ending.phase.phase}"] * bool(
            finished
        )
    if ending.phase is not None and ending.phase.backfill is not None:
        parts += _batches(ending.phase, ending.backfilled)
    if ending.loss is not None and ending.loss.kept:
        parts.append(ending.loss.kept)
    return "; ".join(parts) or "nothing of this run"


def _finished(phases: Sequence[PlannedPhase]) -> list[str]:
    """`001, 002 applied`, `003 rolled back`; long lists by what was first and last in time."""
    parts = []
    for direction, words in ((Direction.DOWN, "rolled back"), (Direction.UP, "applied")):
        mine = [p for p in phases if p.direction is direction]
        names = [f"{p.version} {p.phase}" if p.phase != "up" else p.version for p in mine]
        if len(names) > _LISTED:
            names = [f"{len(names)} phases, {names[0]} first and {names[-1]} last,"]
        parts += [f"{', '.join(names)} {words}"] * bool(names)
    return parts


def _finished_before(phase: PlannedPhase, failed_step: Step) -> str:
    """Steps that were committed before the group of the failed one, as `1, 2`."""
    kept = [
        str(step.number)
        for step in phase.steps
        if step.number < failed_step.number
        and step.kind is StepKind.SQL
        and (step.group is None or step.group != failed_step.group)
    ]
    return ", ".join(kept)


def _batches(phase: PlannedPhase, backfilled: int) -> list[str]:
    """With the number of this run; nothing where no batch was ever committed."""
    if not backfilled:
        return ["every backfill batch that an earlier run has committed"] * (
            phase.cursor is not None
        )
    rows = "1 row" if backfilled == 1 else f"{backfilled:,} rows"
    return [f"every backfill batch that was committed, {rows} in this run"]


def _held_up(context: RunContext, ending: Ending, done: int) -> list[str]:
    """Versions of the plan that a gate of another one before them keeps from being applied."""
    if ending.outcome != "waits at gate" or ending.phase is None:
        return []
    left = (p.version for p in context.plan.phases[done:] if p.direction is Direction.UP)
    return [version for version in dict.fromkeys(left) if version != ending.phase.version]


def _undone(ending: Ending) -> str:
    phase, step = ending.phase, ending.step
    if phase is None or step is None:
        return "nothing"
    if step.group is None:
        seen = ending.evidence.words if ending.evidence else "the next start looks at what it left"
        return f"nothing by itself: this step runs outside a transaction; {seen}"
    if phase.transactional:
        return f"all of {phase.version} {phase.phase}: its transaction was rolled back"
    return f"the transaction of step {step.number}"


def _next(context: RunContext, ending: Ending, done: int) -> str:
    if ending.evidence is not None and ending.evidence.verdict is Verdict.INVALID:
        return f"Resume: it clears what was left ({ending.evidence.remedy}) and tries again."
    match ending.outcome:
        case "done":
            return "Nothing: the plan is done."
        case "waits at gate":
            held_up = _held_up(context, ending, done)
            again = "Run it again when the gate may be passed."
            if not held_up:
                return again
            return f"Not applied, because of the gate before: {some(held_up)}. {again}"
        case "held" | "cancelled":
            return f"Look at the board; resume{_or_back(ending, done)}."
        case _:
            return f"{_remedy(context, ending)}, then resume{_or_back(ending, done)}."


def _remedy(context: RunContext, ending: Ending) -> str:
    """What to do before it is tried again, as sentences without the last point."""
    if getattr(ending.error, "sqlstate", None) == _LOCK_NOT_AVAILABLE and ending.in_the_way:
        who = some([_session(session) for session in ending.in_the_way])
        return f"In the way: {who}. Wait for its end, or end it"
    sqlstate = getattr(ending.error, "sqlstate", None)
    told = ending.error.next_step if ending.error else ""
    hint = advice(sqlstate, context.limits) or told.rstrip(".")
    return f"{hint}. Mend the cause" if hint else "Mend the cause"


def _session(session: SessionFacts) -> str:
    """`pid 24871 psql (idle in transaction, open for 62 s)`."""
    age = session.transaction_age
    open_for = f", open for {age.total_seconds():.0f} s" if age is not None else ""
    return f"pid {session.pid} {session.application or session.user} ({session.state}{open_for})"


def _or_back(ending: Ending, done: int) -> str:
    """The ways back there are: of what is half done here, and of what the run has finished."""
    phase, ways = ending.phase, []
    if phase is not None and phase.direction is Direction.UP and _left_half(phase, ending.step):
        ways.append(f"roll back {phase.version} alone")
    if done:
        ways.append("roll back what this run has finished")
    return "".join(f", or {way}" for way in ways)


def _left_half(phase: PlannedPhase, step: Step | None) -> bool:
    """Something of the phase may have been committed before it stopped."""
    return (
        step is not None
        and not phase.transactional
        and (
            step.group is None or phase.backfill is not None or bool(_finished_before(phase, step))
        )
    )
