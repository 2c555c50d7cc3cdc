"""A settings file: TOML text as values with their places."""

import re
import tomllib
from collections.abc import Iterator

from cockpit.errors import UsageError
from cockpit.settings.origin import Given, Origin, Rank, given
from cockpit.settings.toml_positions import nearest_position, positions

_TOLD_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(
    text: str, place: str, rank: Rank, *, inside: tuple[str, ...] = ()
) -> tuple[Given, ...]:
    """Every value of the text, or of one table `inside` it. Raises UsageError with the line."""
    try:
        values: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(error, text, place) from error
    for name in inside:
        values = values.get(name, {}) if isinstance(values, dict) else {}
    where = positions(text)
    return tuple(
        given(key, value, Origin(rank, place, *nearest_position(where, inside + key)))
        for key, value in _leaves(values, ())
    )


def _leaves(value: object, key: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """A table that must not be one is left whole, so that the check can say what it should be."""
    depth = {"targets": 3, "keys": 2}.get(key[0] if key else "", 1)
    if isinstance(value, dict) and len(key) < depth and (value or not key):
        for name, inner in value.items():
            yield from _leaves(inner, (*key, name))
    else:
        yield key, value


def _unreadable(error: tomllib.TOMLDecodeError, text: str, place: str) -> UsageError:
    told = _TOLD_PLACE.search(str(error))
    last_line = text.count("\n") + 1
    line, column = (int(told[1]), int(told[2])) if told and told[1] else (last_line, 1)
    reason = _TOLD_PLACE.sub("", str(error))
    return UsageError(
        f"{place}:{line}:{column}: this is not TOML: {reason}.",
        next_step="Correct the line and start again.",
    )
