"""The recording for terminals plays the frames of the film."""

import json
import re
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Static

from cockpit.demo.cast import cast
from cockpit.demo.film import Film, Frame
from cockpit.demo.picture import rows, self_contained

RECORDED = Path(__file__).parents[2] / "screenshots" / "rollback.cast"
SIZE = (40, 4)
_PIECE = re.compile(r"\x1b\[(\d+);1H|\x1b\[([\d;]*)m|\x1b\[(?:\?25[lh]|2J)|([^\x1b]+)")


class Terminal:
    """As much of one as a recording may ask for; anything else is a failure."""

    def __init__(self, width: int, height: int) -> None:
        self.rows = [" " * width for _ in range(height)]
        self.looks: set[str] = set()
        self._row, self._column = 0, 0

    def hear(self, data: str) -> None:
        """Draw what a program has written."""
        assert "".join(match[0] for match in _PIECE.finditer(data)) == data
        for match in _PIECE.finditer(data):
            if match[1]:
                self._row, self._column = int(match[1]) - 1, 0
            elif match[2]:
                self.looks.add(match[2])
            elif match[3]:
                row = self.rows[self._row]
                end = self._column + len(match[3])
                assert end <= len(row)
                self.rows[self._row] = row[: self._column] + match[3] + row[end:]
                self._column = end

    @property
    def shown(self) -> list[str]:
        """Rows without the spaces at their ends."""
        return [row.rstrip() for row in self.rows]


class Screen(App[None]):
    """Colours, attributes, signs that are not ASCII."""

    CSS = "Static { height: 1; } #blue { background: #0072b2; color: #ffffff; }"

    def compose(self) -> ComposeResult:
        """Two rows."""
        yield Static("+0044 [b]backfill[/b] [u]<low>[/u]", id="blue")
        yield Static("└──┘ …", id="words")


async def frames() -> tuple[Frame, ...]:
    """Three pictures, of which the second differs in one row."""
    app, film = Screen(), Film()
    async with app.run_test(size=SIZE) as pilot:
        film.shoot(self_contained(app.export_screenshot()), 1.5, "U  undo")
        app.query_one("#words", Static).update("└──┘ gone on")
        await pilot.pause()
        film.shoot(self_contained(app.export_screenshot()), 0.25, "enter")
        film.shoot(self_contained(app.export_screenshot()), 2.0, "enter")
    return film.frames


def played(text: str) -> tuple[Terminal, list[tuple[float, list[str]]]]:
    """What stands on a terminal after each event, and when."""
    header, *events = map(json.loads, text.splitlines())
    assert header["version"] == 2
    terminal = Terminal(header["width"], header["height"])
    shown = []
    for at, kind, data in events:
        assert kind == "o"
        terminal.hear(data)
        shown.append((at, terminal.shown))
    return terminal, shown


async def test_a_terminal_shows_each_frame_at_its_time() -> None:
    shot = await frames()
    terminal, shown = played(cast(shot, *SIZE, "Two rows"))
    assert [at for at, _ in shown] == [0.0, 1.5, 3.75]
    for frame, (_, screen) in zip(shot, shown, strict=True):
        picture = rows(frame.svg)
        assert screen[: len(picture)] == picture
        assert screen[-1].strip() == frame.caption
    assert any("1;" in look and "48;2;0;114;178" in look for look in terminal.looks)


async def test_only_rows_that_have_changed_are_drawn_again() -> None:
    text = cast(await frames(), *SIZE, "Two rows")
    second = json.loads(text.splitlines()[2])[2]
    assert re.findall(r"\x1b\[(\d+);1H", second) == ["2", "5"]


def test_the_recorded_rollback_ends_as_it_should() -> None:
    header = json.loads(RECORDED.read_text(encoding="utf-8").splitlines()[0])
    assert (header["width"], header["height"]) == (80, 25)
    _, shown = played(RECORDED.read_text(encoding="utf-8"))
    assert any("how it ended" in row for row in shown[-1][1])
    assert re.search(r"\d+ keys and \d+ typed letters", shown[-1][1][-1])
    times = [at for at, _ in shown]
    assert times == sorted(times)
