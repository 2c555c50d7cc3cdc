"""Text to read; every key that leaves is harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cockpit.tui.dialogs.dialog import Dialog, hint
from cockpit.tui.dialogs.hint_row import HintRow
from cockpit.tui.keymap import named_action
from cockpit.tui.present.line import Line
from cockpit.tui.widgets.text_pane import TextPane


class Reading(Dialog[None]):
    """A title and lines that scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q,enter", "leave", show=False),
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("y", "copy", show=False),
    ]

    def __init__(
        self,
        title: str,
        lines: Iterable[Line] | Callable[[], Iterable[Line]],
        acts: tuple[str, ...] = (),
    ) -> None:
        """`lines` that are a function are read again while the text is open: its clocks run.

        `acts` are actions the text speaks of: their keys close it and perform them.
        """
        super().__init__()
        self._title = title
        self._acts = acts
        self._read = lines if callable(lines) else None
        self._lines = () if callable(lines) else tuple(lines)

    def heading(self, label: str) -> str:
        """What is read."""
        return self._title

    def content(self) -> ComposeResult:
        """The text and the keys."""
        yield TextPane(id="reading")
        yield HintRow()

    def on_mount(self) -> None:
        """Show it."""
        super().on_mount()
        self.draw_all()
        keys = (*hint("esc", "close"), ("   ", ""), *hint("y", "copy"))
        self.query_one(HintRow).show(*keys)
        self.query_one("#reading").focus()
        self.on_resize()

    def draw_all(self) -> None:
        """The top line, and the text as it is now."""
        super().draw_all()
        if not self.drawable:
            return
        if self._read is not None:
            self._lines = tuple(self._read())
        self.query_one("#reading", TextPane).show(self._lines)

    def on_resize(self) -> None:
        """The keys stay in sight."""
        self.query_one("#reading").styles.max_height = max(2, self.app.size.height - 5)

    def on_key(self, event: events.Key) -> None:
        """An action that the text names goes through the one gate, with the text closed."""
        if action := named_action(event.key, self._acts, self.cockpit.keys):
            event.stop()
            self.dismiss()
            self.app.call_later(self.cockpit.perform, action)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss()

    def action_move(self, step: int) -> None:
        """Scroll by rows."""
        self.query_one("#reading", TextPane).move(step)

    def action_page(self, step: int) -> None:
        """Scroll by pages."""
        self.query_one("#reading", TextPane).move_page(step)

    def action_copy(self) -> None:
        """Copy the text."""
        self.cockpit.copy_text(self._title, "\n".join(row.plain for row in self._lines))
