"""Text that is read back from a picture is what stood on the screen."""

from textual.app import App, ComposeResult
from textual.widgets import Static

from cockpit.demo.picture import rows, self_contained


class Screen(App[None]):
    """Two rows, with spaces before, between and after."""

    CSS = "Static { height: 1; }"

    def compose(self) -> ComposeResult:
        """Markup makes several texts of the first row."""
        yield Static("  +0044 [b]backfill[/b]  <low> & more  ")
        yield Static("")
        yield Static("└──┘ …")


async def test_rows_keep_every_column() -> None:
    app = Screen()
    async with app.run_test(size=(40, 4)):
        svg = self_contained(app.export_screenshot())
    assert rows(svg)[:3] == ["  +0044 backfill  <low> & more", "", "└──┘ …"]


async def test_a_picture_fetches_nothing_and_keeps_its_spaces() -> None:
    app = Screen()
    async with app.run_test(size=(40, 4)):
        svg = self_contained(app.export_screenshot())
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "").replace(
        "https://www.textualize.io", ""
    )
    assert svg.startswith('<svg xml:space="preserve" ')
