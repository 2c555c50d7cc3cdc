"""One marker line: `-- migrate:up phase:expand gate:"every server runs v2.3"`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

MARKER = re.compile(r"^([ \t]*)--[ \t]*migrate:([ \t]*)(\S+)(.*)$", re.MULTILINE)
"""Indented ones too: a reader takes them for markers, so they are told and not passed over."""

WORDS = ("up", "down", "check")
OPTIONS = (
    "transaction", "phase", "table", "key", "batch", "batch-time", "max-lag", "max-active",
    "pause-while", "gate", "requires", "priority", "irreversible", "readonly", "readonly-wait",
    "gate-sql",
)  # fmt: skip
_REPEATABLE = ("requires",)
_PART = re.compile(
    r"""(?P<name>[^\s:"]+):(?P<value>"(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)"""
    r"""|(?P<title>"(?:[^"\\]|\\.)*")(?=\s|$)"""
    r"""|(?P<word>\S+)"""
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file, at a place."""

    what: str
    line: int
    column: int
    next_step: str = ""
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Marker:
    """What one marker line says."""

    word: str
    """`up`, `down` or `check`."""
    line: int
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Values without their quotes; only `requires` may have several."""
    title: str = ""

    def option(self, name: str) -> str | None:
        """The value of an option; None when the line does not have it."""
        return next(iter(self.options.get(name, ())), None)


def read_marker(found: re.Match[str], line: int) -> tuple[Marker | None, tuple[Fault, ...]]:
    """The marker of a `MARKER` match; None when the line must not count as one."""
    word, column = found[3], found.start(3) - found.start() + 1
    if found[1] or found[2]:
        return None, (_misplaced(word, line),) if word in WORDS else ()
    if word not in WORDS:
        return None, (_unknown(f"there is no marker migrate:{word}", word, WORDS, line, column),)
    return _with_options(word, found[4].rstrip(), line, found.start(4) - found.start() + 1)


def _misplaced(word: str, line: int) -> Fault:
    next_step = f"Begin the line with -- migrate:{word}."
    return Fault("a marker written like this is only a comment", line, 1, next_step)


def _with_options(word: str, text: str, line: int, column: int) -> tuple[Marker, tuple[Fault, ...]]:
    options: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    title = ""
    for part in _PART.finditer(text):
        place = column + part.start()
        if part["title"] and word == "check":
            title = _unquoted(part["title"])
        elif (quote := part[0].find('"')) >= 0 and not part["value"]:
            words = "a quote begins here and never ends"
            faults.append(Fault(words, line, place + quote, "Close it on the same line."))
            return Marker(word, line, options, title or "?"), tuple(faults)
        elif part["name"]:
            name, value = part["name"], _unquoted(part["value"])
            faults += _wrong_option(word, name, value, options, line, place)
            options[name] = (*options.get(name, ()), *_values(name, value))
        else:
            words = f"{part[0]} is no option; it is passed over"
            faults.append(Fault(words, line, place, blocks=False))
    if word == "check" and not title:
        faults.append(Fault("a check needs a title", line, 1, 'Write -- migrate:check "title".'))
    return Marker(word, line, options, title), tuple(faults)


def _wrong_option(
    word: str, name: str, value: str, before: dict[str, tuple[str, ...]], line: int, column: int
) -> Iterator[Fault]:
    allowed = () if word == "check" else OPTIONS
    if name not in allowed:
        yield _unknown(f"migrate:{word} has no option {name}", name, allowed, line, column)
    elif not value:
        yield Fault(f"{name}: has no value", line, column, f"Write {name}:value.")
    elif name in before and name not in _REPEATABLE:
        yield Fault(f"{name}: stands twice in one marker", line, column, "Keep one of them.")


def _unknown(what: str, name: str, known: tuple[str, ...], line: int, column: int) -> Fault:
    """A slip of the pen stops the migration; a word from elsewhere is only mentioned.

    dbmate passes over every option that it does not know, so its projects may hold any.
    """
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    if near:
        return Fault(what, line, column, f"Did you mean {near[0]}?")
    return Fault(f"{what}; it is passed over", line, column, blocks=False)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:-1])


def _values(name: str, value: str) -> tuple[str, ...]:
    """`requires:1,2` are two; every other value is one."""
    return tuple(v for v in value.split(",") if v) if name in _REPEATABLE else (value,)
