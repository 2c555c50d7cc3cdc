"""Looking: other screens, help, palette, who and why, copying. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.analysis.half_done import half_done
from cockpit.present.harmless import harmless
from cockpit.present.schema_words import DRIFT_NEXT, change_lines, schema_words
from cockpit.tui.dialogs.action_list import ActionList
from cockpit.tui.dialogs.chooser import Chooser, Option
from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.editing import edit
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.local_time import zone_name
from cockpit.tui.present.sessions import identity_lines
from cockpit.tui.present.states import error_lines
from cockpit.tui.present.unfinished import failed_whole
from cockpit.tui.present.waiting import why_waiting
from cockpit.tui.screens.activity import ActivityScreen
from cockpit.tui.screens.history import HistoryScreen
from cockpit.tui.screens.locks import LocksScreen
from cockpit.tui.screens.page import Page
from cockpit.tui.screens.slides import SlidesScreen
from cockpit.tui.themes import NAMES
from cockpit.tui.widgets.drawn import Drawn

if TYPE_CHECKING:
    from cockpit.model.board import Board
    from cockpit.model.problem import Problem
    from cockpit.model.state import Standing
    from cockpit.tui.app import Cockpit


Lines = tuple[Line, ...] | Callable[[], tuple[Line, ...]]


class Showing:
    """Only `Cockpit.perform` calls the `do_` methods."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._desk = app.desk

    def do_view_board(self) -> None:
        """Back to the board."""
        self._app.clear_to_board()

    def do_view_history(self) -> None:
        """Runs of the past."""
        self._go(HistoryScreen)

    def do_view_activity(self) -> None:
        """Other sessions."""
        self._go(ActivityScreen)

    def _go(self, screen: type[Page]) -> None:
        if not isinstance(self._app.screen, screen):
            self._app.clear_to_board()
            self._app.push_screen(screen())

    def do_show_slides(self) -> None:
        """The plan for a room, from the step under the cursor on."""
        page = self._app.page
        if page.plan is not None:
            self._app.push_screen(SlidesScreen(page.plan))

    def do_sheet(self) -> None:
        """Write the sheet of the plan; reads the server once more, writes two files here."""
        from cockpit.tui.sheet import FORMS, write_sheets  # its pictures need the application

        plan, board = self._app.page.plan, self._desk.board
        if plan is None or board is None:
            return
        if self._app.state is None:
            self._app.say("There is no folder for sheets here.")
            return
        name = f"{board.standpoint.name}-{plan.id[:8]}".replace("/", "_")
        stem = self._app.state / "sheets" / name
        paths = tuple(stem.with_name(f"{name}{form}") for form in FORMS)
        self._app.say("Writing the sheet …")
        write = partial(write_sheets, self._desk.engine, board, plan, paths)

        def written(_: object) -> None:
            self._app.say("")
            self._read("the sheet is written; y copies where", tuple(map(line, map(str, paths))))

        self._app.bridge.ask("sheet", write, written, self._app.tell)

    def do_help(self) -> None:
        """What the pane with the focus shows, else the screen, and every action."""
        page = self._app.page
        title, text = f"help · {page.PAGE}", page.HELP_TEXT
        first: tuple[str, ...] = ()
        if pane := page.pane_help:
            title, text, first = f"{title} · {pane.name}", pane.text, pane.actions
        dialog = ActionList(self._app.situation(), title=title, text=text, first=first)
        self._app.push_screen(dialog, self._run)

    def do_more(self) -> None:
        """Every action by name."""
        self._app.push_screen(ActionList(self._app.situation(), title="all actions"), self._run)

    def _run(self, action: str | None) -> None:
        if action:
            self._app.perform(action)

    def do_show_waiting(self) -> None:
        """Who is in the way."""
        self._read(
            "why waiting", lambda: why_waiting(self._desk.run, self._desk.now), ("terminate",)
        )

    def do_show_lock(self) -> None:
        """Who holds a deployment lock."""
        if isinstance(self._app.screen, LocksScreen):
            self._app.looking.do_refresh()
        else:
            self._app.push_screen(LocksScreen())

    def do_show_identity(self) -> None:
        """Who answers."""
        self._read("who answers", identity_lines(self._desk.board))

    def do_show_problems(self) -> None:
        """What failed or is half done, and what is wrong in files, history and schema."""
        self._read("problems", problem_lines(self._desk.board), ("resume", "rollback"))

    def _read(self, title: str, lines: Lines, acts: tuple[str, ...] = ()) -> None:
        self._app.push_screen(Reading(title, lines, acts))

    def do_theme(self) -> None:
        """The next theme."""
        following = NAMES[(NAMES.index(self._app.theme) + 1) % len(NAMES)]
        self._app.theme = following
        self._app.say(f"Theme {following}.")

    def do_times(self) -> None:
        """Local times on the screen, or UTC again; what is copied or written stays UTC."""
        app, now = self._app, self._desk.now
        app.toggle_class("-local")
        for screen in app.screen_stack:
            for drawn in screen.query(Drawn):
                drawn.refresh()
        here = now.astimezone(app.zone)
        local = f"Local times, {zone_name(now, app.zone)}: {here:%H:%M}, in UTC {now:%H:%M}."
        app.say(f"{local} F3 goes back." if app.has_class("-local") else "Times are UTC again.")

    def do_edit(self) -> None:
        """The file in the editor; the engine goes on meanwhile."""
        standing, board = self._app.situation().selected, self._desk.board
        if board is None or standing is None or standing.migration is None:
            self._app.say("This ref has no file of it; y copies what was applied.")
            return
        if self._app.is_headless:
            self._app.say("There is no terminal for an editor.")
            return
        with self._app.suspend():
            words = edit(board, standing.migration, Path.cwd())
        self._app.say(words)
        self._app.looking.do_refresh()

    def do_copy(self) -> None:
        """What can be copied here; a menu when there is more than one."""
        choices = self._app.page.copies()
        if trouble := self._app.page.trouble:
            told = "\n".join(row.plain for row in error_lines(trouble))
            choices = (("the error", told), *choices)
        if not choices:
            self._app.say("Nothing to copy here.")
        elif len(choices) == 1:
            self._app.copy_text(*choices[0])
        else:
            options = [Option(name, name, _first_row(text)) for name, text in choices]
            texts = dict(choices)

            def chosen(name: str | None) -> None:
                if name:
                    self._app.copy_text(name, texts[name])

            self._app.push_screen(Chooser("copy", options), chosen)


