"""Which SQL a single file holds, in which direction, and how its tool will send it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from cockpit.analysis.hazards.studied import Runner
from cockpit.model.migration import Direction, Phase
from cockpit.model.problem import Problem
from cockpit.source.marker import MARKER, WORDS, Fault
from cockpit.source.phases import read_phases
from cockpit.source.sections import cut_sections

_PAIRED = re.compile(r"\.(up|down)\.[^.]+$")
_ANNOTATED = re.compile(r"^--[ \t]*\+(?:goose|migrate)[ \t]+(up|down)\b(.*)$", re.MULTILINE | re.I)
_NO_TRANSACTION = re.compile(r"^--[ \t]*\+goose[ \t]+NO TRANSACTION", re.MULTILINE | re.I)
_OWN = Runner(reads_blocks=True)
_IN_TRANSACTION = Runner(bounds_locks=False, opens_transaction=True)
_FOREIGN = Runner(bounds_locks=False, opens_transaction=False)


class Sending(Enum):
    """How much of a file is sent at once, and where the file says so."""

    MARKED = "marked"
    """A phase is a transaction, unless its marker says transaction:false."""
    ANNOTATED = "annotated"
    """A side is a transaction, unless an annotation says no."""
    ONE_STRING = "one string"
    """The file is sent in one go, which makes one transaction of it."""
    PLAIN = "plain"
    """Nobody says."""


@dataclass(frozen=True, slots=True)
class Scripts:
    """The phases of one file."""

    up: tuple[Phase, ...]
    down: tuple[Phase, ...]
    runner: Runner
    sending: Sending
    problems: tuple[Problem, ...] = ()

    @property
    def one_string(self) -> bool:
        """The tool sends the file in one go."""
        return self.sending is Sending.ONE_STRING


def scripts(path: str, text: str) -> Scripts:
    """By its markers a file of the cockpit, dbmate, goose or sql-migrate; by its name one of
    golang-migrate; else plain SQL.
    """
    if any(found[3] in WORDS for found in MARKER.finditer(text)):
        return _native(path, text)
    if _ANNOTATED.search(text):
        return _annotated(path, text)
    paired = _PAIRED.search(path)
    direction = Direction(paired[1]) if paired else Direction.UP
    phase = Phase(direction.value, direction, text, path)
    up, down = ((phase,), ()) if direction is Direction.UP else ((), (phase,))
    return Scripts(up, down, _FOREIGN, Sending.ONE_STRING if paired else Sending.PLAIN)


def _native(path: str, text: str) -> Scripts:
    sections, found = cut_sections(text)
    phases = read_phases(sections, path)
    problems = tuple(_problems((*found, *phases.faults), path))
    return Scripts(phases.up, phases.down, _OWN, Sending.MARKED, problems)


def _problems(faults: Iterable[Fault], path: str) -> Iterable[Problem]:
    for fault in faults:
        yield Problem(
            fault.what,
            path=path,
            line=fault.line,
            column=fault.column,
            next_step=fault.next_step,
            blocks_writing=fault.blocks,
        )


def _annotated(path: str, text: str) -> Scripts:
    """goose and sql-migrate: `-- +goose Up`, `-- +migrate Down notransaction`."""
    marks = list(_ANNOTATED.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    alone = _NO_TRANSACTION.search(text) is not None
    sides: dict[Direction, list[Phase]] = {Direction.UP: [], Direction.DOWN: []}
    for mark, end in zip(marks, ends, strict=True):
        direction = Direction(mark[1].lower())
        phase = Phase(
            f"{direction.value}-{len(sides[direction]) + 1}",
            direction,
            text[mark.end() : end],
            path,
            text.count("\n", 0, mark.end()) + 1,
            transaction=not alone and "notransaction" not in mark[2].lower(),
        )
        sides[direction].append(phase)
    ups, downs = tuple(sides[Direction.UP]), tuple(sides[Direction.DOWN])
    return Scripts(ups, downs, _IN_TRANSACTION, Sending.ANNOTATED)
