"""The phases that a file's sections make, and which down undoes which up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from cockpit.model.migration import Backfill, Check, Direction, Phase, ReadOnly
from cockpit.source.marker import Fault, Marker
from cockpit.source.sections import Section

_PLAIN = "up"
_ROWS_OF_A_BATCH = 1000
_MILLISECONDS = 200
_SECONDS_OF_LAG = 10
_UNITS = {
    "batch": "rows",
    "batch-time": "milliseconds",
    "max-lag": "seconds",
    "max-active": "sessions",
    "readonly-wait": "seconds",
}
_READ_ONLY_WAIT = 30


@dataclass(frozen=True, slots=True)
class Phases:
    """What a file deploys, and what is wrong with how it says so."""

    up: tuple[Phase, ...]
    down: tuple[Phase, ...]
    """In the order they are executed: the last up phase is undone first."""
    faults: tuple[Fault, ...]


def read_phases(sections: Iterable[Section], path: str) -> Phases:
    """Name, pair and order the phases of one file.

    An up section without a name is `up`, the next one `up-2`. A down section without a name
    undoes the nearest such up above it, as in dbmate, or the only up there is. A backfill in a
    file with ways down needs none of its own: what it filled goes with the column it filled.
    """
    reader = _Reader()
    for section in sections:
        reader.take(section)
    ups = [draft for draft in reader.drafts if draft.direction is Direction.UP]
    names = [draft.name for draft in ups]
    downs = [draft for draft in reader.drafts if draft.direction is Direction.DOWN]
    faults = [*reader.faults, *_unknown_phases(downs, names)]
    up = tuple(_phase(draft, path, faults) for draft in ups)
    down = [_phase(draft, path, faults) for draft in downs if draft.name in names]
    down += _nothing_to_undo(up, down)
    down.sort(key=lambda phase: -names.index(phase.name))
    return Phases(up, tuple(down), tuple(faults))


def _nothing_to_undo(up: Iterable[Phase], down: Sequence[Phase]) -> list[Phase]:
    """An empty way down for every backfill without one, where the file has any at all."""
    undone = {phase.name for phase in down}
    return [
        Phase(phase.name, Direction.DOWN, "", phase.path, phase.line)
        for phase in up
        if down and phase.backfill is not None and phase.name not in undone
    ]


@dataclass
class _Draft:
    section: Section
    direction: Direction
    name: str
    checks: list[Check] = field(default_factory=list)


class _Reader:
    """Takes sections one after the other and gives each phase its name."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.faults: list[Fault] = []
        self._plain_ups: list[str] = []
        self._undone: set[str] = set()

    def take(self, section: Section) -> None:
        if section.marker.word == "check":
            self._take_check(section)
        elif section.marker.word == "up":
            self._take(section, Direction.UP, section.marker.option("phase") or self._plain_name())
        else:
            name = section.marker.option("phase") or self._next_to_undo(section.marker)
            self._undone.add(name)
            self._take(section, Direction.DOWN, name)

    def _take(self, section: Section, direction: Direction, name: str) -> None:
        taken = {draft.name for draft in self.drafts if draft.direction is direction}
        if name in taken:
            words = f"phase {name} has two {direction} sections"
            self._fault(section.marker, words, "Give one of them another name.")
        elif name:
            self.drafts.append(_Draft(section, direction, name))

    def _take_check(self, section: Section) -> None:
        if not self.drafts:
            words = "a check belongs to the phase above it, and there is none"
            self._fault(section.marker, words, "Move it below the phase that it proves.")
            return
        before = len(section.text) - len(section.text.lstrip())
        line = section.line + section.text.count("\n", 0, before)
        query = section.text.strip().removesuffix(";").rstrip()
        self.drafts[-1].checks.append(Check(section.marker.title, query, line))

    def _plain_name(self) -> str:
        count = len(self._plain_ups) + 1
        self._plain_ups.append(_PLAIN if count == 1 else f"{_PLAIN}-{count}")
        return self._plain_ups[-1]

    def _next_to_undo(self, marker: Marker) -> str:
        """The phase that a nameless down undoes; empty, and told, when that cannot be known."""
        ups = [draft.name for draft in self.drafts if draft.direction is Direction.UP]
        plain = [name for name in self._plain_ups if name not in self._undone]
        if plain or len(ups) == 1:
            return plain[-1] if plain else ups[0]
        words = "nobody can tell which phase this undoes"
        next_step = f"Name it: -- migrate:down phase:{ups[-1]}" if ups else "Put it below its up."
        self._fault(marker, words, next_step)
        return ""

    def _fault(self, marker: Marker, what: str, next_step: str) -> None:
        self.faults.append(Fault(what, marker.line, 1, next_step))


