"""What a sheet is made of: each block is written once as Markdown and once as HTML."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; level 1 is the sheet's own."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One or more sentences; `grave` ones must not be missed."""

    text: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Remarks, one below the other; their indentation counts."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text that is copied letter by letter."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Tasks:
    """What people tick off."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen: drawn where pictures can be, as text elsewhere."""

    title: str
    svg: str
    text: str


Block = Heading | Paragraph | Facts | Lines | Code | Tasks | Picture
