"""A database's schema as objects with parts, and what was changed in it behind the history's back.

Left out, because they come and go by rights without a migration: `NOT_COMPARED`, numbers a sequence
has reached, temporary objects, whatever an extension owns, the history tables of migration tools
and the cockpit's own schemas.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NOT_COMPARED = ("privileges", "default privileges", "comments", "the order of columns")
"""What somebody may take for part of a schema, and no look compares."""
_LARGEST = 256 * 1024 * 1024
"""Bytes that a stored snapshot may unpack to; a larger one was not written by us."""


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """One object of the catalog, with names as SQL writes them."""

    kind: str
    """`table`, `column`, `index`, `function`, ...: the words of a CREATE statement."""
    parent: str
    """The table, type or view it belongs to; empty for one that stands for itself."""
    name: str
    """Qualified where it has a schema of its own; a function with the types of its arguments."""
    parts: Mapping[str, str]
    """What it is: `definition`, `type`, `default`, `owner`, ...; absent ones are not there."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same object at two times."""
        return self.kind, self.parent, self.name

    @property
    def label(self) -> str:
        """`column public.users.name`, `index public.users_name`, `trigger t on public.users`."""
        if self.kind == "column":
            return f"column {self.parent}.{self.name}"
        own = self.kind in ("constraint", "trigger", "rule", "policy")
        return f"{self.kind} {self.name} on {self.parent}" if own else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole schema at one moment."""

    server: int
    """Major version: another one may print the same schema in other words."""
    objects: Mapping[tuple[str, str, str], SchemaObject]

    def packed(self) -> tuple[str, bytes]:
        """Its digest, and all of it compressed; the same for the same schema."""
        text = self._text()
        return hashlib.sha256(text).hexdigest(), zlib.compress(text, 6)

    def _text(self) -> bytes:
        lines = [
            json.dumps([*key, dict(sorted(found.parts.items()))], ensure_ascii=False)
            for key, found in sorted(self.objects.items())
        ]
        return "\n".join([str(self.server), *lines]).encode(errors="surrogateescape")


def unpacked(content: bytes, digest: str) -> Snapshot | None:
    """The snapshot that was packed; None when these bytes are not what had that digest."""
    try:
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(content, _LARGEST)
        if unpacker.unconsumed_tail or hashlib.sha256(text).hexdigest() != digest:
            return None
        server, _, lines = text.decode(errors="surrogateescape").partition("\n")
        # As one document: to ask the decoder for every line takes it three times as long.
        rows = json.loads(f"[{lines.replace(chr(10), ',')}]")
        found = {(row[0], row[1], row[2]): SchemaObject(*row) for row in rows}
        return Snapshot(int(server), found)
    except (zlib.error, ValueError, TypeError, LookupError):
        return None


class Alteration(StrEnum):
    """What happened to an object."""

    ADDED = "added"
    CHANGED = "changed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One object that is not as it is meant."""

    alteration: Alteration
    before: SchemaObject | None
    """As the last run recorded it; None when it was added."""
    after: SchemaObject | None
    """As it is now; None when it was dropped."""
    within: tuple["SchemaChange", ...] = ()
    """Of a table that came or went: its columns, indexes and constraints, which went with it."""

    @property
    def object(self) -> SchemaObject:
        """As it is now, or as it last was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    @property
    def kind(self) -> str:
        """`table`, `column`, ..."""
        return self.object.kind

    @property
    def parts(self) -> tuple[str, ...]:
        """Which parts differ, of one that was changed: `type`, `default`, ..."""
        if self.before is None or self.after is None:
            return ()
        before, after = self.before.parts, self.after.parts
        names = [*before, *(name for name in after if name not in before)]
        return tuple(name for name in names if before.get(name) != after.get(name))


@dataclass(frozen=True, slots=True)
class SchemaCheck:
    """Whether the schema is as it is meant."""

    changes: tuple[SchemaChange, ...] | None
    """None: not checked, so nothing is claimed."""
    at: datetime | None = None
    """When it was compared; None when it was not."""
    why: str = ""
    """Why it was not checked, one sentence."""
    run: str = ""
    """The run that recorded what it is compared with."""
