"""Taking another tool's history over into the ledger: what would be stamped, on what evidence."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, slots=True)
class Import:
    """One version that would be stamped as imported."""

    version: str
    name: str
    checksum: str | None
    """Of its file as the tool reckons it; None where no file is left."""
    applied_at: datetime | None
    """As the tool's table has it; None where it keeps no time."""
    blobs: tuple[str, ...] = ()
    """Git object ids of the files that the proof was built from."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: live and files disagree, or a version cannot be proved."""

    label: str
    """`column public.users.phone`, `migration 0007`: what `--accept` names."""
    words: str
    """What is wrong with it, without the label."""
    version: str | None = None
    """The migration that made it last; None when no file has anything to do with it."""
    accepted: bool = False

    def matches(self, pattern: str) -> bool:
        """The pattern is the label, or a shell pattern that fits it."""
        return pattern == self.label or fnmatchcase(self.label, pattern)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was built, where, and what it was compared with."""

    scratch: str
    """`PostgreSQL 15.18, started for this rehearsal`."""
    built: int
    """Migrations that ran on the scratch database."""
    compared: int
    """Objects of the live schema and of the built one, together."""
    live: str
    """SHA-256 of the live schema when it was compared."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adoption:
    """What `cockpit adopt` would write, reviewed before it does. Pure data with an id."""

    target: str
    """`Identity.key` of the database."""
    standpoint: str
    """Name of the target, as shown and typed."""
    tool: str
    table: str
    """The table that was read, in words for people: `public.schema_migrations`."""
    head: str
    """`History.head` it was made from."""
    commit: str | None
    ref: str | None
    named: tuple[str, ...] = ()
    """Every version that the tool's history has in force."""
    imports: tuple[Import, ...] = ()
    kept: tuple[str, ...] = ()
    """Versions that the cockpit applied itself: they keep their way back."""
    gone: tuple[str, ...] = ()
    """Versions that the ledger has in force and the tool has rolled back since."""
    findings: tuple[Finding, ...] = ()
    evidence: Evidence | None = None
    """None where nothing could be built."""
    refusals: tuple[str, ...] = ()
    """Why it must not be written. Findings that nobody accepted are told apart."""

    @property
    def open(self) -> tuple[Finding, ...]:
        """Findings that nobody has accepted."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    @property
    def may_be_written(self) -> bool:
        """Nothing speaks against it any more."""
        return not self.refusals and not self.open

    @property
    def id(self) -> str:
        """SHA-256 hex over everything that was reviewed, accepted findings included."""
        text = json.dumps(
            [
                self.target, self.tool, self.table, self.head, self.commit, list(self.named),
                [[one.version, one.checksum, list(one.blobs)] for one in self.imports],
                list(self.kept), list(self.gone), [[f.label, f.words] for f in self.findings],
                [f.label for f in self.findings if f.accepted],
                self.evidence.live if self.evidence else None,
            ]
        )  # fmt: skip
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def accepting(self, patterns: Sequence[str]) -> "Adoption":
        """The same with every finding accepted that one of the patterns names."""
        accepted = tuple(
            replace(finding, accepted=any(finding.matches(pattern) for pattern in patterns))
            for finding in self.findings
        )
        return replace(self, findings=accepted)

    def detail(self, reason: str = "") -> dict[str, Any]:
        """For the ledger's event: whose history it was, and on what evidence it was believed."""
        found = [{"label": f.label, "words": f.words, "version": f.version} for f in self.findings]
        kept: dict[str, Any] = {
            "tool": self.tool, "table": self.table, "versions": list(self.named),
            "kept": list(self.kept), "gone": list(self.gone), "accepted": found,
        }  # fmt: skip
        if self.evidence is not None:
            kept["evidence"] = {
                "scratch": self.evidence.scratch, "built": self.evidence.built,
                "compared": self.evidence.compared, "live": self.evidence.live,
                "notes": list(self.evidence.notes),
            }  # fmt: skip
        return kept | ({"reason": reason} if reason else {})
