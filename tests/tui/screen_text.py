"""A screen as rows of text, read back from its exported picture: public API only."""

import re
from html import unescape

from textual.app import App

_TEXT = re.compile(r'<text class="[^"]*-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', re.S)
_CELL = 12.2
"""Width of a cell in the exported picture."""
_ROW = 24.4
_FIRST = 20.0
"""Height of a row, and the baseline of the first one."""


def rows(app: App[int]) -> list[str]:
    """Every row, without the spaces at its end."""
    width, height = app.size
    grid = [[" "] * width for _ in range(height)]
    for x, y, text in _TEXT.findall(app.export_screenshot()):
        plain = unescape(text).replace("\N{NO-BREAK SPACE}", " ")
        row, start = round((float(y) - _FIRST) / _ROW), round(float(x) / _CELL)
        grid[row][start : start + len(plain)] = plain
    return ["".join(row).rstrip() for row in grid]
