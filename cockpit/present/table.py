"""Rows of words as aligned columns."""

from collections.abc import Iterator, Sequence

_GAP = "  "


def table(rows: Sequence[Sequence[str]], *, indent: str = "") -> Iterator[str]:
    """One line a row; every column as wide as its widest cell, the last one as it is."""
    if not rows:
        return
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield (indent + _GAP.join(cells)).rstrip()
