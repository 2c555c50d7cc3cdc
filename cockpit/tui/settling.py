"""A history that says more or less than the truth: the evidence, the question, the word for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from cockpit.analysis.ceremony import Act, ceremony
from cockpit.model.settlement import Found, Settlement
from cockpit.present.harmless import harmless
from cockpit.present.settlement_text import settlement_text
from cockpit.tui.dialogs.chooser import Chooser, Option
from cockpit.tui.dialogs.question import Consent, Question
from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.present.line import Line, line

if TYPE_CHECKING:
    from cockpit.tui.app import Cockpit


class Settling:
    """Only `Cockpit.perform` calls the `do_` methods."""

    def __init__(self, app: Cockpit) -> None:
        self._app = app
        self._desk = app.desk

    def do_show_evidence(self) -> None:
        """What the catalog shows of the selected version, and what would be written."""
        self._settlement(None, self._read)

    def do_settle(self) -> None:
        """The evidence, then the question; where it cannot tell, the operator's own word first."""
        self._settlement(None, self._ask)

    def _settlement(self, said: Found | None, then: Callable[[Settlement], None]) -> None:
        standing = self._app.situation().selected
        if standing is None:
            self._app.say("Select a migration first.")
            return
        self._app.say(f"Comparing {harmless(standing.version)} with the catalog …")
        call = partial(self._desk.engine.settlement, standing.version, said)
        self._app.bridge.ask("settlement", call, then, self._app.tell)

    def _read(self, made: Settlement) -> None:
        self._app.say("")
        rows = [*_lines(made), *(_refusal(words) for words in made.refusals)]
        self._app.push_screen(Reading(f"evidence of {harmless(made.version)}", rows))

    def _ask(self, made: Settlement) -> None:
        self._app.say("")
        board = self._desk.board
        if board is None:
            return
        if made.refusals:
            self._ask_word(made)
            return
        in_force = [s.version for s in self._app.situation().in_force]
        asked = ceremony(Act.SETTLE, board.standpoint, settlement=made, in_force=in_force)
        subject = self._desk.subject(f"{harmless(made.version)} {harmless(made.name)}")
        evidence = tuple(harmless(part.why) for part in made.parts)
        question = Question(asked, subject, extra=(harmless(made.told), *evidence))
        self._app.ask(question, lambda consent: self._settle(made, consent))

    def _ask_word(self, made: Settlement) -> None:
        """Why nothing may be written; where the catalog cannot tell, the operator may."""
        unclear = made.said is None and any(part.found is None for part in made.parts)
        why = "" if unclear else "the evidence speaks for itself"
        options = (
            Option("leave", "leave it as it is", "nothing is written"),
            Option(Found.APPLIED.value, "say that it is applied", "the question follows", why),
            Option(Found.PENDING.value, "say that it is pending", "the question follows", why),
        )

        def chosen(key: str | None) -> None:
            if key in (Found.APPLIED.value, Found.PENDING.value):
                self._settlement(Found(key), self._ask)

        words = [*_lines(made)[:6], *(_refusal(text) for text in made.refusals)]
        self._app.push_screen(
            Chooser("the evidence is not conclusive", options, words=words), chosen
        )

    def _settle(self, made: Settlement, consent: Consent) -> None:
        def done(_: object) -> None:
            self._app.say(f"The history of {harmless(made.version)} says what the catalog shows.")
            self._app.looking.do_refresh()

        call = partial(self._desk.engine.settle, made, consent.reason)
        self._app.bridge.ask("settle", call, done, self._app.tell)


def _lines(made: Settlement) -> list[Line]:
    return [line(row, hang=12) for row in settlement_text(made)]


def _refusal(words: str) -> Line:
    return line(("x ", "failed"), (harmless(words), "high"), hang=2)
