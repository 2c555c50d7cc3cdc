"""Durations, moments, sizes and counts as people read them."""

from datetime import UTC, datetime, timedelta

_SIZES = ("bytes", "kB", "MB", "GB", "TB", "PB")
_COUNTS = ("", " k", " M", " G", " T")
_EXACT_COUNTS_BELOW = 10_000


def short_duration(length: timedelta) -> str:
    """`200 ms`, `3.4 s`, `47 s`, `7:21` (minutes), `2:03:11` (hours), `3 d 4 h`."""
    seconds = max(0.0, length.total_seconds())
    if seconds < 0.9995:
        return f"{round(seconds * 1000)} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{round(seconds)} s"
    return elapsed(length)


def elapsed(length: timedelta) -> str:
    """A running clock: `0:03`, `7:21`, `2:03:11`, and from a day on `3 d 4 h`."""
    total = max(0, round(length.total_seconds()))
    days, rest = divmod(total, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes}:{seconds:02}"


def ago(moment: datetime, now: datetime) -> str:
    """`47 s ago`, `7:21 ago`; `now` for less than a second and for clocks that disagree."""
    length = now - moment
    return f"{short_duration(length)} ago" if length >= timedelta(seconds=1) else "now"


def clock_time(moment: datetime) -> str:
    """`02:58:40Z`: time of day in UTC."""
    return f"{moment.astimezone(UTC):%H:%M:%S}Z"


def timestamp(moment: datetime) -> str:
    """`2026-11-21 02:58:40Z`: date and time in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def size(number_of_bytes: int) -> str:
    """`512 bytes`, `8.0 kB`, `41 GB`; steps of 1024, as PostgreSQL's own sizes."""
    value, unit = _scaled(number_of_bytes, 1024, _SIZES)
    return f"{number_of_bytes} bytes" if unit == "bytes" else f"{value} {unit}"


def count(number: int) -> str:
    """`5,120`, `12 k`, `1.4 M`, `210 M`; exact below ten thousand."""
    if abs(number) < _EXACT_COUNTS_BELOW:
        return f"{number:,}"
    value, unit = _scaled(number, 1000, _COUNTS)
    return f"{value}{unit}"


def plural(number: int, noun: str, plural_noun: str = "") -> str:
    """`1 phase`, `3 phases`, `2 entries` with the plural spelled out."""
    return f"{count(number)} {noun if number == 1 else plural_noun or noun + 's'}"


def _scaled(number: int, base: int, units: tuple[str, ...]) -> tuple[str, str]:
    """Two or three digits and their unit; never `1000 k` where `1.0 M` is meant."""
    value, position = float(number), 0
    while abs(value) >= base - 0.5 and position < len(units) - 1:
        value, position = value / base, position + 1
    return (f"{value:.1f}" if abs(value) < 9.95 else f"{value:.0f}"), units[position]
