"""What is running, who is in the way, what is next?"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult

from cockpit.analysis.consequences import stretch, stretch_lines
from cockpit.model.activity import SessionFacts
from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.pane_help import PaneHelp
from cockpit.tui.present.plan_words import five_rows, plan_script
from cockpit.tui.present.report import report
from cockpit.tui.present.run_view import RunView, Stage
from cockpit.tui.present.run_words import StepRows, log_lines, now_lines, run_title, stop_word
from cockpit.tui.screens.page import Page
from cockpit.tui.screens.report import ReportScreen
from cockpit.tui.situation import cannot_end
from cockpit.tui.widgets.drawn import Drawn
from cockpit.tui.widgets.heading import Heading
from cockpit.tui.widgets.row_list import RowList
from cockpit.tui.widgets.text_pane import TextPane


class RunScreen(Page):
    """Steps above, now in the middle, the log below. `esc` goes to the board and stops nothing."""

    PAGE = "run"
    LOOKS: ClassVar[tuple[str, ...]] = (
        "show.waiting", "show.next", "copy", "help", "more", "back",
    )  # fmt: skip
    ACTS: ClassVar[tuple[str, ...]] = ("cancel", "hold", "continue")
    FIRST = "#run-steps"
    HELP_TEXT = (
        "A run executes one plan. Before each phase it waits for **C**, unless the target is "
        "local. **H** stops after the current step, **X** asks the server to cancel the current "
        "statement. `esc` goes to the board and stops nothing; `5` comes back.\n\n"
        "*WAITING FOR LOCK*: another session holds a lock this step needs. Each try is short, so "
        "that others do not queue behind it."
    )
    PANES: ClassVar = {
        "now": PaneHelp(
            "now",
            "The statement that runs, what it waits for and who is in the way. A percentage is "
            "shown only where PostgreSQL reports a total. *behind us* counts the sessions that "
            "wait because this one does.",
            ("show.waiting", "cancel", "hold", "terminate"),
        ),
        "log": PaneHelp(
            "log",
            "Everything that was said, in the order it happened. It follows the end until it is "
            "scrolled up, and counts then what is new below.",
            ("zoom", "copy", "times"),
        ),
    }

    def __init__(self) -> None:
        super().__init__()
        self._rows = StepRows()
        self._led: str | None = None
        """Where the cursor was put by the run, not by the reader."""

    @property
    def view(self) -> RunView | None:
        """The run in progress, or the last one."""
        return self.cockpit.desk.run

    @property
    def moment(self) -> datetime:
        """Up to when its clocks run."""
        return self.cockpit.desk.now

    @property
    def session(self) -> SessionFacts | None:
        """The one in the way: of several the oldest that this role may end."""
        there = self.in_the_way
        return next((s for s in there if not cannot_end(s)), there[0] if there else None)

    @property
    def in_the_way(self) -> tuple[SessionFacts, ...]:
        """As the screen lists them, also between two tries."""
        return self.view.in_the_way if self.view else ()

    def panes(self) -> ComposeResult:
        """Title, steps, now, log."""
        yield Drawn(id="run-title")
        yield Heading(id="run-rule")
        yield RowList(id="run-steps")
        yield Heading(id="now-title")
        yield TextPane(id="now")
        yield Heading(id="log-title")
        yield TextPane(id="log")

    def on_mount(self) -> None:
        """Draw, and again each second: clocks run on this screen."""
        super().on_mount()
        self.query_one("#run-rule", Heading).show(line())

    def draw_panes(self) -> None:
        """The run as it stands."""
        view, now = self.view, self.moment
        if view is None:
            self.query_one("#now", TextPane).show((line(("no run yet", "muted")),))
            return
        self.query_one("#run-title", Drawn).draw([run_title(view, now)])
        steps = self.query_one("#run-steps", RowList)
        steps.show(self._rows.items(view, now))
        self._follow(view, steps)
        self.query_one("#now-title", Heading).show(line((self._now_word(view), "title")))
        self.query_one("#now", TextPane).show(now_lines(view, now))
        self._draw_log(view)

    def _follow(self, view: RunView, steps: RowList) -> None:
        """Keep the step at work in sight, unless the reader has gone elsewhere in the list."""
        if self._led is not None and steps.selected != self._led and view.outcome is None:
            return
        at = view.current
        if at is None:
            waiting = (Stage.NEXT, Stage.LATER)
            at = next((i for i, s in enumerate(view.steps) if s.stage in waiting), None)
        if at is not None:
            self._led = str(at)
            steps.select(self._led)

    def _now_word(self, view: RunView) -> str:
        if view.outcome:
            return "how it ended"
        return "next" if view.ready else "now"

    def _draw_log(self, view: RunView) -> None:
        """Follow the end, unless the reader scrolled up; then say how much is below."""
        new = self.query_one("#log", TextPane).follow(log_lines(view))
        right = line((f"{new} new below", "key")) if new else line(("times are UTC", "muted"))
        self.query_one("#log-title", Heading).show(line(("log", "title")), right)

    def hinted(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A run that is over has nothing to wait for, to stop or to continue."""
        if self.view is not None and self.view.ready:
            looks = tuple(name for name in self.LOOKS if name != "show.waiting")
            return looks, ("hold", "continue")
        if self.view is None or self.view.outcome is None:
            return self.LOOKS, self.ACTS
        over = tuple(name for name in self.LOOKS if name not in ("show.waiting", "show.next"))
        return over, ("resume", "rollback") if self.cockpit.desk.stopped else ()

    def standing_notice(self) -> Line:
        """The next key, in words."""
        view = self.view
        if view is None:
            return line()
        if view.outcome and view.failure:
            return line(
                (f"{stop_word(view)}  ", "failed"), ("R", "acts"), " retry · ", ("U", "acts"),
                " roll back · ", ("enter", "key"), " all ways · ", ("y", "key"), " report",
            )  # fmt: skip
        if view.outcome and self.cockpit.desk.stopped:
            return line(
                ("stopped  ", "drifted"), ("R", "acts"), " goes on · ", ("U", "acts"),
                " roll back · ", ("enter", "key"), " report",
            )  # fmt: skip
        if view.outcome:
            return line(
                ("the run is over", "good"), ("  enter report · esc board · y copy", "muted")
            )
        if view.ready:
            does = "asks, then runs it" if view.ready.index in view.stops else "runs on"
            return line(("waiting for you", "acts"), (f"  C {does}, H ends the run", "muted"))
        return line()

    def do_open(self) -> None:
        """After a failure: what can be done about it; after any other end: the report."""
        view = self.view
        if view is None or view.outcome is None:
            return
        if view.failure:
            self.cockpit.running.failure_menu()
        else:
            self.app.push_screen(ReportScreen(report(view, self.cockpit.desk.board)))

    def do_show_next(self) -> None:
        """What `C` would run, in five lines."""
        view = self.view
        if view is None or view.ready is None:
            self.cockpit.say("C would run nothing now.")
            return
        phases = stretch(view.plan, view.ready.index)
        rows = five_rows(stretch_lines(view.plan, phases))
        self.app.push_screen(Reading("what C would run", rows))

    def copies(self) -> tuple[tuple[str, str], ...]:
        """The report, the plan."""
        view = self.view
        if view is None:
            return ()
        return (
            ("the report", report(view, self.cockpit.desk.board)),
            ("the plan as psql script", plan_script(view.plan)),
        )
