"""A migration that stands between two phases: what is in force, what is next, what it waits for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cockpit.model.board import Board
from cockpit.model.history import Record
from cockpit.model.migration import Phase
from cockpit.model.state import Standing, State


@dataclass(frozen=True, slots=True)
class Partial:
    """Some phases are in force and no other one was begun."""

    version: str
    done: tuple[str, ...]
    phases: tuple[str, ...]
    """All of the migration, as it was applied."""
    going_back: bool
    """That run took phases back and applied none of those in force."""
    following: str
    """The next phase; empty where the history names none."""
    gate: str = ""
    """What that phase waits for; empty where nothing does."""
    gate_sql: str = ""
    """The query that opens it, in place of a person."""
    in_ref: bool = True
    """The ref that is looked at has its file."""

    @property
    def left(self) -> tuple[str, ...]:
        """Its phases that are not in force."""
        return tuple(name for name in self.phases if name not in self.done)

    @property
    def kept_words(self) -> str:
        """`0041: phases expand, backfill, 2 of 3`."""
        noun = "phase" if len(self.done) == 1 else "phases"
        total = f", {len(self.done)} of {len(self.phases)}" if self.phases else ""
        back = "; the others were rolled back" if self.going_back else ""
        return f"{self.version}: {noun} {', '.join(self.done)}{total}{back}"

    @property
    def waits_words(self) -> str:
        """Why its next phase was not run, in one sentence; empty where nothing keeps it."""
        if not self.gate:
            return ""
        who = "its query to say" if self.gate_sql else "somebody to confirm"
        return f'{self.version} {self.following} waits for {who}: "{self.gate}".'

    def resume_words(self, alone: bool) -> str:
        """The command that goes on; `alone`: nothing else is half done, so none must be named."""
        named = "" if alone else f" --only {self.version}"
        at_gate = self.gate and not self.gate_sql
        passed = f" --pass-gate {self.version}:{self.following}" if at_gate else ""
        return f"cockpit resume{named}{passed}{'' if self.in_ref else ' --ref REF'}"


def partials(board: Board, run: str) -> tuple[Partial, ...]:
    """Those that this run has brought where they are, oldest first; an open phase is none."""
    return tuple(
        _partial(standing, record, run)
        for standing, record in _between(board)
        if record.run == run or run in record.runs
    )


def others(board: Board, mine: Sequence[Partial]) -> tuple[str, ...]:
    """Versions that stand between two phases since an earlier run."""
    known = {partial.version for partial in mine}
    return tuple(s.version for s, _ in _between(board) if s.version not in known)


def _between(board: Board) -> Iterator[tuple[Standing, Record]]:
    """The history's word counts also where the ref lacks the file, or it was edited."""
    for standing in board.standings:
        record = standing.record
        if record is None or not record.done or (record.open and not record.open.untouched):
            continue
        if standing.state is State.PARTIAL or not set(record.phases) <= set(record.done):
            yield standing, record


def _partial(standing: Standing, record: Record, run: str) -> Partial:
    by_run = tuple(name for name, by in zip(record.done, record.runs, strict=False) if by == run)
    up = standing.migration.up if standing.migration else ()
    following = next((phase for phase in up if phase.name not in record.done), None)
    named = (following.name,) if following else record.phases
    waits = following is not None and _closed(following, record)
    return Partial(
        version=standing.version,
        done=record.done,
        phases=record.phases,
        going_back=record.run == run and bool(record.runs) and not by_run,
        following=next((name for name in named if name not in record.done), ""),
        gate=(following.gate or "") if following and waits else "",
        gate_sql=following.gate_sql if following and waits else "",
        in_ref=standing.migration is not None,
    )


def _closed(phase: Phase, record: Record) -> bool:
    """The gate of the phase is there, and nobody has confirmed these very words."""
    confirmed = dict(zip(record.confirmed_gates, record.confirmed_words, strict=True))
    return phase.gate is not None and confirmed.get(phase.name) != phase.gate
