"""A diagnosis as lines of plain text, and as JSON."""

from collections.abc import Iterator

from cockpit.model.diagnosis import Diagnosis, Presence
from cockpit.present.harmless import harmless, harmless_block

_GLYPHS = {
    Presence.PRESENT: "+",
    Presence.ABSENT: "-",
    Presence.HALF: "!",
    Presence.INVALID: "!",
    Presence.UNSEEN: "?",
}
_WIDTH = 64


def diagnosis_text(diagnosis: Diagnosis) -> Iterator[str]:
    """The verdict, then each statement with what was looked for."""
    yield f"{harmless(diagnosis.version)} {harmless(diagnosis.name)}: {harmless(diagnosis.words)}"
    for finding in diagnosis.findings:
        sql = " ".join(harmless_block(finding.sql).split())
        shown = sql if len(sql) <= _WIDTH else f"{sql[: _WIDTH - 1]}…"
        yield f"  {_GLYPHS[finding.presence]} {finding.line:>4}  {shown}"
        yield f"          {harmless(finding.words)}"
    yield f"  from {harmless(diagnosis.path)}"


def diagnosis_json(diagnosis: Diagnosis) -> dict[str, object]:
    """One object a migration, one entry a statement."""
    return {
        "version": diagnosis.version,
        "name": diagnosis.name,
        "path": diagnosis.path,
        "verdict": diagnosis.verdict.value,
        "statements": [
            {"line": f.line, "sql": f.sql, "presence": f.presence.value, "found": f.words}
            for f in diagnosis.findings
        ],
    }
