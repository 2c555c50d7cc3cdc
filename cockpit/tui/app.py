"""The application: one gate for every action, one owner of state, a clean end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any, ClassVar

from rich.segment import Segments
from rich.traceback import Traceback
from textual import events, on
from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.widgets import Input

from cockpit.deploy.engine import Engine
from cockpit.errors import CockpitError
from cockpit.model.event import PhaseReady, RunFinished
from cockpit.tui.actions import BY_ID
from cockpit.tui.attention import Attention
from cockpit.tui.bridge import Answered, Bridge, EngineSaid
from cockpit.tui.clock import Clock, SystemClock
from cockpit.tui.copying import copy
from cockpit.tui.deploying import Deploying
from cockpit.tui.desk import Desk
from cockpit.tui.dialogs.dialog import Dialog
from cockpit.tui.dialogs.question import Consent, Question
from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.drawing import Drawing
from cockpit.tui.fleet import Fleet
from cockpit.tui.hints import Hints
from cockpit.tui.holding import Holding
from cockpit.tui.improving import Improving
from cockpit.tui.keymap import bindings, checked
from cockpit.tui.looking import Looking
from cockpit.tui.one_by_one import OneByOne
from cockpit.tui.present.states import error_lines
from cockpit.tui.running import Running
from cockpit.tui.screens.board import BoardScreen
from cockpit.tui.screens.page import Page
from cockpit.tui.screens.targets import TargetsScreen
from cockpit.tui.settling import Settling
from cockpit.tui.showing import Showing
from cockpit.tui.situation import Situation
from cockpit.tui.targeting import Targeting
from cockpit.tui.terminal import surviving
from cockpit.tui.themes import DEFAULT, THEMES
from cockpit.tui.widgets.key_bar import KeyBar


class Cockpit(App[int], inherit_bindings=False):
    """Screens over one engine."""

    CSS_PATH = "cockpit.tcss"
    TITLE = "cockpit"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it without ClassVar
        (0, "-w-tiny"), (60, "-w-narrow"), (80, "-w-normal"), (100, "-w-wide"), (140, "-w-huge"),
    ]  # fmt: skip
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - the same
        (0, "-h-tiny"),
        (16, "-h-short"),
        (20, "-h-normal"),
        (30, "-h-tall"),
    ]

    def __init__(
        self,
        engine: Engine | None,
        *,
        fleet: Fleet | None = None,
        name: str | None = None,
        close: Callable[[], None] | None = None,
        theme: str = DEFAULT,
        keys: dict[str, str] | None = None,
        walkthrough: bool = False,
        ascii_only: bool = False,
        clock: Clock | None = None,
        state: Path | None = None,
        environment: Mapping[str, str] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        """Without an `engine` the targets of the `fleet` are shown first.

        `name` is the configured name of what `engine` looks at; `close` ends it. `environment`
        are the process's variables; `zone` is what local times are in, this machine's when None.
        """
        super().__init__()
        self.clock: Clock = clock or SystemClock()
        self.keys = checked(keys or {})
        self.state = state
        self.fleet = fleet
        self.desk = Desk(engine, self.clock, walkthrough=walkthrough, name=name, state=state)
        self.bridge = Bridge(self)
        self._keyboard = OneByOne(self, super().on_event, self._act_at_once)
        self.looking = Looking(self)
        self.deploying = Deploying(self)
        self.running = Running(self)
        self.drawing = Drawing(self)
        self.attention = Attention(self)
        self.settling = Settling(self)
        self.improving = Improving(self)
        self.holding = Holding(self)
        self.showing = Showing(self)
        self.targets = Targeting(self, close)
        self.hints = Hints(self, state, environment or {})
        self.zone: tzinfo | None = zone
        self.notice = ""
        self._said_on: Page | None = None
        self.leaving = False
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.set_class(ascii_only, "-ascii")
        self.set_keymap(self.keys)

    def get_driver_class(self) -> type[Driver]:
        """The platform's, on a terminal that may go away."""
        return surviving(super().get_driver_class())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The dark theme's, for themes that do not say."""
        return THEMES[0].variables

    # ---- start and end

    def on_mount(self) -> None:
        """Open the board, look at once, then every two seconds."""
        self.push_screen(BoardScreen())
        if not self.desk.opened:
            self.push_screen(TargetsScreen())
        self.attention.keep()
        self.looking.start()
        if not self.is_headless:
            for number in (signal.SIGHUP, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self.hang_up)

    def on_unmount(self) -> None:
        """The screens are gone; the process may have more to do."""
        self.looking.long_lived.end()

    def leave(self) -> None:
        """End; what is held is given back by the engine's `close`."""
        self.leaving = True
        self.attention.give_back()
        self.exit(0)

    def hang_up(self) -> None:
        """The terminal is gone or somebody asks us to end: no further step, then leave."""
        if self.desk.running:
            self.running.hold_and_leave()
        else:
            self.leave()

    def _fatal_error(self) -> None:
        """A crash prints where, never the values: one of them could be a password."""
        self.bell()
        traceback = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(
            Segments(self.console.render(traceback, self.console.options))
        )
        self._close_messages_no_wait()

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes one after the other; a key that comes back from a widget is through."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._keyboard.take(event)
        else:
            await super().on_event(event)

    async def _act_at_once(self, event: events.Key) -> bool:
        """Only text boxes, dialogs and a zoomed pane look at keys before the table of actions."""
        on_page = isinstance(self.screen, Page) and not self.screen.maximized
        if not on_page or isinstance(self.focused, Input):
            return False
        self.app_focus = True
        if not await self._check_bindings(event.key, priority=True):
            await self._check_bindings(event.key)
        return True

    # ---- the gate

    def perform(self, action_id: str) -> bool:
        """Do one action if it is possible now, else say why not. Every way in ends here."""
        self.holding.touched()
        self.hints.used(self.page.PAGE, action_id)
        reason = self.refusal(action_id)
        if reason:
            self.say(reason)
            return False
        if BY_ID[action_id].acts:
            self.say("")
        self._handler(action_id)()
        return True

    def refusal(self, action_id: str) -> str:
        """Why the action is impossible now; empty when it is possible."""
        return BY_ID[action_id].refused(self.situation())

    def action_perform(self, action_id: str) -> None:
        """A key was pressed. No key reaches an action while a dialog is open, but leaving."""
        if isinstance(self.screen, Dialog):
            if action_id == "quit":
                self.say("A question is open: esc leaves it.")
            return
        self.perform(action_id)

    @on(KeyBar.Pressed)
    def _hint_clicked(self, event: KeyBar.Pressed) -> None:
        self.perform(event.action)

    def _handler(self, action_id: str) -> Callable[[], None]:
        name = f"do_{action_id.replace('.', '_')}"
        owners = (
            self.screen, self.deploying, self.running, self.holding, self.showing, self.looking,
            self.targets, self.improving, self.settling,
        )  # fmt: skip
        for owner in owners:
            found: Any = getattr(owner, name, None)
            if found is not None:
                handler: Callable[[], None] = found
                return handler
        raise LookupError(action_id)

    def situation(self) -> Situation:
        """Where the operator stands now; a page that is not drawn yet has no cursor."""
        page = self.page
        drawn = page.drawable
        return self.desk.situation(
            page.PAGE,
            selected=page.selected if drawn else None,
            plan=page.plan,
            session=page.session if drawn else None,
            size=(self.size.width, self.size.height),
            targets=len(self.fleet.cards) if self.fleet else 1,
        )

    def waited(self, since: float) -> timedelta:
        """How long it is since that moment of the clock's own seconds."""
        return timedelta(seconds=max(0.0, self.clock.seconds() - since))

    @property
    def page(self) -> Page:
        """The screen under any dialog."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Page):
                return screen
        return self.board_screen

    @property
    def board_screen(self) -> BoardScreen:
        """The lowest screen."""
        return next(s for s in self.screen_stack if isinstance(s, BoardScreen))

    # ---- drawing and telling

    def draw_all(self) -> None:
        """Draw the screen and the dialogs over it."""
        for screen in self.screen_stack:
            if isinstance(screen, Page | Dialog):
                screen.draw_all()

    def say(self, words: str) -> None:
        """One sentence in the rule above the keys, for a few seconds."""
        self.notice, self._said_on = words, self.page
        self.looking.said()
        for screen in self.screen_stack:
            if isinstance(screen, Page) and screen.drawable:
                screen.draw_keys()

    def notice_on(self, page: Page) -> str:
        """What was said while that screen was on top; other screens do not repeat it."""
        return self.notice if page is self._said_on else ""

    def tell(self, error: CockpitError) -> None:
        """An error with what was kept and what to do next, until it is closed."""
        self.say(error.what)
        self.push_screen(
            Reading("this did not happen", error_lines(error, holds_lock=self.desk.holds_lock))
        )

    def ask(self, question: Question, then: Callable[[Consent], None]) -> None:
        """Open a question; go on only after a yes."""

        def answered(consent: Consent | None) -> None:
            if consent is not None:
                then(consent)

        self.push_screen(question, answered)

    def copy_text(self, name: str, text: str) -> None:
        """Copy text, and say where it went."""
        self.say(copy(self, name, text, self.state))

    def action_copy_selected(self) -> None:
        """ctrl+c copies what the mouse has marked; it never stops anything."""
        text = self.screen.get_selected_text()
        if text:
            self.copy_text("the marked text", text)
        elif self.desk.running:
            self.say("ctrl+c stops nothing. On Run H holds, X cancels a statement; q leaves.")
        else:
            self.say("ctrl+c copies what is marked, and nothing is. q leaves.")

    # ---- moving between screens

    def go_back(self) -> None:
        """One screen down; the board stays, and below it are the targets, if there are several."""
        if not isinstance(self.screen, BoardScreen):
            self.pop_screen()
        elif self.fleet is not None and len(self.fleet.cards) > 1:
            self.targets.do_view_targets()

    def clear_to_board(self) -> None:
        """Close everything above the board."""
        while not isinstance(self.screen, BoardScreen):
            self.pop_screen()

    # ---- messages from threads

    @on(Answered)
    def _answered(self, message: Answered) -> None:
        if not self.leaving:
            message.deliver()
            self.draw_all()

    @on(EngineSaid)
    def _engine_said(self, message: EngineSaid) -> None:
        if isinstance(message.event, PhaseReady) and self.running.goes_on(message.event):
            return
        self.desk.heard(message.event)
        self.attention.heard(message.event)
        if isinstance(message.event, PhaseReady):
            self.running.armed_for()
        if isinstance(message.event, PhaseReady | RunFinished):
            self.drawing.now()
        else:
            self.drawing.soon()
        if isinstance(message.event, RunFinished):
            self.running.ended()

    def on_resize(self, event: events.Resize) -> None:
        """Rows depend on the width."""
        self.call_after_refresh(self.draw_all)
