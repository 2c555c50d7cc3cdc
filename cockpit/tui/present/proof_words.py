"""What a rehearsal proved of the way back, and who uses what is about to go."""

from cockpit.model.rehearsal import Verdict
from cockpit.model.usage import Usage
from cockpit.present.durations import timestamp
from cockpit.present.harmless import harmless
from cockpit.present.usage_text import usage_text
from cockpit.rehearsal.store import Kept
from cockpit.tui.present.line import Line, line


def proof_lines(kept: Kept | None, *, rehearsable: bool = True) -> tuple[Line, ...]:
    """The verdict with when and where it was found; what to do where there is none."""
    if kept is None:
        words = "not rehearsed here: cockpit rehearse proves it on a clone of the schema"
        return (line(("proof     ", "muted"), (words, "muted"), hang=10),) if rehearsable else ()
    role = "good" if kept.proof.verdict.proves else "high"
    if kept.proof.verdict is Verdict.LOSES_DATA:
        role = "medium"
    filled = f"{kept.rows} sample rows a table" if kept.rows else "empty tables"
    where = f"rehearsed {timestamp(kept.at)} on {harmless(kept.scratch)}, {filled}"
    return (
        line(("proof     ", "muted"), (harmless(kept.proof.words), role), hang=10),
        line(("          ", ""), (where, "muted"), hang=10),
    )


def uses_tab(usages: tuple[Usage, ...]) -> tuple[Line, ...]:
    """Everybody found who uses what would be dropped or renamed."""
    if not usages:
        return (line(("drops and renames nothing: nobody loses anything by it", "muted")),)
    rows: list[Line] = []
    for usage in usages:
        first, *rest = usage_text(usage)
        calm = not usage.uses
        rows.append(line((first, "strong" if calm else "high"), hang=2))
        rows += [line((row, _role(row, calm)), hang=6) for row in rest]
    return tuple(rows)


def _role(row: str, calm: bool) -> str:
    if row.startswith(("  not asked", "      ")):
        return "muted"
    return "good" if calm else ""
