"""What this terminal can draw."""

import sys
from collections.abc import Mapping

from cockpit.settings.schema import Settings

_POOR = ("linux", "dumb")


def ascii_only(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Whether glyphs beyond ASCII are to be left out: as the settings say, else by the terminal."""
    if settings.ascii is not None:
        return settings.ascii
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower()
    return environment.get("TERM") in _POOR or "utf" not in encoding
