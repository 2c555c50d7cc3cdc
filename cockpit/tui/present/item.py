"""What a list shows."""

from dataclasses import dataclass

from cockpit.tui.present.line import Line


@dataclass(frozen=True, slots=True)
class Item:
    """One or more rows that are selected as one."""

    key: str | None
    """What the cursor stands on; None for rules and words between items."""
    lines: tuple[Line, ...]
