"""The frame of every dialog: the top line stays, `esc` leaves, nothing below can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from cockpit.tui.dialogs.hint_row import HintRow
from cockpit.tui.present.line import line
from cockpit.tui.present.top_line import environment
from cockpit.tui.widgets.drawn import ascii_words
from cockpit.tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

Result = TypeVar("Result")


class Dialog(ModalScreen[Result], Generic[Result], inherit_bindings=False):
    """A box over the screen below, in the colour of the environment where it matters."""

    def __init__(self) -> None:
        super().__init__()
        self._composed = False

    @property
    def drawable(self) -> bool:
        """Its widgets are there: not before it is composed, not while it is taken away."""
        return self._composed and self.is_attached and bool(self.query(TopLine))

    @property
    def cockpit(self) -> Cockpit:
        """The application."""
        return cast("Cockpit", self.app)

    def compose(self) -> ComposeResult:
        """Top line and box."""
        yield TopLine()
        with Vertical(id="box"):
            yield from self.content()

    def content(self) -> ComposeResult:
        """What is in the box."""
        yield from ()

    def on_mount(self) -> None:
        """Mark the box where the target is protected."""
        self._composed = True
        board = self.cockpit.desk.board
        label, _ = environment(board)
        protected = board is None or board.standpoint.protected
        box = self.query_one("#box")
        box.set_class(protected, "-protected")
        title = self.heading(label)
        box.border_title = ascii_words(title) if self.app.has_class("-ascii") else title
        self.draw_all()

    @on(HintRow.Clicked)
    def _hint_clicked(self, event: HintRow.Clicked) -> None:
        """The same as the key; a question has no such row, as nothing confirms it but `Y`."""
        # A key sent from here would bubble no further than here, and bindings are above.
        self.app.call_later(self.app.simulate_key, event.key)

    def heading(self, label: str) -> str:
        """The words in the border."""
        return label

    def draw_all(self) -> None:
        """Keep the clocks of the top line going."""
        if self.drawable:
            self.query_one(TopLine).show(self.cockpit.desk.where())


def hint(key: str, words: str, *, act: bool = False) -> tuple[tuple[str, str], ...]:
    """One key and what it does."""
    return ((key, "acts" if act else "key"), (f" {words}", ""))


LEAVE = line(*hint("esc", "leave, nothing is changed"))
