"""Times as a clock on the wall shows them, made from the UTC that everything is written in."""

import re
from datetime import UTC, date, datetime, tzinfo

_TIME = re.compile(r"(?:(\d{4}-\d\d-\d\d) )?(\d\d):(\d\d):(\d\d)Z")
_TITLE = "times are UTC"


def in_zone(text: str, today: date, zone: tzinfo | None) -> str:
    """The same text, as wide, with `02:58:40Z` as `03:58:40L`; `zone` None is this machine's.

    A time without a date is taken for one of `today`, in UTC.
    """
    if _TITLE in text:
        text = text.replace(_TITLE, _title(today, zone))
    return _TIME.sub(lambda found: _local(found, today, zone), text) if "Z" in text else text


def zone_name(at: datetime, zone: tzinfo | None) -> str:
    """`CET`, `+03`."""
    return at.astimezone(zone).tzname() or "local"


def _local(found: re.Match[str], today: date, zone: tzinfo | None) -> str:
    written, hours, minutes, seconds = found.groups()
    day = date.fromisoformat(written) if written else today
    try:
        at = datetime(day.year, day.month, day.day, int(hours), int(minutes), int(seconds),
                      tzinfo=UTC)  # fmt: skip
    except ValueError:  # it only looks like a time
        return found[0]
    here = at.astimezone(zone)
    return f"{here:%Y-%m-%d %H:%M:%S}L" if written else f"{here:%H:%M:%S}L"


def _title(today: date, zone: tzinfo | None) -> str:
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    words = f"times are {zone_name(noon, zone)}"
    return f"{words[: len(_TITLE)]:>{len(_TITLE)}}"
