"""The help of one pane."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaneHelp:
    """What one pane of a screen shows."""

    name: str
    text: str
    actions: tuple[str, ...] = ()
    """What is done there most; listed first."""
