"""What `cockpit impact` prints."""

from collections.abc import Iterator
from typing import Any

from cockpit.analysis.lint.weigh import Weighed
from cockpit.present.harmless import harmless, harmless_block
from cockpit.present.hazard_text import hazard_text
from cockpit.present.impact_text import impact_text
from cockpit.present.plan_json import impact_json


def weighed_json(entry: Weighed) -> dict[str, Any]:
    """One statement with its place. Keys may be added, none changes its meaning."""
    return {
        "statement": entry.sql,
        "path": entry.path,
        "line": entry.line,
        "column": entry.column,
        **impact_json(entry.impact, entry.hazards),
    }


def weighed_text(entry: Weighed) -> Iterator[str]:
    """The statement, then what it does."""
    first, *rest = harmless_block(entry.sql).split("\n")
    yield f"{harmless(entry.path)}:{entry.line}: {first}"
    yield from (f"    {line}" for line in rest)
    yield from (f"      {line}" for line in impact_text(entry.impact))
    for hazard in entry.hazards:
        yield from (f"      {line}" for line in hazard_text(hazard))
