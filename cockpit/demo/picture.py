"""Pictures of screens, as the screens themselves make them for their sheets."""

from cockpit.tui.svg import rows, self_contained

__all__ = ["rows", "self_contained"]
