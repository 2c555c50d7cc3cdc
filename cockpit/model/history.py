"""What a tool's history says about the versions of a database, in one shape for all tools."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cockpit.model.ledger import PhaseOpen, RunOpen
from cockpit.model.migration import Phase
from cockpit.model.problem import Problem
from cockpit.model.timeline import OtherHistory


class Recorded(StrEnum):
    """The verdict of the history alone, before files are looked at."""

    APPLIED = "applied"
    PARTIAL = "partial"
    FAILED = "failed"
    ROLLED_BACK = "rolled-back"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Record:
    """One version in the history of a database."""

    version: str
    name: str
    recorded: Recorded
    checksum: str | None = None
    """None when nobody kept one: the version can then not be verified."""
    applied_at: datetime | None = None
    commit: str | None = None
    """The commit its files were read from when it was applied, if it is known."""
    run: str = ""
    order: int = 0
    """Position in which versions were applied; larger is later."""
    done: tuple[str, ...] = ()
    """Up phases in force, oldest first. Empty for tools that know no phases."""
    runs: tuple[str, ...] = ()
    """The run that applied each of them; empty where nobody knows."""
    phases: tuple[str, ...] = ()
    """All up phases of the file as it was applied."""
    undo: tuple[Phase, ...] = ()
    """Down phases kept when it was applied, in the order they would be executed."""
    script: str | None = None
    """The up side as it was applied, when it was kept."""
    open: PhaseOpen | None = None
    """A phase that is half done."""
    failure: str | None = None
    confirmed_gates: tuple[str, ...] = ()
    """Phases whose gate somebody has opened."""
    confirmed_words: tuple[str, ...] = ()
    """What was confirmed, one for each of them."""
    note: str = ""
    """The tool's own quirk about this row, for the operator."""
    metadata: str = ""
    """What the tool needs to find this row again, in a form only it reads."""


@dataclass(frozen=True, slots=True)
class History:
    """Everything a tool's history says."""

    records: tuple[Record, ...] = ()
    """In the order the versions were applied."""
    head: str = ""
    """Changes whenever the history changes; part of every plan's id."""
    exists: bool = True
    """False when the history's table is not there: nothing was ever applied."""
    skipped: frozenset[str] = frozenset()
    """Versions the tool will never run by itself although they were not applied."""
    doubts: Mapping[str, str] = field(default_factory=dict)
    """Versions of which nothing can be claimed, and why; never shown as pending."""
    in_doubt: tuple[str, ...] = ()
    """Versions that one flag of the tool leaves in doubt together, oldest first."""
    unfinished: RunOpen | None = None
    stopped: RunOpen | None = None
    """The last run, where it said that it ended before it was done."""
    problems: tuple[Problem, ...] = ()
    pointer: str | None = None
    """The newest version in force, where the history names that one only; else None."""
    elsewhere: tuple[OtherHistory, ...] = ()
    """Parts of it whose files are not in this repository."""

    def find(self, version: str) -> Record | None:
        """The record of that version, if there is one."""
        return next((r for r in self.records if r.version == version), None)
