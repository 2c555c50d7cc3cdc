"""A sheet as Markdown: reads as plain text too, and no text in it can become markup."""

import re
from collections.abc import Iterable, Iterator

from cockpit.present.sheet_blocks import (
    Block,
    Code,
    Facts,
    Heading,
    Lines,
    Paragraph,
    Picture,
    Tasks,
)

_MARKUP = re.compile(r"([\\`*{}\[\]<>|~#]|(?<!\w)_|_(?!\w))")
_TICKS = re.compile(r"`+")


def markdown(blocks: Iterable[Block]) -> str:
    """All blocks; pictures as the text of the screen."""
    return "\n\n".join("\n".join(_block(block)) for block in blocks) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield f"{'#' * level} {_plain(text)}"
        case Paragraph(text, grave):
            yield f"> **{_plain(text)}**" if grave else _plain(text)
        case Facts(rows):
            yield "| | |"
            yield "|---|---|"
            yield from (f"| {_plain(name)} | {_plain(words)} |" for name, words in rows)
        case Lines(rows):
            yield from _fenced("\n".join(rows), "") if len(rows) > 1 else map(_plain, rows)
        case Code(text, language):
            yield from _fenced(text, language)
        case Tasks(rows):
            yield from (f"- [ ] {_plain(row)}" for row in rows)
        case Picture(title, _, text):
            yield f"**{_plain(title)}**"
            yield ""
            yield from _fenced(text, "text")


def _plain(text: str) -> str:
    """Every sign that could be markup is escaped."""
    return _MARKUP.sub(r"\\\1", text)


def _fenced(text: str, language: str) -> Iterator[str]:
    """A fence longer than any row of backticks inside."""
    longest = max((len(found) for found in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield fence + language
    yield text
    yield fence
