"""From one target to another: the list, the change, and several side by side."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING

from cockpit.errors import CockpitError
from cockpit.present.harmless import harmless
from cockpit.tui.dialogs.chooser import Chooser, Option
from cockpit.tui.fleet import Opened
from cockpit.tui.screens.compare import CompareScreen
from cockpit.tui.screens.targets import TargetsScreen

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

_PAIRS = 12
"""Pairs offered; more are for the command line."""


class Targeting:
    """Only `Cockpit.perform` calls the `do_` methods."""

    def __init__(self, app: Cockpit, close: Callable[[], None] | None) -> None:
        self._app = app
        self._desk = app.desk
        self._close = close

    def do_view_targets(self) -> None:
        """The list of configured targets, over the board."""
        if not isinstance(self._app.screen, TargetsScreen):
            self._app.clear_to_board()
            self._app.push_screen(TargetsScreen())

    def open(self, name: str) -> None:
        """Leave the target that is open for another one; its own board when it is the same."""
        fleet = self._app.fleet
        if self._desk.opened and name == self._desk.name:
            self._app.clear_to_board()
            return
        if self._desk.running:
            self._app.say("A run is on: it has to end before another target is opened.")
            return
        if fleet is None:
            return
        try:
            opened = self._opened(lambda: fleet.open(name))
        except CockpitError as error:
            self._app.tell(error)
            return
        self._change(name, opened)

    def _opened(self, call: Callable[[], Opened]) -> Opened:
        """A password may be asked for, and only the terminal itself can do that."""
        if self._app.is_headless:
            return call()
        with self._app.suspend():
            return call()

    def _change(self, name: str, opened: Opened) -> None:
        before, self._close = self._close, opened.close
        self._app.bridge.forget()
        self._desk.change(name, opened.engine)
        if before is not None:
            self._app.bridge.ask("close", before, lambda _: None, self._app.tell, at_once=True)
        self._app.clear_to_board()
        self._app.board_screen.forget()
        self._app.say(f"{harmless(name)} is open, read-only.")
        self._app.looking.do_refresh()

    def close(self) -> None:
        """At the end: close what is open. Blocks."""
        if self._close is not None:
            self._close()

    # ---- several of them

    def do_view_compare(self) -> None:
        """Two or more side by side; which ones is asked where there are more than two."""
        names = tuple(card.name for card in self._app.fleet.cards) if self._app.fleet else ()
        if len(names) == 2:
            self._compare(names)
            return
        groups = _groups(names, self._desk.name)
        options = [Option(str(n), _words(group, names)) for n, group in enumerate(groups)]

        def chosen(key: str | None) -> None:
            if key is not None:
                self._compare(groups[int(key)])

        self._app.push_screen(Chooser("compare which", options), chosen)

    def _compare(self, names: tuple[str, ...]) -> None:
        self._app.push_screen(CompareScreen(names))


def _groups(names: tuple[str, ...], here: str | None) -> list[tuple[str, ...]]:
    """All of them, then pairs, those with the open target first."""
    pairs = sorted(combinations(names, 2), key=lambda pair: here not in pair)
    return [names, *pairs[:_PAIRS]]


def _words(group: tuple[str, ...], names: tuple[str, ...]) -> str:
    if group == names:
        return f"all {len(names)} targets"
    return " and ".join(harmless(name) for name in group)
