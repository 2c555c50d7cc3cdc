"""What an act costs the operator: the question asked before it, as one pure function.

The question costs what the answer can cost, and keys are spent where a decision is made:

- The name of a protected target is typed once a run, at the one question that shows all five lines
  of it. That answer arms writing too, for this run only, so arming first adds keys and no safety.
- `C` lets a *stretch* run: the phase that is ready and the calm ones right behind it. A phase is
  calm when it destroys nothing, blocks nobody for long, has a way back and no gate: to stop before
  it would ask a question that has one answer, and questions of that kind teach people to answer
  without reading. `H` stops between any two phases.
- A phase that destroys data, or blocks, stands alone at the head of its stretch. Its question is
  opened by one key (`C`), armed by other keys (the version's digits), answered by a third (`Y`),
  and stays open for five seconds at least, so neither habit nor a held key gets through it. The
  digits tell this phase from the one before; the verb and the environment stand in the title, in
  the colour of the frame and in the name that was typed at the start, and add letters only.

Screens only draw the value; the command line reads its level.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import IntEnum, StrEnum

from cockpit.analysis.consequences import (
    Lines,
    dangers,
    five_lines,
    is_dangerous,
    stretch,
    stretch_lines,
)
from cockpit.analysis.cut_off import cut_off
from cockpit.analysis.foreseen import stops_halfway
from cockpit.analysis.hold_ceremony import hold_lines
from cockpit.model.activity import Progress, SessionFacts
from cockpit.model.mending import Mending
from cockpit.model.migration import Direction
from cockpit.model.plan import Plan, Step
from cockpit.model.settlement import Settlement
from cockpit.model.target import Environment, Standpoint

__all__ = [
    "Act", "Ceremony", "Level", "Lines", "ceremony", "five_lines", "month_and_day", "stretch",
]  # fmt: skip

_STAMP = re.compile(r"\d{14}")
_ENOUGH_LETTERS = 4
"""A version shorter than that could be typed by a slip: the verb is typed with it."""
_READING_SECONDS = 5.0


def month_and_day(version: str) -> str | None:
    """`0727` of `20260727090000`; None of a version that is no timestamp of 14 digits."""
    return version[4:8] if _STAMP.fullmatch(version) else None


class Level(IntEnum):
    """How much an act may cost; the question grows with it."""

    LOOK = 0
    ALONE = 1
    """Undoable, and nobody else is touched."""
    SHARED = 2
    PROTECTED = 3
    LOSES = 4
    """Data goes, others are blocked for long, or there is no way back."""
    PEOPLE = 5
    """Somebody else's session."""


