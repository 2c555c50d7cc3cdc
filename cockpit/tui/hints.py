"""Words for somebody who is here for the first time. Each is shown once and never again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.present.line import Line, line

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit

FIRST_TIME = {
    "targets": "first time here: enter opens the target under the cursor, read-only",
    "board": "first time here: ? explains, : finds every key, capital letters ask first",
    "plan": "a dry run: c steps through it, s writes it for the ticket; nothing runs",
    "run": "C runs the next phase; esc only leaves this screen, the run goes on",
    "history": "a row is a run; the ledger is only ever added to",
    "activity": "the oldest transaction is on top; T ends a session, after a question",
    "locks": "locks of every tool the cockpit knows, read again every two seconds",
    "compare": "v shows the versions that are the same everywhere as well",
    "slides": "c or the right arrow goes on, the left arrow back",
}
"""By screen, in the rule above the keys."""
_KEYS_UNTIL_KNOWN = 3
_SSH = "ssh"
_OVER_SSH = (
    "This terminal is at the end of an ssh connection, without tmux or screen around it.",
    "If the connection breaks, the run stops after the step it is in, gives the lock back, and "
    "the next start says what is kept.",
    "Inside tmux it would go on in your sight: leave with q, start tmux, open the cockpit again.",
)


class Hints:
    """What was seen is kept in a file; without a folder for it nothing is shown."""

    def __init__(self, app: Cockpit, folder: Path | None, environment: Mapping[str, str]) -> None:
        self._app, self._environment = app, environment
        self._path = folder / "hints.json" if folder else None
        self._seen = self._read()
        self._keys = 0
        self._page = ""

    def of(self, page: str) -> str:
        """The words for that screen; none once they were seen."""
        return "" if self._path is None or page in self._seen else FIRST_TIME.get(page, "")

    def used(self, page: str, action: str) -> None:
        """A key was pressed on that screen: after a few of them, or after help, it is known."""
        if not self.of(page):
            return
        self._keys = self._keys + 1 if page == self._page else 1
        self._page = page
        if self._keys >= _KEYS_UNTIL_KNOWN or action == "help":
            self._keep(page)

    def before_run(self, protected: bool, go_on: Callable[[], None]) -> None:
        """Once, before a run on a protected target: what a broken ssh connection would mean."""
        alone = "SSH_TTY" in self._environment and not {"TMUX", "STY"} & set(self._environment)
        if not (protected and alone) or self._path is None or _SSH in self._seen:
            go_on()
            return
        self._keep(_SSH)
        lines: list[Line] = [row for text in _OVER_SSH for row in (line(text), line())]
        lines.append(line(("esc", "key"), " goes on to the question; this is said once."))
        self._app.push_screen(Reading("before you start", lines), lambda _: go_on())

    def _read(self) -> set[str]:
        """What earlier sessions have shown; a file that cannot be read says nothing."""
        try:
            return set(json.loads(self._path.read_text(encoding="utf-8"))) if self._path else set()
        except (OSError, ValueError, TypeError):
            return set()

    def _keep(self, name: str) -> None:
        """Best effort: where nothing can be written, a hint comes again."""
        self._seen.add(name)
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.write_text(json.dumps(sorted(self._seen)), encoding="utf-8")
        except OSError:
            return
