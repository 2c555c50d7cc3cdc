"""A migration that a run has left between two phases: what is in force, and what is next."""

from collections.abc import Iterator
from dataclasses import dataclass

from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.history import Record
from cockpit.model.ledger import RunOpen
from cockpit.model.migration import Direction, Phase
from cockpit.model.state import Standing, State


@dataclass(frozen=True, slots=True)
class Partial:
    """Some phases are in force, and nothing of another one is."""

    version: str
    done: tuple[str, ...]
    phases: tuple[str, ...]
    """All of the migration, as it was applied."""
    undone: tuple[str, ...] = ()
    """Those that the run has rolled back, in that order; empty on the way up."""
    following: str = ""
    """The next phase on the way up; empty where nothing names one."""
    gate: str = ""
    """What that phase waits for; empty where nothing does."""
    gate_sql: str = ""
    """The query that opens it, in place of a person."""
    in_ref: bool = True
    """The ref that is looked at has its file."""

    @property
    def kept_words(self) -> str:
        """`0041: phases expand, backfill, 2 of 3`; on the way back what is gone comes first."""
        count = f", {len(self.done)} of {len(self.phases)}" if self.phases else ""
        in_force = f"{_named(self.done)}{count}"
        if not self.undone:
            return f"{self.version}: {in_force}"
        verb = "is" if len(self.done) == 1 else "are"
        gone = f"{_named(self.undone)} rolled back"
        return f"{self.version}: {gone}; {in_force}, {verb} still in force"

    @property
    def waits_words(self) -> str:
        """Why its next phase was not run, in one sentence; empty where nothing keeps it."""
        if not self.gate:
            return ""
        who = "its query to say" if self.gate_sql else "somebody to confirm"
        return f'{self.version} {self.following} waits for {who}: "{self.gate}".'

    def resume_words(self, *, alone: bool) -> str:
        """The command that goes on; `alone`: nothing else is half done, so none must be named."""
        named = "" if alone else f" --only {self.version}"
        if self.undone:
            return f"cockpit resume{named}"
        at_gate = self.gate and not self.gate_sql
        passed = f" --pass-gate {self.version}:{self.following}" if at_gate else ""
        return f"cockpit resume{named}{passed}{'' if self.in_ref else ' --ref REF'}"


def partials(board: Board) -> tuple[Partial, ...]:
    """Those that the run which never ended has brought where they are, oldest first."""
    run = board.history.unfinished if board.history else None
    if run is None:
        return ()
    touched = {phase.version for phase in run.finished}
    return tuple(
        _partial(standing, record, run)
        for standing, record in _between(board)
        if standing.version in touched or record.run == run.run
    )


def between_phases(board: Board) -> tuple[str, ...]:
    """Every version that stands between two phases, since whatever run, oldest first."""
    return tuple(standing.version for standing, _ in _between(board))


def waits_at_gate(standing: Standing) -> bool:
    """Nothing of it is open: it only waits until somebody confirms the gate of its next phase."""
    record = standing.record
    if standing.state is not State.PARTIAL or record is None or record.open is not None:
        return False
    up = standing.migration.up if standing.migration else ()
    following = next((phase for phase in up if phase.name not in record.done), None)
    return following is not None and _closed(following, record)


def goal_back(board: Board, standing: Standing) -> Goal | None:
    """What finishes a way back that broke off between two phases of it.

    The goal of the run that broke off, where it means the same now; else this version as far as
    the run was to go. None where it was not going back, or had come as far as it was to go.
    """
    run = board.history.unfinished if board.history else None
    record = standing.record
    if run is None or record is None or not record.done or not _undone(standing.version, run):
        return None
    left = [p for p in run.rest if p.version == standing.version and p.direction is Direction.DOWN]
    if run.planned and not left:
        return None
    asked = run.asked
    if asked and (asked.to_tag or asked.to_version or asked.last_run or asked.only):
        return asked if asked.action is Action.ROLLBACK else None
    if not run.goal.startswith(Action.ROLLBACK.words):
        return None
    first = run.goal.partition(" from phase ")[2]
    return Goal(Action.ROLLBACK, only=standing.version, phase=first or None)


def _between(board: Board) -> Iterator[tuple[Standing, Record]]:
    """The history's word counts also where the ref lacks the file, or it was edited."""
    for standing in board.standings:
        record = standing.record
        if record is None or not record.done or (record.open and not record.open.untouched):
            continue
        if standing.state is State.PARTIAL or not set(record.phases) <= set(record.done):
            yield standing, record


def _partial(standing: Standing, record: Record, run: RunOpen) -> Partial:
    up = standing.migration.up if standing.migration else ()
    following = next((phase for phase in up if phase.name not in record.done), None)
    named = (following.name,) if following else record.phases
    waits = following is not None and _closed(following, record)
    return Partial(
        version=standing.version,
        done=record.done,
        phases=record.phases,
        undone=_undone(standing.version, run),
        following=next((name for name in named if name not in record.done), ""),
        gate=(following.gate or "") if following and waits else "",
        gate_sql=following.gate_sql if following and waits else "",
        in_ref=standing.migration is not None,
    )


def _undone(version: str, run: RunOpen) -> tuple[str, ...]:
    """Its phases that the run has rolled back; none where the run went up again after that."""
    mine = [phase for phase in run.finished if phase.version == version]
    if not mine or mine[-1].direction is Direction.UP:
        return ()
    return tuple(phase.phase for phase in mine if phase.direction is Direction.DOWN)


def _closed(phase: Phase, record: Record) -> bool:
    """The gate of the phase is there, and nobody has confirmed these very words."""
    confirmed = dict(zip(record.confirmed_gates, record.confirmed_words, strict=True))
    return phase.gate is not None and confirmed.get(phase.name) != phase.gate


def _named(phases: tuple[str, ...]) -> str:
    return f"phase{'' if len(phases) == 1 else 's'} {', '.join(phases)}"
