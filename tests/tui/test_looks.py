"""The same screens in every theme, without colour, and in ASCII."""

import pytest

from cockpit.tui.app import Cockpit
from cockpit.tui.themes import NAMES
from cockpit.tui.widgets.row_list import RowList
from tests.tui.fake_engine import FakeEngine, HandClock
from tests.tui.screen_text import rows


async def screens(app: Cockpit) -> list[str]:
    """The board, a plan and a question, as text; what lies below the question may be hidden."""
    seen: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in ((), ("p",), ("W",)):
            await pilot.press(*keys)
            await app.workers.wait_for_complete()
            await pilot.pause()
            await pilot.pause()
            seen += [row for row in rows(app) if keys != ("W",) or row.startswith(tuple("┏┃┗+|"))]
    return seen


@pytest.mark.parametrize("theme", NAMES)
async def test_a_theme_changes_colours_and_no_word(theme: str) -> None:
    engine, clock = FakeEngine(HandClock()), HandClock()
    shown = await screens(Cockpit(engine, clock=clock, theme=theme))
    assert shown == await screens(Cockpit(engine, clock=clock))


async def test_without_colour_every_word_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, clock = FakeEngine(HandClock()), HandClock()
    coloured = await screens(Cockpit(engine, clock=clock))
    monkeypatch.setenv("NO_COLOR", "1")
    app = Cockpit(engine, clock=clock)
    assert app.no_color
    assert await screens(app) == coloured


async def test_ascii_means_ascii() -> None:
    engine, clock = FakeEngine(HandClock()), HandClock()
    shown = await screens(Cockpit(engine, clock=clock, ascii_only=True))
    assert "PENDING 3" in "\n".join(shown)
    assert [row for row in shown if not row.isascii()] == []


async def test_in_ascii_a_scroll_bar_has_no_block_characters() -> None:
    clock = HandClock()
    app = Cockpit(FakeEngine(clock), clock=clock, ascii_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("question_mark")
        await pilot.pause()
        assert app.screen.query_one("#actions", RowList).show_vertical_scrollbar
        assert [row for row in rows(app) if not row.isascii()] == []
