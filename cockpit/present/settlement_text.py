"""A settlement as lines of plain text, and as JSON."""

from collections.abc import Iterator

from cockpit.model.settlement import Settlement
from cockpit.present.diagnosis_text import diagnosis_json, diagnosis_text
from cockpit.present.harmless import harmless


def settlement_text(made: Settlement) -> Iterator[str]:
    """What the history says, what the catalog shows, and what would be written, or why nothing."""
    yield f"{harmless(made.version)} {harmless(made.name)}"
    yield f"  history   {harmless(made.told)}"
    for part in made.parts:
        verdict = part.found.value if part.found else "not conclusive"
        yield f"  evidence  {verdict}. {harmless(part.why)}"
    for words in made.writes:
        yield f"  writes    {harmless(words)}"
    if made.conclusive:
        yield f"  way back  {harmless(made.way_back)}"
        yield f"  evidence id {made.id[:12]}"
    for part in made.parts:
        yield ""
        yield from diagnosis_text(part.diagnosis)


def settlement_json(made: Settlement) -> dict[str, object]:
    """The settlement with the diagnosis it rests on."""
    return {
        "id": made.id,
        "version": made.version,
        "name": made.name,
        "told": made.told,
        "conclusive": made.conclusive,
        "refusals": list(made.refusals),
        "writes": list(made.writes),
        "way_back": made.way_back,
        "evidence": [
            {
                "version": part.version,
                "found": part.found.value if part.found else None,
                "why": part.why,
                "diagnosis": diagnosis_json(part.diagnosis),
            }
            for part in made.parts
        ],
    }
