"""From a diagnosis to a verdict: was a migration applied, was it not, or can nobody tell.

Statements run in order and stop at the first that fails, and those of one transaction share its
fate. So one statement that is seen tells about others that leave no name: in a transaction about
all of them, outside of one about those before it (when it is there) or after it (when it is not).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from cockpit.analysis.planner.steps import cut
from cockpit.errors import MigrationError
from cockpit.model.diagnosis import Diagnosis, Finding, Presence
from cockpit.model.history import Record, Recorded
from cockpit.model.migration import Migration, Phase
from cockpit.model.plan import StepKind
from cockpit.model.settlement import Found, SettledPart, Settlement

_LISTED = 6


def judge(
    migration: Migration, diagnosis: Diagnosis, record: Record | None, said: Found | None
) -> SettledPart:
    """One version's verdict. What the ledger has as finished counts where the catalog is silent.

    The operator's word counts only where nothing is seen that could speak against it.
    """
    diagnosis = replace(diagnosis, findings=_with_ledger(diagnosis.findings, record))
    part = SettledPart(migration.version, migration.name, None, "", diagnosis, migration)
    verdicts = []
    for phase in migration.up:
        mine = [f for f in diagnosis.findings if f.phase == phase.name]
        if half := _half(mine):
            return replace(part, why=f"{migration.version} is half applied: {half}.")
        verdict = _verdict(phase, mine) or said
        if verdict is None:
            return replace(part, why=f"{migration.version}: {_silent(mine)}.")
        verdicts.append(verdict)
    return _judged(part, verdicts)


def sealed(settlement: Settlement, head: str) -> Settlement:
    """With an id over everything that was seen, and over the history's head."""
    parts = [[p.version, p.found, p.why, asdict(p.diagnosis)] for p in settlement.parts]
    seen = [head, settlement.version, settlement.told, parts, settlement.writes, settlement.said]
    text = json.dumps(seen, sort_keys=True, default=str)
    return replace(settlement, id=hashlib.sha256(text.encode()).hexdigest())


def already_told(part: SettledPart, record: Record | None) -> bool:
    """The history says the very same."""
    if record is None:
        return part.found is Found.PENDING
    if record.failure is not None or (record.open is not None and not record.open.untouched):
        return False
    if part.found is Found.PARTLY:
        return record.recorded is Recorded.PARTIAL and record.done == part.phases
    if part.found is Found.APPLIED:
        return record.recorded in (Recorded.APPLIED, Recorded.IMPORTED)
    return record.recorded is Recorded.ROLLED_BACK


def _with_ledger(findings: Sequence[Finding], record: Record | None) -> tuple[Finding, ...]:
    finished = set(record.open.finished) if record and record.open else set()
    return tuple(
        replace(finding, presence=Presence.PRESENT, words="the ledger has it as finished")
        if finding.presence is Presence.UNSEEN and finding.sql in finished
        else finding
        for finding in findings
    )


def _half(findings: Sequence[Finding]) -> str:
    """Why one phase is neither there nor not there; empty when it is one of the two."""
    torn = [f for f in findings if f.presence in (Presence.HALF, Presence.INVALID)]
    if torn:
        return f"{_lines(torn)}: {torn[0].words}"
    there = [f for f in findings if f.presence is Presence.PRESENT]
    gone = [f for f in findings if f.presence is Presence.ABSENT]
    if not there or not gone:
        return ""
    return f"what {_lines(there)} leaves is there, what {_lines(gone)} leaves is not"


def _verdict(phase: Phase, findings: Sequence[Finding]) -> Found | None:
    """All of the phase, nothing of it, or None where that cannot be known."""
    if not findings:
        return None
    seen = {f.presence for f in findings} - {Presence.UNSEEN}
    if not seen:
        return None
    there = seen == {Presence.PRESENT}
    telling = findings[-1] if there else findings[0]
    if telling.presence is Presence.UNSEEN and not _in_one_transaction(phase):
        return None
    return Found.APPLIED if there else Found.PENDING


def _in_one_transaction(phase: Phase) -> bool:
    """Its statements succeed or fail together, whoever runs them."""
    if phase.backfill is not None:
        return False
    try:
        steps = cut(phase).steps
    except MigrationError:
        return False
    groups = {step.group for step in steps if step.kind is StepKind.SQL}
    return len(groups) == 1 and None not in groups


def _silent(findings: Sequence[Finding]) -> str:
    unseen = [f for f in findings if f.presence is Presence.UNSEEN]
    if not unseen:
        return "it holds no statement"
    if len(unseen) == len(findings):
        return f"the catalog cannot tell, for {_lines(unseen)} leaves nothing to look for"
    return (
        f"{_lines(unseen)} leaves nothing to look for, and no transaction ties it to what is seen"
    )


def _judged(part: SettledPart, verdicts: Sequence[Found]) -> SettledPart:
    """Phases are applied in order, so those that are there must come first."""
    names = part.migration.phase_names
    done = tuple(n for n, v in zip(names, verdicts, strict=True) if v is Found.APPLIED)
    if names[: len(done)] != done:
        left = ", ".join(name for name in names if name not in done)
        words = f"phase {', '.join(done)} is there, and {left}, which comes before it, is not"
        return replace(part, why=f"{part.version}: {words}.")
    found = Found.APPLIED if done == names else Found.PARTLY if done else Found.PENDING
    return replace(part, found=found, phases=done, why=_because(part, found))


def _because(part: SettledPart, found: Found) -> str:
    findings = part.diagnosis.findings
    wanted = Presence.ABSENT if found is Found.PENDING else Presence.PRESENT
    seen = [f for f in findings if f.presence is wanted]
    if not seen:
        return f"{part.version}: the catalog cannot tell, and the operator says {found}."
    state = "not there" if found is Found.PENDING else "there"
    words = f"{part.version}: what {len(seen)} of {len(findings)} statements leave is {state}"
    unseen = any(f.presence is Presence.UNSEEN for f in findings)
    tied = ", and the others share their fate" if unseen and found is not Found.PARTLY else ""
    return f"{words}{tied}."


def _lines(findings: Sequence[Finding]) -> str:
    """`line 3`, `lines 1, 2 and 2 more`."""
    numbers = [str(finding.line) for finding in findings]
    more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:_LISTED])}{more}"
