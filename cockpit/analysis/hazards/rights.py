"""Rights as the catalog keeps them, and the sentences that give them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cockpit.analysis.hazards.names import quoted

PUBLIC = ""
"""As grantee: everybody."""
PRIVILEGES = {
    "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "D": "TRUNCATE", "x": "REFERENCES",
    "t": "TRIGGER", "m": "MAINTAIN", "X": "EXECUTE", "U": "USAGE", "C": "CREATE",
}  # fmt: skip
_BUILT_IN: Mapping[str, tuple[str, str]] = {
    "pg_proc": (PUBLIC, "EXECUTE"),
    "pg_type": (PUBLIC, "USAGE"),
}
"""What everybody may do with a new object when nothing else was said."""
_ITEM = re.compile(r'(?P<grantee>"(?:[^"]|"")*"|[^=]*)=(?P<letters>[^/]*)/')


@dataclass(frozen=True, slots=True)
class Right:
    """One privilege of one role."""

    grantee: str
    privilege: str
    column: str = ""
    """Empty for the whole object."""
    grantable: bool = False


def rights_in(acl: str, column: str = "") -> frozenset[Right]:
    """The rights in a JSON list of `grantee=letters/grantor`; letters of no privilege are left."""
    return frozenset(
        Right(_role(found["grantee"]), PRIVILEGES[letter], column, bool(star))
        for item in json.loads(acl)
        if (found := _ITEM.match(item))
        for letter, star in re.findall(r"(\w)(\*?)", found["letters"])
        if letter in PRIVILEGES
    )


def built_in(catalog: str) -> frozenset[Right]:
    """What others may do with a new object by PostgreSQL's own rule."""
    known = _BUILT_IN.get(catalog)
    return frozenset([Right(*known)]) if known else frozenset()


def granted(rights: Iterable[Right], target: str) -> Iterator[str]:
    """GRANT sentences, grantees with the same rights together; `target` as it stands after ON."""
    bundles: dict[str, set[Right]] = {}
    for right in rights:
        bundles.setdefault(right.grantee, set()).add(right)
    alike: dict[frozenset[tuple[str, str, bool]], list[str]] = {}
    for grantee in sorted(bundles):
        held = frozenset((r.privilege, r.column, r.grantable) for r in bundles[grantee])
        alike.setdefault(held, []).append(grantee)
    for held, grantees in alike.items():
        roles = ", ".join(role_sql(grantee) for grantee in grantees)
        for grantable in (False, True):
            words = _privileges((p, column) for p, column, free in held if free is grantable)
            if words:
                option = " WITH GRANT OPTION" if grantable else ""
                yield f"GRANT {words} ON {target} TO {roles}{option};"


def role_sql(name: str) -> str:
    """A grantee as SQL writes it."""
    return quoted(name) if name else "PUBLIC"


def _privileges(held: Iterable[tuple[str, str]]) -> str:
    """`SELECT, UPDATE (name, phone)`, in PostgreSQL's own order."""
    columns: dict[str, list[str]] = {}
    for privilege, column in held:
        columns.setdefault(privilege, []).append(column)
    return ", ".join(
        _on_columns(privilege, columns[privilege])
        for privilege in PRIVILEGES.values()
        if privilege in columns
    )


def _on_columns(privilege: str, columns: list[str]) -> str:
    if "" in columns:
        return privilege
    return f"{privilege} ({', '.join(quoted(column) for column in sorted(columns))})"


def _role(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text
