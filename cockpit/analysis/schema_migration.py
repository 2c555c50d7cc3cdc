"""What was changed by hand, written as a migration: the way there and the way back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cockpit.analysis.schema_sql import Unwritable, alter, create, drop
from cockpit.model.schema import Alteration, SchemaChange

_ORDER = (
    "schema", "extension", "type", "domain", "sequence", "table", "partition", "column",
    "function", "procedure", "constraint", "index", "statistics", "view", "materialized view",
    "trigger", "rule", "policy",
)  # fmt: skip
_OPPOSITE = {
    Alteration.ADDED: Alteration.DROPPED,
    Alteration.DROPPED: Alteration.ADDED,
    Alteration.CHANGED: Alteration.CHANGED,
}


@dataclass(frozen=True, slots=True)
class Written:
    """Two scripts, and what neither of them holds."""

    up: tuple[str, ...]
    """Statements without semicolons, in the order they run."""
    down: tuple[str, ...]
    left_out: tuple[str, ...]
    """Objects that cannot be written, with the reason."""

    def file(self, title: str) -> str:
        """The text of a native migration file; `title` is one line about where it is from."""
        lost = "".join(f"-- Not written: {line}\n" for line in self.left_out)
        return (
            f"-- migrate:up\n-- {title}\n"
            "-- It may run where these changes are made already, and where they are not.\n"
            f"{lost}{_script(self.up)}\n-- migrate:down\n{_script(self.down)}"
        )


def write_migration(changes: Iterable[SchemaChange]) -> Written:
    """The changes as statements, each of which may find its work done already."""
    told = list(_apart(changes))
    forward, lost = _statements(told)
    backward, lost_back = _statements([_reversed(change) for change in told])
    back = [line for line in lost_back if line not in lost]
    return Written(
        tuple(forward), tuple(backward), (*lost, *(f"on the way back: {line}" for line in back))
    )


def _apart(changes: Iterable[SchemaChange]) -> Iterator[SchemaChange]:
    """Foreign keys on their own: the table they lead to may come later, or go earlier."""
    for change in changes:
        foreign = [inner for inner in change.within if _foreign(inner)]
        rest = tuple(inner for inner in change.within if not _foreign(inner))
        yield replace(change, within=rest)
        yield from foreign


def _foreign(change: SchemaChange) -> bool:
    return change.kind == "constraint" and change.object.parts.get("class") == "f"


def _statements(changes: list[SchemaChange]) -> tuple[list[str], list[str]]:
    found: list[str] = []
    lost: list[str] = []
    for change in _in_order(changes):
        try:
            found += _of(change)
        except Unwritable as error:
            lost.append(f"{change.object.label}: {error}")
    return list(dict.fromkeys(found)), lost


def _of(change: SchemaChange) -> list[str]:
    match change.alteration:
        case Alteration.ADDED:
            return create(change.object, change.within)
        case Alteration.DROPPED:
            return drop(change.object)
        case _:
            return alter(change)


def _in_order(changes: list[SchemaChange]) -> list[SchemaChange]:
    """What goes, last kind first; then what comes or changes, first kind first."""
    gone = [c for c in changes if c.alteration is Alteration.DROPPED]
    rest = [c for c in changes if c.alteration is not Alteration.DROPPED]
    gone = _users_last(sorted(gone, key=_rank))
    return [*reversed(gone), *_users_last(sorted(rest, key=_rank))]


def _rank(change: SchemaChange) -> tuple[int, bool]:
    kind = change.kind
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), _foreign(change))


def _users_last(changes: list[SchemaChange]) -> list[SchemaChange]:
    """Views after those they read, told by the names in their definitions."""
    waiting, ready = list(changes), []
    while waiting:
        names = {one.object.name for one in waiting if one.kind.endswith("view")}
        free = next((one for one in waiting if not _reads(one, names)), waiting[0])
        waiting.remove(free)
        ready.append(free)
    return ready


def _reads(change: SchemaChange, names: set[str]) -> bool:
    if not change.kind.endswith("view"):
        return False
    text = change.object.parts["definition"]
    return any(name in text for name in names - {change.object.name})


def _reversed(change: SchemaChange) -> SchemaChange:
    return SchemaChange(
        _OPPOSITE[change.alteration],
        change.after,
        change.before,
        tuple(_reversed(inner) for inner in change.within),
    )


def _script(statements: tuple[str, ...]) -> str:
    return "".join(f"{statement};\n" for statement in statements)
