"""Who keeps everybody else from deploying, whichever tool they use?"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from cockpit.model.locks import LockHolder
from cockpit.present.durations import plural
from cockpit.tui.present.item import Item
from cockpit.tui.present.line import line
from cockpit.tui.present.lock_words import lock_facts, lock_header, lock_items
from cockpit.tui.present.pane_help import PaneHelp
from cockpit.tui.present.states import loading, nothing_chosen
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.drawn import Drawn
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane


class LocksScreen(Page):
    """Every known tool's deployment lock that is held in this database."""

    PAGE = "locks"
    LOOKS: ClassVar = ("back", "refresh", "copy", "view.activity", "help", "more")
    ACTS: ClassVar = ("arm", "lock")
    FIRST = "#locks"
    LIST_PARTS = ("#locks-header", "#locks")
    TEXT_PARTS = ("#lock-title", "#lock")
    TEXT = "#lock"
    HELP_TEXT = (
        "Each row is a **deployment lock** that is held now: the cockpit's own, or that of another "
        "migration tool, told by the key or the table it uses. *is it alive* reads the state of "
        "the holding session: one that has been idle for long behind a pooler is probably "
        "stranded, and a row in a table outlives its session.\n\n"
        "The server does not write down when an advisory lock was taken, so *connected* is the age "
        "of the session."
    )
    PANES: ClassVar = {
        "lock": PaneHelp(
            "lock",
            "The lock under the cursor: which key or row it is, who has it and from where, and "
            "whether that session still lives. The cockpit takes no lock away from anybody.",
            ("copy", "view.activity"),
        ),
    }

    def panes(self) -> ComposeResult:
        """Locks above; everything about the one under the cursor below."""
        yield Heading(id="locks-title")
        yield Drawn(id="locks-header")
        yield RowList(id="locks")
        yield Heading(id="lock-title")
        yield TextPane(id="lock")

    def draw_panes(self) -> None:
        """What the last look found; looks go on meanwhile."""
        desk = self.cockpit.desk
        board = desk.board
        rows = self.query_one("#locks", RowList)
        known = board is not None and board.identity is not None
        number = f"  {plural(len(board.holders), 'lock')} held" if board and known else ""
        title = line(("deployment locks", "title"), (number, "muted"))
        self.query_one("#locks-title", Heading).show(title, line(("times are UTC", "muted")))
        self.query_one("#locks-header", Drawn).draw([lock_header(rows.inner_width)])
        if board is None:
            rows.show([Item(None, loading("the locks", desk.looking_for))])
        else:
            rows.show(lock_items(board, desk.now, rows.inner_width))
        self._draw_lock()

    @property
    def found(self) -> LockHolder | None:
        """The lock under the cursor."""
        board, key = self.cockpit.desk.board, self.query_one("#locks", RowList).selected
        if board is None or key is None or int(key) >= len(board.holders):
            return None
        return board.holders[int(key)]

    def _draw_lock(self) -> None:
        found = self.found
        title = f"lock of {found.key.tool}" if found else "lock"
        self.query_one("#lock-title", Heading).show(line((title, "title")))
        self.query_one("#lock", TextPane).show(
            lock_facts(found) if found else nothing_chosen("lock")
        )

    @on(RowList.Moved)
    def _moved(self) -> None:
        self._draw_lock()

    def copies(self) -> tuple[tuple[str, str], ...]:
        """The facts of the lock under the cursor."""
        return (("the facts of this lock", self.query_one("#lock", TextPane).plain),)
