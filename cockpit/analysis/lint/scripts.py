"""Which SQL a single file holds, in which direction, and how its tool will send it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cockpit.analysis.hazards.studied import Runner
from cockpit.model.migration import Direction, Phase
from cockpit.model.problem import Problem
from cockpit.source.marker import MARKER, WORDS, Fault
from cockpit.source.phases import read_phases
from cockpit.source.sections import cut_sections

_PAIRED = re.compile(r"\.(up|down)\.[^.]+$")
_FOREIGN = Runner(bounds_locks=False, opens_transaction=False)


@dataclass(frozen=True, slots=True)
class Scripts:
    """The phases of one file."""

    up: tuple[Phase, ...]
    down: tuple[Phase, ...]
    runner: Runner
    one_string: bool = False
    """The tool sends the file in one go, which makes one transaction of it."""
    problems: tuple[Problem, ...] = ()


def scripts(path: str, text: str) -> Scripts:
    """By its markers a native or dbmate file, by its name one of golang-migrate, else plain SQL."""
    if any(found[3] in WORDS for found in MARKER.finditer(text)):
        return _native(path, text)
    paired = _PAIRED.search(path)
    direction = Direction(paired[1]) if paired else Direction.UP
    phase = Phase(direction.value, direction, text, path)
    up, down = ((phase,), ()) if direction is Direction.UP else ((), (phase,))
    return Scripts(up, down, _FOREIGN, one_string=paired is not None)


def _native(path: str, text: str) -> Scripts:
    sections, found = cut_sections(text)
    phases = read_phases(sections, path)
    problems = tuple(_problems((*found, *phases.faults), path))
    return Scripts(phases.up, phases.down, Runner(), problems=problems)


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