def _unknown_phases(downs: Iterable[_Draft], names: Sequence[str]) -> Iterable[Fault]:
    for draft in downs:
        if draft.name not in names:
            near = get_close_matches(draft.name, names, n=1, cutoff=0.5)
            next_step = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(names)}."
            words = f"this undoes phase {draft.name}, which has no up section"
            yield Fault(words, draft.section.marker.line, 1, next_step if names else "")


def _phase(draft: _Draft, path: str, faults: list[Fault]) -> Phase:
    marker = draft.section.marker
    return Phase(
        name=draft.name,
        direction=draft.direction,
        script=draft.section.text,
        path=path,
        line=draft.section.line,
        transaction=_transaction(marker, faults),
        gate=marker.option("gate") or marker.option("gate-sql"),
        gate_sql=marker.option("gate-sql") or "",
        backfill=_backfill(marker, faults),
        readonly=_readonly(marker, faults),
        checks=tuple(draft.checks),
    )


def _transaction(marker: Marker, faults: list[Fault]) -> bool:
    value = marker.option("transaction")
    if value not in (None, "", "true", "false"):
        words = f"transaction:{value} is neither true nor false"
        faults.append(Fault(words, marker.line, 1, "Write transaction:false, or leave it out."))
    return value != "false"


def _backfill(marker: Marker, faults: list[Fault]) -> Backfill | None:
    """The batches of a phase; None for a phase that runs as it stands."""
    table, key, batch = (marker.option(name) for name in ("table", "key", "batch"))
    if table is None and key is None and batch is None:
        return None
    if not table or not key:
        missing = " and ".join(f"{n}:" for n, v in (("table", table), ("key", key)) if not v)
        words = f"a backfill needs {missing}"
        faults.append(Fault(words, marker.line, 1, "Write table:NAME key:COLUMN batch:ROWS."))
        return None
    return Backfill(
        table,
        key,
        _number(marker, "batch", _ROWS_OF_A_BATCH, faults),
        milliseconds=_number(marker, "batch-time", _MILLISECONDS, faults),
        max_lag=_number(marker, "max-lag", _SECONDS_OF_LAG, faults),
        max_active=_number(marker, "max-active", 0, faults),
        pause_while=marker.option("pause-while") or "",
    )


def _readonly(marker: Marker, faults: list[Fault]) -> ReadOnly | None:
    """Whom the phase keeps from writing; None for nobody."""
    value = marker.option("readonly")
    if value is None:
        return None
    wait = _number(marker, "readonly-wait", _READ_ONLY_WAIT, faults)
    if value == "database":
        return ReadOnly((), wait)
    parts = [part.strip() for part in value.split(",")]
    roles = tuple(part.removeprefix("role=") for part in parts)
    if any(not part.startswith("role=") for part in parts) or not all(roles):
        words = f"readonly:{value} names neither roles nor the database"
        next_step = "Write readonly:role=app, readonly:role=app,role=worker, or readonly:database."
        faults.append(Fault(words, marker.line, 1, next_step))
        return None
    return ReadOnly(roles, wait)


def _number(marker: Marker, name: str, otherwise: int, faults: list[Fault]) -> int:
    """A whole number of at least 1; `otherwise` when it is not given, or is told to be none."""
    value = marker.option(name)
    if value is None:
        return otherwise
    if value.isdecimal() and int(value):
        return int(value)
    words = f"{name}:{value} is no number of {_UNITS[name]}"
    example = otherwise or 20
    faults.append(Fault(words, marker.line, 1, f"Write {name}:{example}."))
    return otherwise
