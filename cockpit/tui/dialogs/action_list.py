"""All actions by name: the palette, and the help of a screen. Each line can be run."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Markdown

from cockpit.tui.actions import ACTIONS, Action
from cockpit.tui.dialogs.dialog import Dialog, hint
from cockpit.tui.keymap import key_of
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import Line, line
from cockpit.tui.situation import Situation
from cockpit.tui.widgets.drawn import Drawn
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

    def __init__(self, now: Situation, *, title: str, text: str = "") -> None:
        super().__init__()
        self._now, self._title, self._text = now, title, text

    def heading(self, label: str) -> str:
        """Help or palette."""
        return self._title

    def content(self) -> ComposeResult:
        """Help text, a filter, the actions, the keys."""
        if self._text:
            yield Markdown(self._text, id="help-text")
        yield Input(placeholder="type to search", compact=True, id="search")
        yield RowList(id="actions")
        yield Drawn(id="hints")

    def on_mount(self) -> None:
        """Everything, before anything is typed."""
        super().on_mount()
        self.query_one("#actions").can_focus = False
        keys = (*hint("enter", "run it"), ("   ", ""), *hint("esc", "close"))
        words = ("   capital letters act, after a question", "muted")
        self.query_one("#hints", Drawn).draw([line(*keys, words)])
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
        found.sort(key=lambda action: (self._elsewhere(action), _GROUPS.index(action.group)))
        keys, width = self.cockpit.keys, max(20, rows.inner_width)
        items = [
            Item(a.id, _rows(a, key_of(a, keys), a.refused(self._now), width)) for a in found
        ]  # fmt: skip
        rows.show(items or [Item(None, (line((" no action is called that", "muted")),))])
        rows.move_to_end(last=False)

    def _elsewhere(self, action: Action) -> bool:
        return bool(action.screens) and self._now.screen not in action.screens

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_move(self, step: int) -> None:
        """The next or the previous action."""
        self.query_one("#actions", RowList).move(step)

    def action_page(self, step: int) -> None:
        """A page of actions."""
        self.query_one("#actions", RowList).move_page(step)


def _searched(action: Action) -> str:
    return f"{action.id} {action.title} {action.help} {action.group}".lower()


def _rows(action: Action, key: str, refusal: str, width: int) -> tuple[Line, ...]:
    """Key, name, sentence; a dimmed action carries its reason instead."""
    look = "off" if refusal else "acts" if action.acts else "key"
    first = line(
        (f" {key:<10}", look),
        (f"{action.title:<14}", "off" if refusal else "strong"),
        (refusal or action.help, "off" if refusal else ""),
        hang=25,
    )
    return first.wrapped(width)
