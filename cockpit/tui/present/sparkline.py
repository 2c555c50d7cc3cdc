"""The last values of something as one row of bars."""

from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"
KEPT = 40
"""Values that are remembered and drawn."""


def sparkline(values: Sequence[float]) -> str:
    """One bar a value, as high as it is beside the largest; nothing of fewer than two values."""
    shown = values[-KEPT:]
    if len(shown) < 2:
        return ""
    top = max(shown) or 1.0
    return "".join(_BARS[round(max(0.0, value) / top * (len(_BARS) - 1))] for value in shown)
