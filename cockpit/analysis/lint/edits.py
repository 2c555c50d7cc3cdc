"""Changes of a text by place, made all at once."""

import re
from dataclasses import dataclass, field

from cockpit.sql.statements import Statement


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text, in characters."""

    start: int
    end: int


@dataclass
class Edits:
    """Insertions and replacements in one text; later ones know nothing of earlier ones."""

    text: str
    _found: list[tuple[int, int, str]] = field(default_factory=list)

    def place(self, statement: Statement) -> Place:
        """Where a statement stands, without its semicolon."""
        start = self.line(statement.line).start + statement.column - 1
        return Place(start, start + len(statement.sql))

    def line(self, number: int) -> Place:
        """A line, from 1, without its line end."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        start = starts[number - 1]
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        return Place(start, start + len(self.text[start:end].rstrip("\r")))

    def indent(self, place: Place) -> str:
        """The blanks before it, when nothing else stands on its line before it."""
        before = self.text[self.text.rfind("\n", 0, place.start) + 1 : place.start]
        return before if before.isspace() else ""

    def replace(self, place: Place, new: str) -> None:
        """The new text stands where the old one stood."""
        self._found.append((place.start, place.end, new))

    def before(self, place: Place, sql: str) -> None:
        """A statement on a line of its own above this one."""
        self._found.append((place.start, place.start, f"{sql};{self._break}{self.indent(place)}"))

    def after(self, place: Place, sql: str) -> None:
        """A statement on a line of its own below; the semicolon that follows becomes its own."""
        self._found.append((place.end, place.end, f";{self._break}{self.indent(place)}{sql}"))

    def remove(self, place: Place) -> None:
        """A statement goes, with its semicolon and the rest of its line when that is blank."""
        gone = re.compile(r"\s*;[ \t]*\r?\n?").match(self.text, place.end)
        end = gone.end() if gone else place.end
        self._found.append((place.start - len(self.indent(place)), end, ""))

    def block(self, statements: tuple[str, ...], indent: str) -> str:
        """Statements as lines, without the last semicolon."""
        return f";{self._break}{indent}".join(statements)

    def lines(self, *lines: str) -> str:
        """Lines, ended as the text ends its own; the last one stays open."""
        return self._break.join(lines)

    def done(self) -> str:
        """The text with all changes made."""
        text = self.text
        for start, end, new in sorted(self._found, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    @property
    def _break(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"
