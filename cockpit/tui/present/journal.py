"""The journal: ledger events gathered into runs."""

from dataclasses import dataclass
from datetime import datetime

from cockpit.analysis.ceremony import month_and_day
from cockpit.model.ledger import EventKind, LedgerEvent
from cockpit.model.timeline import Applied
from cockpit.present.durations import short_duration, timestamp
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, line, middle_cut


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run, as far as the events at hand tell."""

    run: str
    events: tuple[LedgerEvent, ...]
    """Oldest first."""

    @property
    def at(self) -> datetime:
        """When it began."""
        return self.events[0].at

    @property
    def actor(self) -> str:
        """Who ran it."""
        return self.events[0].actor

    @property
    def goal(self) -> str:
        """What it was for."""
        stated = next((str(e.detail["goal"]) for e in self.events if "goal" in e.detail), "")
        return stated or ", ".join(self.versions) or self.events[0].event.value

    @property
    def versions(self) -> tuple[str, ...]:
        """Versions it touched."""
        return tuple(dict.fromkeys(e.version for e in self.events if e.version))

    @property
    def outcome(self) -> tuple[str, str]:
        """Word and role."""
        kinds = [event.event for event in self.events]
        if EventKind.PHASE_FAILED in kinds:
            return "FAILED", "failed"
        if EventKind.RUN_STOPPED in kinds:
            return "stopped", "late"
        if EventKind.RUN_STARTED in kinds and EventKind.RUN_FINISHED not in kinds:
            return "no end", "drifted"
        return "done", "good"


def runs(events: tuple[LedgerEvent, ...]) -> tuple[RunRecord, ...]:
    """Runs, newest first; `events` are newest first too."""
    gathered: dict[str, list[LedgerEvent]] = {}
    for event in events:
        gathered.setdefault(event.run or f"event {event.seq}", []).append(event)
    return tuple(RunRecord(run, tuple(reversed(found))) for run, found in gathered.items())


def run_row(record: RunRecord) -> Line:
    """when · who · what · which versions · outcome."""
    word, role = record.outcome
    return line(
        (f" {timestamp(record.at)} ", "muted"),
        (f"{middle_cut(harmless(record.actor), 13):<14}", ""),
        (harmless(record.goal), "strong"), (_span(record), "muted"), tail=[(f" {word:<7}", role)],
    )  # fmt: skip


def _span(record: RunRecord) -> str:
    """` 0209 … 0608`: what tells two runs with one goal apart; empty where the goal names it."""
    versions = [v for v in record.versions if v not in record.goal]
    if not versions:
        return ""
    first, last = (harmless(month_and_day(v) or v) for v in (versions[0], versions[-1]))
    return f" {first}" if first == last else f" {first}…{last}"


def applied_row(entry: Applied) -> Line:
    """when · tool · version · name; what the board's own history says stands out."""
    when = timestamp(entry.at) if entry.at else "not written down"
    look = "strong" if entry.ours else ""
    return line(
        (f" {when:<22}", "muted"), (f"{harmless(entry.tool)[:15]:<16}", ""),
        (harmless(entry.version), look), f"  {harmless(entry.name)}",
    )  # fmt: skip


def event_lines(record: RunRecord) -> tuple[Line, ...]:
    """Everything the ledger says about one run."""
    head = f"run {record.run}  {record.events[0].client}"
    lines = [line((harmless(head), "muted"))]
    for event in record.events:
        phase = event.phase if event.phase not in (None, "up") else ""
        what = " ".join(p for p in (event.version, event.name, phase) if p)
        took = f"  {short_duration(event.duration)}" if event.duration else ""
        way = f"{event.direction} " if event.direction else ""
        role = "failed" if event.event is EventKind.PHASE_FAILED else ""
        lines.append(
            line((f"{event.seq:>5} {event.at:%H:%M:%S}Z ", "muted"), (event.event.value, role),
                 f"  {way}{harmless(what)}", (took, "muted"), hang=16)
        )  # fmt: skip
        if "error" in event.detail:
            lines.append(line((f"      {harmless(str(event.detail['error']))}", "high"), hang=6))
        if event.detail.get("reason"):
            lines.append(
                line((f"      reason: {harmless(str(event.detail['reason']))}", "muted"), hang=6)
            )
    return tuple(lines)
