"""Names as a statement writes them, and as SQL that can be run writes them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import postgast
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax

LONGEST = 63
"""Bytes of an identifier that PostgreSQL keeps (`NAMEDATALEN - 1`)."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


@dataclass(frozen=True, slots=True)
class Name:
    """A relation, type or index by name; its string is SQL."""

    schema: str
    name: str

    def __str__(self) -> str:
        return ".".join(quoted(part) for part in (self.schema, self.name) if part)

    @property
    def label(self) -> str:
        """Without quotes, as `Impact` names it when no catalog was read."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def sibling(self, name: str) -> "Name":
        """Another name in the same schema."""
        return Name(self.schema, name)


def name_of(range_var: pb.RangeVar) -> Name:
    """The name of a relation."""
    return Name(range_var.schemaname, range_var.relname)


def name_from(node: pb.Node) -> Name:
    """The name in a DROP, COMMENT or RENAME, whichever shape the grammar gave it."""
    return name_of(syntax.object_name(node))


def name_in(nodes: Iterable[pb.Node]) -> Name:
    """A qualified name given as a list of strings."""
    return name_of(syntax.name_of(nodes))


@lru_cache(maxsize=4096)
def quoted(name: str) -> str:
    """The identifier, in double quotes where it needs them."""
    if _PLAIN.fullmatch(name) and not _is_keyword(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str]) -> str:
    """Identifiers with commas between them."""
    return ", ".join(quoted(name) for name in names)


def some(labels: Sequence[str], most: int = 4) -> str:
    """The first of some names, and how many more there are."""
    more = len(labels) - most
    return ", ".join(labels[:most]) + (f" and {more} more" if more > 0 else "")


def made_up(*parts: str) -> str:
    """A name in PostgreSQL's own style for a constraint or index, short enough to be kept."""
    name = "_".join(parts)
    return name.encode()[:LONGEST].decode(errors="ignore")


def suffixed(name: str, suffix: str) -> str:
    """The name with `_suffix`, cut before it where it would be too long to be kept."""
    kept = name.encode()[: LONGEST - len(suffix.encode()) - 1].decode(errors="ignore")
    return f"{kept}_{suffix}"


def _is_keyword(name: str) -> bool:
    (token,) = postgast.scan(name).tokens
    return bool(token.keyword_kind not in (pb.NO_KEYWORD, pb.UNRESERVED_KEYWORD))
