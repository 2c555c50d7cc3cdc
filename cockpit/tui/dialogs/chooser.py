"""One of several ways on, each with its consequence. Choosing changes nothing by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cockpit.tui.dialogs.dialog import Dialog, hint
from cockpit.tui.dialogs.hint_row import HintRow
from cockpit.tui.keymap import named_action
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, line
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane

_WIDEST = 100
_FRAME = 6
"""Rows around the options: top line, border, hints."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way on."""

    key: str
    title: str
    consequence: str = ""
    refusal: str = ""
    """Why it is not possible; empty when it is."""


class Chooser(Dialog[str | None]):
    """Starts on the first, which is the safest; answers the option's key, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q", "leave", show=False),
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    def __init__(
        self,
        title: str,
        options: Iterable[Option],
        *,
        words: Iterable[Line] = (),
        leave: str = "leave",
        acts: tuple[str, ...] = (),
    ) -> None:
        """`acts`: actions that the text names; their keys count here, with the box closed."""
        super().__init__()
        self._acts = acts
        self._title, self._words, self._leave = title, tuple(words), leave
        self._options = tuple(options)

    def heading(self, label: str) -> str:
        """Where, and what is chosen."""
        return f"{label} · {self._title}"

    def content(self) -> ComposeResult:
        """Words, options, keys."""
        yield TextPane(id="words", focusable=False)
        yield RowList(id="options")
        yield HintRow()

    def on_mount(self) -> None:
        """Show the options."""
        super().on_mount()
        words = self.query_one("#words", TextPane)
        words.display = bool(self._words)
        words.show((*self._words, line()))
        keys = (*hint("enter", "choose"), ("   ", ""), *hint("esc", self._leave))
        self.query_one(HintRow).show(*keys)
        self._show()
        self.query_one("#options").focus()

    def on_resize(self) -> None:
        """Wrap again."""
        self._show()

    def update(self, key: str, *, consequence: str = "", refusal: str = "") -> None:
        """What became known about one option."""
        self._options = tuple(
            replace(option, consequence=consequence, refusal=refusal)
            if option.key == key
            else option
            for option in self._options
        )
        if self.drawable:
            self._show()

    def _show(self) -> None:
        rows = self.query_one("#options", RowList)
        words = len(self.query_one("#words", TextPane).rows) if self._words else 0
        rows.styles.max_height = max(2, self.app.size.height - min(words, 9) - _FRAME)
        width = max(20, min(_WIDEST, self.app.size.width) - 5)
        rows.show([Item(option.key, _rows(option, width)) for option in self._options])

    @on(RowList.Opened)
    def action_choose(self) -> None:
        """Answer with the option under the cursor, if it is possible."""
        key = self.query_one("#options", RowList).selected
        option = next((option for option in self._options if option.key == key), None)
        if option is None or option.refusal:
            return
        self.dismiss(option.key)

    def on_key(self, event: events.Key) -> None:
        """An action that the text names goes through the one gate."""
        if action := named_action(event.key, self._acts, self.cockpit.keys):
            event.stop()
            self.dismiss(None)
            self.app.call_later(self.cockpit.perform, action)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def action_move(self, step: int) -> None:
        """The next or the previous option."""
        self.query_one("#options", RowList).move(step)


def _rows(option: Option, width: int) -> tuple[Line, ...]:
    """The title and what follows from it."""
    title = line((f" {option.title}", "off" if option.refusal else "strong"))
    look = "off" if option.refusal else "muted"
    words, loses, what = (option.refusal or option.consequence).partition("; loses ")
    if not words:
        return (title,)
    loss = (loses[2:] + what, "muted" if what == "nothing" else "high")
    words += loses[:2]  # a row may end behind the semicolon, not before it
    return (title, *line(("   ", ""), (words, look), loss, hang=3).wrapped(width))
