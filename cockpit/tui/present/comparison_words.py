"""Several targets side by side: a row a version, a column a target, then what a promotion runs."""

from collections.abc import Iterable

from cockpit.model.comparison import Comparison, Promotion, Row
from cockpit.model.state import State
from cockpit.present.comparison_text import promotion_text
from cockpit.present.durations import plural
from cockpit.present.harmless import harmless
from cockpit.tui.present.item import Item
from cockpit.tui.present.lanes import ROLE_OF_STATE, short_version
from cockpit.tui.present.line import Line, Span, line, middle_cut

_VERSION, _SHORT, _NAME, _CELL, _LEAST = 15, 9, 20, 14, 9
_WIDE = 100


def matrix_header(comparison: Comparison, names: Iterable[str], width: int) -> Line:
    """version · name · one column a target."""
    version, name, cell = _columns(comparison, width)
    heads: list[Span] = [
        (f" {middle_cut(harmless(each), cell - 1):<{cell}}", "strong") for each in names
    ]
    return line((f" {'version':<{version}}{'name':<{name}}", "muted"), *heads)


def matrix_items(comparison: Comparison, width: int, *, everything: bool) -> tuple[Item, ...]:
    """Newest first: the versions that differ, or all; how many are left out is told below."""
    shown = [row for row in reversed(comparison.rows) if everything or row.differs]
    items = [Item(row.version, (_row(comparison, row, width),)) for row in shown]
    same = len(comparison.rows) - len(shown)
    if same:
        words = f" {plural(same, 'version')} the same on all of them: v shows them"
        items.append(Item(None, (line((words, "muted")),)))
    if not comparison.rows:
        items.append(Item(None, (line((" no target knows any migration", "muted")),)))
    return tuple(items)


def _row(comparison: Comparison, row: Row, width: int) -> Line:
    version, name, cell = _columns(comparison, width)
    short = short_version(row.version, width if version == _VERSION else _SHORT)
    cells = [part for state in row.states for part in _cell(state, cell)]
    return line(
        (f" {middle_cut(short, version - 1):<{version}}", "strong" if row.differs else ""),
        f"{middle_cut(harmless(row.name), name - 1):<{name}}",
        *cells,
    )


def _cell(state: str, cell: int) -> tuple[Span, Span]:
    """Glyph and state, and the space up to the next column."""
    words, role = "-", "muted"
    if state:
        known = State(state)
        words, role = middle_cut(f"{known.glyph} {state}", cell), ROLE_OF_STATE[known]
    return (f" {words}", role), (" " * (cell - len(words)), "")


def _columns(comparison: Comparison, width: int) -> tuple[int, int, int]:
    """Cells of version, name, and of each target's column."""
    version = _VERSION if width >= _WIDE else _SHORT
    number = max(1, len(comparison.boards))
    left = width - version - 2
    cell = max(_LEAST, min(_CELL, (left - _NAME) // number - 1))
    return version, max(_LEAST, min(34, left - (cell + 1) * number)), cell


def standing_lines(comparison: Comparison, names: Iterable[str]) -> tuple[Line, ...]:
    """Which database, revision and release each column is; what could not be read."""
    rows = []
    for name, board in zip(names, comparison.boards, strict=True):
        where = board.identity.database if board.identity else "not read"
        git = board.revision.label if board.revision else "git not read"
        release = board.release.words if board.release else "no release"
        words = f"{board.standpoint.environment} · {where} · {git} · {release}"
        rows.append(line((f"{harmless(name)}  ", "strong"), harmless(words), hang=4))
        if error := board.database_error or board.source_error:
            rows.append(line(("    ", ""), (harmless(error), "high"), hang=4))
    return tuple(rows)


def promotion_lines(promotion: Promotion) -> tuple[Line, ...]:
    """What would run to bring the one to what the other has, and where their schemas differ."""
    first, *rest = promotion_text(promotion)
    return (line((first, "title")), *(line(row, hang=4) for row in rest))
