"""Hosts, users and database names behind stand-ins, for a projector or a public ticket.

A stand-in is the same for the same name throughout a session: `host-1`, `user-2`, `database-1`.
Values are walked field by field, because a database is often called like a table: `orders` is
hidden where it names a database, and stays where it names a table.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import partial
from threading import RLock
from typing import Any, TypeVar

from cockpit.model.board import Board
from cockpit.model.target import Identity, Standpoint

Value = TypeVar("Value")

_USERS = frozenset({"user", "role", "actor", "author", "owner", "applied_by"})
_SQL = frozenset({"sql", "script", "query", "undo", "statement", "safer"})
_LEFT = frozenset(
    """version name phase path checksum id hash previous_hash commit git_commit head folder tool
    relation run plan_id target""".split()  # noqa: SIM905
)
"""Fields that name no host, user or database, or that are compared and never shown."""
_QUOTED = (
    (re.compile(r'(\bdatabase )"([^"]+)"'), "database"),
    (re.compile(r'(\b(?:user|role) )"([^"]+)"'), "user"),
    (re.compile(r'(\bserver at )"([^"]+)"'), "host"),
    (re.compile(r'(\bhost name )"([^"]+)"'), "host"),
)
_PAIRS = re.compile(r"\b(host|hostaddr|user|dbname)=([^\s'\"]+)")
_SOCKET = re.compile(r'"/[^"]*\.s\.PGSQL\.\d+"')
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_AT = re.compile(r"\b([\w.+-]*\w)@([A-Za-z][\w.-]*\w|\w)")
_BEHIND = re.compile(r"(@[\w.-]+(?::\d+)?)/(\w[\w.-]*)")
"""`ana@bastion:5432/orders`, as the keyring names an account."""
_OF_ROLE = re.compile(r"\b(role |by |author )(\w[\w.-]*)")
_IN_SQL = re.compile(r'\b((?:TO|OWNER TO|ROLE|USER|AUTHORIZATION|FOR ROLE)\s+"?)(\w+)', re.I)
_PLACES = frozenset({"socket", "localhost"})
"""Words that stand where a host does and hide nothing."""


class Mask:
    """Remembers what stands for what. Safe from any thread."""

    def __init__(
        self,
        *,
        hosts: Iterable[str] = (),
        users: Iterable[str] = (),
        databases: Iterable[str] = (),
    ) -> None:
        """What is known before anything was read: from connection strings."""
        self._guard = RLock()
        self._known: dict[str, dict[str, str]] = {"host": {}, "user": {}, "database": {}}
        self._labels: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        for kind, names in (("host", hosts), ("user", users), ("database", databases)):
            for name in names:
                self._stand_in(kind, name)

    def of(self, value: Value) -> Value:
        """The same value with every such name in it replaced."""
        with self._guard:
            if isinstance(value, Board):
                self._learn(value)
            masked: Value = self._like(value, "")
            return masked

    def text(self, text: str) -> str:
        """A sentence, an error, an address: whatever in it is known or looks like such a name."""
        with self._guard:
            found = self._texts.get(text)
            if found is None:
                found = self._texts[text] = self._worded(text)
            return found

    def label(self, shown: str) -> str:
        """The real name of a target that is shown by a stand-in."""
        return self._labels.get(shown, shown)

    # ---- names

    def _learn(self, board: Board) -> None:
        if board.identity:
            self._stand_in("database", board.identity.database)
            self._stand_in("user", board.identity.role)
            self._address(board.identity.address)

    def _stand_in(self, kind: str, name: str) -> str:
        known = self._known[kind]
        if not name or (kind == "host" and (name in _PLACES or name.startswith("/"))):
            return name
        if name in known.values():
            return name
        if name not in known:
            known[name] = f"{kind}-{len(known) + 1}"
            self._texts.clear()
        return known[name]

    def _address(self, address: str) -> str:
        """`db-1:5432`; the port hides nothing."""
        host, colon, port = address.rpartition(":")
        return f"{self._stand_in('host', host)}:{port}" if colon else self._stand_in("host", port)

    def _worded(self, text: str) -> str:
        for pattern, kind in _QUOTED:
            text = pattern.sub(partial(self._quoted, kind), text)
        text = _PAIRS.sub(self._pair, _SOCKET.sub('"socket"', text))
        text = _ADDRESS.sub(lambda found: self._stand_in("host", found[0]), text)
        text = _AT.sub(self._at, text)
        text = _BEHIND.sub(lambda f: f"{f[1]}/{self._stand_in('database', f[2])}", text)
        text = _OF_ROLE.sub(lambda f: f[1] + self._known["user"].get(f[2], f[2]), text)
        for kind in ("host", "user"):
            for name, shown in self._known[kind].items():
                if len(name) > 2 and name in text:
                    text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", shown, text)
        return text

    def _quoted(self, kind: str, found: re.Match[str]) -> str:
        return f'{found[1]}"{self._stand_in(kind, found[2])}"'

    def _pair(self, found: re.Match[str]) -> str:
        kind = {"dbname": "database", "user": "user"}.get(found[1], "host")
        return f"{found[1]}={self._stand_in(kind, found[2])}"

    def _at(self, found: re.Match[str]) -> str:
        """`ana@bastion`, and `orders@db-1` where orders is a database that is known."""
        left = "database" if found[1] in self._known["database"] else "user"
        if found[1] in self._known[left].values():
            return found[0]
        return f"{self._stand_in(left, found[1])}@{self._stand_in('host', found[2])}"

    def _sql(self, text: str) -> str:
        """Only where a role stands: everything else could be the name of a table."""
        return _IN_SQL.sub(lambda f: f[1] + self._known["user"].get(f[2], f[2]), text)

    # ---- values

    def _like(self, value: Any, name: str) -> Any:
        match value:
            case None | bool() | int() | float() | bytes() | Enum():
                return value
            case str():
                return self._string(value, name)
            case tuple() | list() | frozenset() | set():
                return type(value)(self._like(each, name) for each in value)
            case Mapping():
                return {key: self._like(each, str(key)) for key, each in value.items()}
            case Identity():
                return self._identity(value)
            case Standpoint():
                return replace(
                    value, name=self._label(value.name), disagreement=self.text(value.disagreement)
                )
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{
                field.name: self._like(getattr(value, field.name), field.name)
                for field in fields(value) if field.init
            })  # fmt: skip
        return value

    def _string(self, value: str, name: str) -> str:
        if not value or name in _LEFT:
            return value
        if name in _USERS:
            return self.text(value) if "@" in value else self._stand_in("user", value)
        if name == "address":
            return self._address(value)
        if name == "standpoint":
            return self._label(value)
        return self._sql(value) if name in _SQL else self.text(value)

    def _identity(self, identity: Identity) -> Identity:
        return replace(
            identity,
            database=self._stand_in("database", identity.database),
            role=self._stand_in("user", identity.role),
            address=self._address(identity.address),
        )

    def _label(self, name: str) -> str:
        """A target keeps the name it was given, unless that is its database's own."""
        shown = self._known["database"].get(name, name)
        self._labels[shown] = name
        return shown
