"""What do I paste in the incident?"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from cockpit.tui.present.line import Span, line
from cockpit.tui.screens.page import Page
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.text_pane import TextPane


class ReportScreen(Page):
    """Finished text; `y` copies it."""

    PAGE = "report"
    LOOKS: ClassVar = ("copy", "back", "move.page_down", "help", "more")
    FIRST = "#report"
    HELP_TEXT = "The finished text of the last run. **y** copies it, also over ssh."

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def panes(self) -> ComposeResult:
        """The text."""
        yield Heading(id="report-title")
        yield TextPane(id="report")

    def draw_panes(self) -> None:
        """The text as it will be pasted."""
        self.query_one("#report-title", Heading).show(
            line(("report", "title")), line(("y copies", "muted"), *self._next_keys())
        )
        self.query_one("#report", TextPane).show(
            line(row, hang=11) for row in self._text.split("\n")
        )

    def _next_keys(self) -> tuple[Span, ...]:
        if not self.cockpit.desk.stopped:
            return ()
        return (" · ", ""), ("R", "acts"), (" goes on · ", ""), ("U", "acts"), (" rolls back", "")

    def copies(self) -> tuple[tuple[str, str], ...]:
        """The text."""
        return (("the report", self._text),)