class Act(StrEnum):
    """Everything that changes something; the value is how dialogs say it."""

    ARM = "arm writing"
    TAKE_LOCK = "take the deployment lock"
    RELEASE_LOCK = "give the deployment lock back"
    LEAVE = "give the lock back and leave"
    APPLY = "apply"
    ROLLBACK = "roll back"
    REDO = "redo"
    CONTINUE = "run the next phase"
    HOLD = "hold after this step"
    CANCEL = "cancel the statement"
    TERMINATE = "end a session"
    SETTLE = "settle"
    MEND = "write the safer form into the file"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One question."""

    level: Level
    title: str
    lines: Lines
    typed: str | None = None
    """What must be typed; None where a single `Y` is enough."""
    arming_seconds: float = 0.6
    """How long the text must have stood complete (or the question open) before `Y` counts."""
    reading_seconds: float = 0.0
    """How long the question must have been open at least, however fast it was typed."""
    needs_reason: bool = False
    """A reason for the journal must be given."""
    stepwise: bool = False
    """The run waits for the operator before every phase."""
    dangers: tuple[str, ...] = ()
    """Why it is level 4, in words."""


def ceremony(
    act: Act,
    standpoint: Standpoint,
    plan: Plan | None = None,
    *,
    phase: int | None = None,
    session: SessionFacts | None = None,
    settlement: Settlement | None = None,
    step: Step | None = None,
    progress: Progress | None = None,
    in_force: Collection[str] = (),
    shut_out: str = "",
    mending: Mending | None = None,
) -> Ceremony:
    """The least that must be asked before this act.

    `plan` is needed for apply, roll back, redo and continue, `phase` (from 0) for continue,
    `session` for ending one, `settlement` for settling, `step` for cancelling it or holding after
    it, `progress` for holding in a backfill, `shut_out` (of the board) for taking the lock,
    `mending` for writing the safer form.
    `in_force` are the versions applied now: a version is typed as short as the board shows it where
    that names one of them only, and in full without them.
    """
    if act is Act.TERMINATE and session is not None:
        return _terminate(session)
    if act is Act.SETTLE and settlement is not None:
        return _settle(standpoint, settlement, in_force)
    if act is Act.CONTINUE and plan is not None and phase is not None:
        return _continue(standpoint, plan, phase, in_force)
    if act in (Act.APPLY, Act.ROLLBACK, Act.REDO) and plan is not None:
        return _run(act, standpoint, plan)
    if act is Act.CANCEL:
        return _cancel(step)
    if act is Act.HOLD:
        title = act.value if step else "end the run here"
        return Ceremony(Level.ALONE, title, hold_lines(step, progress), arming_seconds=0.3)
    if act is Act.MEND and mending is not None and mending.kept_in:
        return Ceremony(Level.ALONE, act.value, _kept_beside(mending), arming_seconds=0.3)
    return _simple(act, standpoint, shut_out)


def _run(act: Act, standpoint: Standpoint, plan: Plan) -> Ceremony:
    """The question before a run: the name of a protected target, `Y` elsewhere."""
    risky = is_dangerous(plan)
    local = standpoint.environment is Environment.LOCAL and not standpoint.protected
    level = _run_level(standpoint, local, risky)
    return Ceremony(
        level=level,
        title=act.value,
        lines=five_lines(plan),
        typed=standpoint.name if standpoint.protected else None,
        arming_seconds=0.3 if level is Level.ALONE else 0.6,
        needs_reason=(risky and not local) or stops_halfway(plan) is not None,
        stepwise=standpoint.protected or (risky and not local),
        dangers=tuple(w for phase in plan.phases for w in dangers(phase)),
    )


def _run_level(standpoint: Standpoint, local: bool, risky: bool) -> Level:
    if standpoint.protected:
        return Level.PROTECTED
    return Level.ALONE if local and not risky else Level.SHARED


def _spoken(version: str, plan: Plan, in_force: Collection[str]) -> str:
    """Month and day, if no other version in force or in the plan has the same."""
    short = month_and_day(version)
    others = {*in_force, *plan.versions} - {version}
    clear = bool(in_force) and all(month_and_day(other) != short for other in others)
    return short if short and clear else version


def _continue(
    standpoint: Standpoint, plan: Plan, index: int, in_force: Collection[str]
) -> Ceremony:
    """Nothing is asked before calm phases; a dangerous one wants its version typed."""
    phase, phases = plan.phases[index], stretch(plan, index)
    lines, found = stretch_lines(plan, phases), dangers(phase)
    words = "apply" if phase.direction is Direction.UP else "roll back"
    title = f"{words}, phase {index + 1} of {len(plan.phases)}"
    local = standpoint.environment is Environment.LOCAL and not standpoint.protected
    if found and not local:
        spoken = _spoken(phase.version, plan, in_force)
        typed = spoken if len(spoken) >= _ENOUGH_LETTERS else f"{words} {spoken}"
        return Ceremony(
            Level.LOSES, title, lines, typed, reading_seconds=_READING_SECONDS,
            stepwise=True, dangers=found,
        )  # fmt: skip
    level = Level.SHARED if phase.gate else Level.LOOK
    return Ceremony(level, title, lines, stepwise=True, dangers=found)


def _settle(standpoint: Standpoint, made: Settlement, in_force: Collection[str]) -> Ceremony:
    """What a history says is what every later plan is made from: its version is typed."""
    lines = Lines(
        runs="nothing of the migration: the history is written, " + "; ".join(made.writes),
        blocks="nobody",
        loses="nothing: no table, column or row is touched",
        leaves=f"the history says of {made.version} what the catalog shows",
        way_back=made.way_back,
    )
    if standpoint.environment is Environment.LOCAL and not standpoint.protected:
        return Ceremony(Level.ALONE, Act.SETTLE.value, lines, arming_seconds=0.3)
    others = {*in_force} - {made.version}
    short = month_and_day(made.version)
    clear = short and all(month_and_day(other) != short for other in others)
    spoken = short if short and clear else made.version
    return Ceremony(
        Level.LOSES, Act.SETTLE.value, lines, f"settle {spoken}",
        reading_seconds=_READING_SECONDS, needs_reason=True,
    )  # fmt: skip


def _terminate(session: SessionFacts) -> Ceremony:
    open_for = session.transaction_age
    age = f" in {timedelta(seconds=round(open_for.total_seconds()))}" if open_for else ""
    return Ceremony(
        level=Level.PEOPLE,
        title=Act.TERMINATE.value,
        lines=Lines(
            runs=f"pg_terminate_backend({session.pid}), once",
            blocks="nobody",
            loses=f"whatever {session.user} has not committed{age}",
            leaves=f"session {session.pid} of {session.application or session.user} gone",
            way_back="none: its open transaction is undone by the server",
        ),
        typed=str(session.pid),
    )


def _cancel(step: Step | None) -> Ceremony:
    found = cut_off(step)
    lines = Lines(
        runs="pg_cancel_backend on our own statement",
        blocks="nobody",
        loses=found.loses,
        leaves=found.leaves,
        way_back=found.way_back,
    )
    return Ceremony(Level.ALONE, Act.CANCEL.value, lines, arming_seconds=0.3)


def _kept_beside(mending: Mending) -> Lines:
    """No commit has the file as it stands: the old text gets a file of its own."""
    name = mending.kept_in.rpartition("/")[2]
    return replace(
        _SIMPLE[Act.MEND],
        runs="nothing: two files of the work tree are written",
        loses=f"nothing: no commit has this text, {name} keeps it",
        way_back=f"put {name} in its place, or edit the file",
    )


_SIMPLE: dict[Act, Lines] = {
    Act.ARM: Lines(
        "nothing yet: it allows writing for 15 minutes",
        "nobody",
        "nothing",
        "writing allowed in this cockpit; everybody else as before",
        "W again, or wait: it ends by itself",
    ),
    Act.TAKE_LOCK: Lines(
        "pg_try_advisory_lock, once",
        "other cockpits",
        "nothing",
        "the deployment lock with you",
        "L again gives it back; so does leaving",
    ),
    Act.RELEASE_LOCK: Lines(
        "pg_advisory_unlock, once",
        "nobody",
        "nothing",
        "the deployment lock free for others",
        "L takes it again, if nobody was faster",
    ),
    Act.LEAVE: Lines(
        "pg_advisory_unlock, then the cockpit ends",
        "nobody",
        "nothing",
        "the deployment lock free, the database as it is now",
        "start the cockpit again",
    ),
    Act.MEND: Lines(
        "nothing: one file of the work tree is written",
        "nobody",
        "nothing: git has what is committed, the diff is above",
        "the file with the safer form, not committed",
        "git restore, or edit the file",
    ),
}


def _simple(act: Act, standpoint: Standpoint, shut_out: str) -> Ceremony:
    """An act without a plan. Giving back and stopping is never made hard."""
    lines = _SIMPLE[act]
    if act is Act.TAKE_LOCK:
        lines = replace(lines, blocks=f"{shut_out or lines.blocks}; no reads, no writes")
    local = standpoint.environment is Environment.LOCAL and not standpoint.protected
    if act is Act.ARM and standpoint.protected:
        return Ceremony(Level.PROTECTED, act.value, lines, typed=standpoint.name)
    if act in (Act.ARM, Act.TAKE_LOCK) and not local:
        return Ceremony(Level.SHARED, act.value, lines)
    return Ceremony(Level.ALONE, act.value, lines, arming_seconds=0.3)
