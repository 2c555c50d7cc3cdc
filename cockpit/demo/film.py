"""Several pictures of a screen as one that moves: SVG with nothing but style sheets in it.

A row that looks the same in many frames is drawn once and shown while it holds, so a minute of
screens is not larger than a few pictures.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

_STYLE = re.compile(r"\.(terminal-\d+-r\d+) \{ ([^}]*) \}")
_RECT = re.compile(
    r'<rect fill="(#[0-9a-f]{6})" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" '
    r'shape-rendering="crispEdges"/>'
)
_TEXT = re.compile(
    r'<text class="(terminal-\d+-r\d+)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>'
    r"(.*?)</text>",
    re.S,
)
_FAMILY = "'Fira Code','DejaVu Sans Mono',Menlo,Consolas,monospace"
_ROW = 24.4
_CAPTION = 44.0
"""Height of the strip below the screen that names the key."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, how long it stays, and what was pressed before it."""

    svg: str
    seconds: float
    caption: str = ""


@dataclass(slots=True)
class _Row:
    """What one row looks like, and when."""

    name: str
    body: str
    shown: list[tuple[float, float]] = field(default_factory=list)


class Film:
    """Gathers frames; the same picture again only lasts longer."""

    def __init__(self) -> None:
        self._frames: list[Frame] = []

    def shoot(self, svg: str, seconds: float, caption: str = "") -> None:
        """One more frame."""
        self._frames.append(Frame(svg, seconds, caption))

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All of them, in order."""
        return tuple(self._frames)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return sum(frame.seconds for frame in self._frames)

    def svg(self, columns: int, rows: int) -> str:
        """All of it, starting anew at its end."""
        width, height = columns * 12.2, rows * _ROW + 3
        styles: dict[str, str] = {}
        drawn: dict[str, _Row] = {}
        begin = 0.0
        for frame in self._frames:
            for body in (*_rows_of(frame.svg, styles), _caption(frame.caption, height, width)):
                row = drawn.setdefault(body, _Row(f"r{len(drawn)}", body))
                _extend(row.shown, begin, begin + frame.seconds)
            begin += frame.seconds
        return _document(drawn.values(), styles, width, height + _CAPTION, begin)


def _rows_of(svg: str, styles: dict[str, str]) -> list[str]:
    """Each row's rectangles and texts; `styles` gets a short name for every look."""
    looks = dict(_STYLE.findall(svg))
    rows: dict[float, list[str]] = {}
    for fill, x, y, width, height in _RECT.findall(svg):
        rect = f'<rect fill="{fill}" x="{x}" y="{y}" width="{width}" height="{height}"/>'
        rows.setdefault(round((float(y) - 1.5) / _ROW), []).append(rect)
    for look, x, y, length, text in _TEXT.findall(svg):
        name = styles.setdefault(looks[look], f"s{len(styles)}")
        drawn = f'<text class="{name}" x="{x}" y="{y}" textLength="{length}">{text}</text>'
        rows.setdefault(round((float(y) - 20.0) / _ROW), []).append(drawn)
    return ["".join(parts) for _, parts in sorted(rows.items())]


def _caption(words: str, top: float, width: float) -> str:
    """The key that was pressed, as a cap on a strip."""
    strip = f'<rect fill="#0b0e12" x="0" y="{top}" width="{width}" height="{_CAPTION}"/>'
    if not words:
        return strip
    return (
        f'{strip}<text class="caption" x="{width / 2}" y="{top + 29}" text-anchor="middle">'
        f"{escape(words)}</text>"
    )


def _extend(shown: list[tuple[float, float]], begin: float, end: float) -> None:
    if shown and abs(shown[-1][1] - begin) < 1e-6:
        shown[-1] = (shown[-1][0], end)
    else:
        shown.append((begin, end))


def _document(
    rows: Iterable[_Row], styles: dict[str, str], width: float, height: float, seconds: float
) -> str:
    rules = [f".{name}{{{look}}}" for look, name in styles.items()]
    groups = []
    for row in rows:
        rules.append(_timing(row, seconds))
        groups.append(f'<g class="{row.name}">{row.body}</g>')
    return (
        f'<svg xml:space="preserve" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width:.1f} {height:.1f}">\n'
        f"<style>text{{font-family:{_FAMILY};font-size:20px;white-space:pre}}"
        f".caption{{fill:#f0e442;font-weight:bold}}\n" + "\n".join(rules) + "</style>\n"
        f'<rect width="{width:.1f}" height="{height:.1f}" fill="#11161d"/>\n'
        + "\n".join(groups)
        + "\n</svg>\n"
    )


def _timing(row: _Row, seconds: float) -> str:
    """Key frames that jump: hidden, shown while it holds, hidden again."""
    if row.shown == [(0.0, seconds)]:
        return ""
    marks: dict[str, str] = {"0%": "hidden"}
    for begin, end in row.shown:
        marks[f"{100 * begin / seconds:.3f}%" if begin else "0%"] = "visible"
        if end < seconds - 1e-6:
            marks[f"{100 * end / seconds:.3f}%"] = "hidden"
    steps = "".join(f"{at}{{visibility:{value}}}" for at, value in marks.items())
    return (
        f"@keyframes {row.name}{{{steps}}}"
        f".{row.name}{{animation:{row.name} {seconds:.2f}s step-end infinite}}"
    )
