"""Liquibase's formatted SQL: change sets in a `.sql` file, with comments as directives.

Source: github.com/liquibase/liquibase 4.28, `parser/AbstractFormattedChangeLogParser.java`
(directives), `change/NormalizingStream`, `changelog/ChangeSet.java` (checksums of version 9).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_FIRST = re.compile(r"^\s*--\s*liquibase\s+formatted\s+sql", re.IGNORECASE)
_CHANGESET = re.compile(
    r'^\s*--\s*changeset\s+(?:"([^"]+)"|([^:"]+?)):(?:"([^"]+)"|(\S+))\s*(.*)$', re.IGNORECASE
)
_ROLLBACK = re.compile(r"^\s*--\s*rollback\b:?\s?(.*)$", re.IGNORECASE)
_BLOCK = re.compile(r"^\s*/\*\s*liquibase\s+rollback\s*$", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*--\s*comment:?\s+(.*)$", re.IGNORECASE)
_CONDITION = re.compile(r"^\s*--\s*precondition", re.IGNORECASE)
_OTHER = re.compile(r"^\s*--\s*(validchecksum|ignorelines|ignore|property)\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'(\w+):(?:"([^"]*)"|(\S+))')
_SPACES = re.compile(r"[ \n\r\t]")
_NO_WAY_BACK_NEEDED = ("not required", "empty")


@dataclass(slots=True)
class ChangeSet:
    """One change set as the file has it."""

    author: str
    id: str
    line: int
    """Of the directive, from 1."""
    attributes: dict[str, str]
    """By their names in lower case."""
    body: list[tuple[int, str]] = field(default_factory=list)
    """Lines that are neither directive nor rollback, with their numbers."""
    rollback: list[tuple[int, str]] = field(default_factory=list)
    comment: str = ""
    conditional: bool = False
    """It has preconditions, which only Liquibase weighs."""

    @property
    def sql(self) -> str:
        """The change itself."""
        return "\n".join(line for _, line in self.body).strip()

    @property
    def undo(self) -> str | None:
        """The way back; empty when the file says that nothing has to be undone, None without."""
        if not self.rollback:
            return None
        text = "\n".join(line for _, line in self.rollback).strip()
        return "" if text.lower().rstrip(";") in _NO_WAY_BACK_NEEDED else text

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes-or-no attribute."""
        value = self.attributes.get(name.lower())
        return default if value is None else value.lower() == "true"


def is_formatted(text: str) -> bool:
    """The first line with anything on it says so."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return bool(_FIRST.match(first))


def change_sets(text: str) -> list[ChangeSet]:
    """Every change set, in the order of the file."""
    found: list[ChangeSet] = []
    in_block = False
    for number, line in enumerate(text.splitlines(), start=1):
        begun = _CHANGESET.match(line)
        if begun is not None:
            author, identity = begun[1] or begun[2], begun[3] or begun[4]
            attributes = {name.lower(): q or w for name, q, w in _ATTRIBUTE.findall(begun[5])}
            found.append(ChangeSet(author.strip(), identity, number, attributes))
            in_block = False
        elif found and in_block:
            in_block = "*/" not in line
            found[-1].rollback.append((number, line.partition("*/")[0]))
        elif found and _BLOCK.match(line):
            in_block = True
        elif found:
            _sort(found[-1], number, line)
    return found


def checksum(sqls: Sequence[str]) -> str:
    """Version 9: MD5 over each change's own MD5, which leaves every space and line end out."""
    inner = "".join(f"9:{_md5(_SPACES.sub('', sql))}:" for sql in sqls)
    return f"9:{_md5(inner)}"


def _sort(current: ChangeSet, number: int, line: str) -> None:
    rollback, comment = _ROLLBACK.match(line), _COMMENT.match(line)
    if rollback is not None:
        current.rollback.append((number, rollback[1]))
    elif comment is not None and not current.comment:
        current.comment = comment[1].strip()
    elif _CONDITION.match(line):
        current.conditional = True
    elif not _OTHER.match(line):
        current.body.append((number, line))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 (Liquibase's own)
