"""All actions by name: the palette, and the help of a screen. Each line can be run."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cockpit.tui.actions import ACTIONS, Action
from cockpit.tui.dialogs.dialog import Dialog, hint
from cockpit.tui.dialogs.hint_row import HintRow
from cockpit.tui.keymap import key_of
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.prose import prose
from cockpit.tui.situation import Situation
from cockpit.tui.widgets.row_list import RowList

_GROUPS = ("act", "look", "go", "move")
"""In this order: what is looked for most often comes first."""


class ActionList(Dialog[str | None]):
    """Answers the id of an action; the gate decides what becomes of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(
        self, now: Situation, *, title: str, text: str = "", first: tuple[str, ...] = ()
    ) -> None:
        """`text` stands above the actions until something is typed; `first` are the actions it is
        about.
        """
        super().__init__()
        self._now, self._title, self._text, self._first = now, title, text, first

    def heading(self, label: str) -> str:
        """Help or palette."""
        return self._title

    def content(self) -> ComposeResult:
        """A filter, the actions, the keys."""
        yield Input(placeholder="type to search", compact=True, id="search")
        yield RowList(id="actions")
        yield HintRow()

    def on_mount(self) -> None:
        """Everything, before anything is typed."""
        super().on_mount()
        self.query_one("#actions").can_focus = False
        keys = (*hint("enter", "run it"), ("   ", ""), *hint("esc", "close"))
        words = ("   capitals ask first", "muted")
        self.query_one(HintRow).show(*keys, words)
        self._show("")
        self.query_one("#search").focus()

    def on_resize(self) -> None:
        """Wrap again."""
        if self.drawable:
            self._show(self.query_one("#search", Input).value)

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self._show(event.value)

    @on(Input.Submitted)
    def _chosen(self) -> None:
        if key := self.query_one("#actions", RowList).selected:
            self.dismiss(key)

    @on(RowList.Opened)
    def _clicked(self, event: RowList.Opened) -> None:
        self.dismiss(event.key)

    def _show(self, typed: str) -> None:
        rows = self.query_one("#actions", RowList)
        words = typed.lower().split()
        found = [a for a in ACTIONS if all(word in _searched(a) for word in words)]
        found.sort(key=self._place)
        keys, width = self.cockpit.keys, max(20, rows.inner_width)
        items = [
            Item(a.id, _rows(a, key_of(a, keys), a.refused(self._now), width)) for a in found
        ]  # fmt: skip
        text = () if words else tuple(r for row in prose(self._text) for r in row.wrapped(width))
        told = [Item(None, text)] if self._text and text else []
        rows.show([*told, *items] or [Item(None, (line((" no action is called that", "muted")),))])
        rows.move_to_end(last=False)

    def _place(self, action: Action) -> tuple[int, bool, int]:
        """What the help is about, then what works on this screen, acts before looks."""
        first = self._first.index(action.id) if action.id in self._first else len(self._first)
        elsewhere = bool(action.screens) and self._now.screen not in action.screens
        return first, elsewhere, _GROUPS.index(action.group)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_move(self, step: int) -> None:
        """The next or the previous action; above the first one is the rest of the text."""
        rows = self.query_one("#actions", RowList)
        if step < 0 and rows.selected in rows.keys[:1]:
            rows.scroll_relative(y=step, animate=False)
        else:
            rows.move(step)

    def action_page(self, step: int) -> None:
        """A page of actions."""
        self.query_one("#actions", RowList).move_page(step)


def _searched(action: Action) -> str:
    return f"{action.id} {action.title} {action.help} {action.group}".lower()


def _rows(action: Action, key: str, refusal: str, width: int) -> tuple[Line, ...]:
    """Key, name, sentence; a dimmed action carries its reason as well."""
    look = "off" if refusal else "acts" if action.acts else "key"
    first = line(
        (f" {key:<10}", look),
        (f"{action.title:<14}", "off" if refusal else "strong"),
        (action.help, "off" if refusal else ""),
        hang=25,
    )
    if not refusal:
        return first.wrapped(width)
    why = line((" " * 25, ""), (f"not now: {refusal}", "off"), hang=25)
    return (*first.wrapped(width), *why.wrapped(width))
