"""Paragraphs of help, with marks as in Markdown: **strong**, *a word of the screen*, `a key`."""

import re

from cockpit.tui.present.line import Line, Span, line

_MARK = re.compile(r"\*\*(?P<strong>.+?)\*\*|\*(?P<title>.+?)\*|`(?P<key>.+?)`", re.S)


def prose(text: str) -> tuple[Line, ...]:
    """A line for each paragraph, to be wrapped, and an empty one after it."""
    rows = [row for part in text.split("\n\n") for row in (line(*_spans(part)), line())]
    return tuple(rows)


def _spans(paragraph: str) -> list[Span]:
    spans: list[Span] = []
    end = 0
    for mark in _MARK.finditer(paragraph):
        role = mark.lastgroup or ""
        spans += [(paragraph[end : mark.start()], ""), (mark[role], role)]
        end = mark.end()
    return [span for span in (*spans, (paragraph[end:], "")) if span[0]]
