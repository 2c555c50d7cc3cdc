"""The one list of all screens: its cursor stays on what it stood on."""

from textual.app import App, ComposeResult

from cockpit.tui.present.item import Item
from cockpit.tui.present.line import line
from cockpit.tui.themes import DEFAULT, THEMES
from cockpit.tui.widgets.row_list import RowList


class Lists(App[None]):
    """One list and nothing else."""

    def compose(self) -> ComposeResult:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DEFAULT
        yield RowList(id="rows")

    @property
    def rows(self) -> RowList:
        return self.query_one("#rows", RowList)


def items(*keys: str) -> tuple[Item, ...]:
    """Rows; a key that starts with `-` is a rule."""
    return tuple(Item(None if k.startswith("-") else k, (line(k),)) for k in keys)


async def test_the_cursor_stays_on_its_key_when_rows_come_and_go() -> None:
    async with (app := Lists()).run_test():
        app.rows.show(items("a", "b", "c"))
        app.rows.select("b")
        app.rows.show(items("new", "a", "b"))
        assert app.rows.selected == "b"


async def test_the_cursor_stays_on_its_place_when_its_key_is_gone() -> None:
    async with (app := Lists()).run_test():
        app.rows.show(items("a", "b", "c"))
        app.rows.select("b")
        app.rows.show(items("a", "c"))
        assert app.rows.selected == "c"


async def test_a_list_may_shrink_to_words() -> None:
    async with (app := Lists()).run_test():
        app.rows.show(items("a", "b", "c"))
        app.rows.move_to_end(last=True)
        app.rows.show(items("-nothing"))
        assert app.rows.selected is None
        app.rows.move(1)
        app.rows.show(())
        assert app.rows.selected is None


async def test_rules_are_stepped_over() -> None:
    async with (app := Lists()).run_test():
        app.rows.show(items("-top", "a", "-rule", "b", "-end"))
        assert app.rows.selected == "a"
        app.rows.move(1)
        assert app.rows.selected == "b"
        app.rows.move(1)
        assert app.rows.selected == "b"
        app.rows.move_to_end(last=False)
        assert app.rows.selected == "a"


async def test_five_thousand_rows_keep_the_cursor_in_sight() -> None:
    async with (app := Lists()).run_test(size=(40, 10)) as pilot:
        app.rows.show(items(*(str(n) for n in range(5000))))
        app.rows.move_to_end(last=True)
        await pilot.pause()
        assert app.rows.selected == "4999"
        assert app.rows.scroll_offset.y == 4990
