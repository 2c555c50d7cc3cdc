"""Durations as PostgreSQL's own settings spell them: a number and a unit."""

import re
from datetime import timedelta
from fractions import Fraction

_MICROSECONDS = {
    "us": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
}
_SHAPE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", re.ASCII)
_LONGEST = 2_147_483_647_000
"""Microseconds in the 32-bit number of milliseconds that PostgreSQL's timeouts hold."""


class Duration(timedelta):
    """A length of time that settings hold. A type of its own, so that `200ms` can be read."""


def parse_duration(text: str) -> Duration:
    """`200ms`, `2 s`, `1.5min`. A plain `0` switches a limit off. Raises ValueError with advice."""
    if text.strip() == "0":
        return Duration()
    shape = _SHAPE.fullmatch(text)
    if shape is None or shape[2] not in _MICROSECONDS:
        raise ValueError("write a number and a unit (us, ms, s, min, h, d), like 200ms or 5min")
    microseconds = round(Fraction(shape[1]) * _MICROSECONDS[shape[2]])
    if microseconds > _LONGEST:
        raise ValueError("PostgreSQL's timeouts end at 24 days")
    return Duration(microseconds=microseconds)


def format_duration(length: timedelta) -> str:
    """The shortest exact spelling: `200ms`, `90s`, `5min`."""
    microseconds = length // timedelta(microseconds=1)
    if microseconds == 0:
        return "0"
    unit = next(u for u in reversed(_MICROSECONDS) if microseconds % _MICROSECONDS[u] == 0)
    return f"{microseconds // _MICROSECONDS[unit]}{unit}"