def problem_lines(board: Board | None) -> tuple[Line, ...]:
    """What is half done, then every problem, with its place and what to do."""
    rows: list[Line] = []
    for standing in half_done(board) if board else ():
        rows += _half_done(standing)
    for problem in board.problems if board else ():
        rows += _problem(problem)
    if board and board.schema_drift:
        rows.append(line(("!", "drifted"), f" the schema: {schema_words(board)}", hang=2))
        rows += [line(f"  {row}", hang=6) for c in board.schema_drift for row in change_lines(c)]
        rows += [
            line(("  next  ", "muted"), (how, "key"), f" {what}", hang=8)
            for how, what in DRIFT_NEXT
        ]
        rows.append(line())
    if not rows:
        return (line("No problem in the files, the history or the schema."),)
    return tuple(rows[:-1])


def _half_done(standing: Standing) -> list[Line]:
    again = "tries it again" if failed_whole(standing) else "finishes it"
    words = f"{standing.version} {standing.name} is {standing.state}"
    back = " · U rolls back what is kept" if standing.anything_in_force else ""
    return [
        line((harmless(words), "high"), hang=2),
        line(f"  {harmless(standing.why)}", hang=2),
        line(("  next  ", "muted"), f"R {again}, after a question{back}", hang=8),
        line(),
    ]


def _problem(problem: Problem) -> list[Line]:
    role = "high" if problem.blocks_writing else "medium"
    rows = [line((harmless(problem.what), role), hang=2)]
    if problem.place:
        rows.append(line(("  at    ", "muted"), harmless(problem.place), hang=8))
    if problem.next_step:
        rows.append(line(("  next  ", "muted"), harmless(problem.next_step), hang=8))
    if problem.blocks_writing:
        rows.append(line(("  it stops every plan that needs it", "muted")))
    return [*rows, line()]


def _first_row(text: str) -> str:
    first = harmless(text.strip().split("\n")[0])
    return first if len(first) < 70 else f"{first[:69]}…"
