"""A picture of a screen: SVG that needs nothing from elsewhere, and the rows of text in it."""

import re
from html import unescape

_TEXT = re.compile(r'<text class="[^"]*-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', re.S)
_FONT = re.compile(r"@font-face \{.*?\}\s*", re.S)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.S)
_FAMILY = "font-family: 'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
_CELL_WIDTH = 12.2
_ROW_HEIGHT = 24.4
_FIRST_BASELINE = 20.0


def self_contained(svg: str) -> str:
    """Without the fonts that viewers would fetch from the network, and with every space kept.

    Some viewers drop spaces, also unbreakable ones, where a text begins.
    """
    plain = _COMMENT.sub("", _FONT.sub("", svg)).replace(
        "font-family: Fira Code, monospace", _FAMILY
    )
    return plain.replace("<svg ", '<svg xml:space="preserve" ', 1)


def rows(svg: str) -> list[str]:
    """What stands in it, row by row, without the spaces at the end of a row."""
    found: dict[int, list[tuple[int, str]]] = {}
    for x, y, text in _TEXT.findall(svg):
        plain = unescape(text).replace("\N{NO-BREAK SPACE}", " ")
        row = round((float(y) - _FIRST_BASELINE) / _ROW_HEIGHT)
        found.setdefault(row, []).append((round(float(x) / _CELL_WIDTH), plain))
    return [_row(found.get(number, [])) for number in range(max(found, default=-1) + 1)]


def _row(parts: list[tuple[int, str]]) -> str:
    text = ""
    for start, part in sorted(parts):
        text = text.ljust(start)[:start] + part
    return text.rstrip()
