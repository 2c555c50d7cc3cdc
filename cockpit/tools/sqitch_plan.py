"""`sqitch.plan`: changes in the order they are deployed, with the ids that the registry keeps.

Source: App::Sqitch v1.6, `Plan.pm` (lines), `Plan/Change.pm` and `Plan/Tag.pm` (`info`, `id`),
`Plan/Line.pm` (notes). An id is the SHA-1 of everything the plan says of a change and of the id
before it, so an edited line is another change.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

_STAMP = r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
_LINE = re.compile(
    r"^\s*(?P<tag>@)?(?:[+-]\s*)?(?P<name>[^\s@\[]+)(?:\s*\[(?P<depends>[^\]]+)\])?\s+"
    + _STAMP
    + r"\s+(?P<planner>[^<]+?)\s+<(?P<email>[^>]+)>\s*(?:#\s*(?P<note>.*))?$"
)
_PRAGMA = re.compile(r"^\s*%\s*(?P<name>[^=\s]+)\s*=\s*(?P<value>.+?)\s*$")
_ESCAPED = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}


@dataclass(frozen=True, slots=True)
class Signed:
    """A line of the plan: who planned it, when and why, and its id."""

    id: str
    name: str
    planned_at: str
    planner: str
    email: str
    note: str


@dataclass(frozen=True, slots=True)
class Change(Signed):
    """One change."""

    line: int
    requires: tuple[tuple[str, str | None], ...] = ()
    """As written, with the id of the change it means; None for one of another project."""
    conflicts: tuple[str, ...] = ()
    tags: tuple[Signed, ...] = ()
    later_tag: str = ""
    """For a change that is reworked later: the tag that its own scripts are kept under."""

    @property
    def version(self) -> str:
        """Its name; with a tag behind it where a later change has taken the name over."""
        return f"{self.name}@{self.later_tag}" if self.later_tag else self.name


@dataclass(frozen=True, slots=True)
class SqitchPlan:
    """The whole file."""

    project: str
    uri: str
    changes: tuple[Change, ...] = ()
    faults: tuple[tuple[int, str], ...] = ()
    """Line and what is wrong with it."""


@dataclass(slots=True)
class _Reading:
    project: str = ""
    uri: str = ""
    changes: list[Change] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_plan(text: str) -> SqitchPlan:
    """Everything that can be understood of it; never raises."""
    reading = _Reading()
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        pragma = _PRAGMA.match(line)
        if pragma is not None:
            _pragma(reading, pragma)
            continue
        match = _LINE.match(line)
        if match is None:
            reading.faults.append((number, "sqitch would not understand this line"))
        elif match["tag"]:
            _tag(reading, match, number)
        else:
            _change(reading, match, number)
    if not reading.project:
        reading.faults.append((1, "the plan names no %project"))
    return SqitchPlan(
        reading.project, reading.uri, _reworked(reading.changes), tuple(reading.faults)
    )


def _pragma(reading: _Reading, match: re.Match[str]) -> None:
    if match["name"] == "project":
        reading.project = match["value"]
    elif match["name"] == "uri":
        reading.uri = match["value"]


def _change(reading: _Reading, match: re.Match[str], number: int) -> None:
    words = (match["depends"] or "").split()
    conflicts = tuple(word.removeprefix("!") for word in words if word.startswith("!"))
    needs = [word.removeprefix(":") for word in words if not word.startswith("!")]
    requires = tuple((word, _meant(reading.changes, word)) for word in dict.fromkeys(needs))
    parent = reading.changes[-1].id if reading.changes else ""
    note = _note(match)
    info = _info(
        _heading(reading, match, "change", parent),
        [name for name, _ in requires],
        conflicts,
        note,
    )
    reading.changes.append(
        Change(
            _sha("change", info), match["name"], match["at"], match["planner"], match["email"],
            note, number, requires, conflicts,
        )
    )  # fmt: skip


def _tag(reading: _Reading, match: re.Match[str], number: int) -> None:
    if not reading.changes:
        reading.faults.append((number, "a tag before the first change"))
        return
    change = reading.changes[-1]
    heading = _heading(reading, match, "tag", change.id)
    note = _note(match)
    tag = Signed(
        _sha("tag", _info(heading, (), (), note)),
        match["name"], match["at"], match["planner"], match["email"], note,
    )  # fmt: skip
    reading.changes[-1] = replace(change, tags=(*change.tags, tag))


def _heading(reading: _Reading, match: re.Match[str], kind: str, before: str) -> list[str]:
    name = match["name"] if kind == "change" else f"@{match['name']}"
    link = "parent" if kind == "change" else "change"
    lines = [f"project {reading.project}"]
    lines += [f"uri {reading.uri}"] if reading.uri else []
    lines += [f"{kind} {name}"]
    lines += [f"{link} {before}"] if before else []
    return [*lines, f"planner {match['planner']} <{match['email']}>", f"date {match['at']}"]


def _info(
    heading: Sequence[str], requires: Sequence[str], conflicts: Sequence[str], note: str
) -> str:
    lines = list(heading)
    lines += ["requires", *(f"  + {name}" for name in requires)] if requires else []
    lines += ["conflicts", *(f"  - {name}" for name in conflicts)] if conflicts else []
    lines += ["", note] if note else []
    return "\n".join(lines)


def _sha(kind: str, info: str) -> str:
    content = info.encode()
    return hashlib.sha1(b"%s %d\0%s" % (kind.encode(), len(content), content)).hexdigest()  # noqa: S324 (sqitch's own)


def _note(match: re.Match[str]) -> str:
    note = (match["note"] or "").strip()
    return re.sub(r"\\[\\nr]", lambda found: _ESCAPED[found[0]], note)


def _meant(changes: Sequence[Change], word: str) -> str | None:
    """The newest change before this line that a requirement means; None outside of this plan."""
    name, _, tag = word.partition("@")
    upto = list(changes)
    if tag:
        ends = [i for i, change in enumerate(changes) if tag in {t.name for t in change.tags}]
        upto = list(changes[: ends[-1] + 1]) if ends else []
    named = [change for change in upto if change.name == name or not name]
    return named[-1].id if named else None


def _reworked(changes: Sequence[Change]) -> tuple[Change, ...]:
    """A change whose name comes again keeps its scripts under the next tag after it."""
    last = {change.name: index for index, change in enumerate(changes)}
    result = []
    for index, change in enumerate(changes):
        tag = "" if last[change.name] == index else _next_tag(changes[index:])
        result.append(replace(change, later_tag=tag))
    return tuple(result)


def _next_tag(changes: Sequence[Change]) -> str:
    return next((tag.name for change in changes for tag in change.tags), "")
