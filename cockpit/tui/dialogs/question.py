"""The question before an act. It cannot be answered by accident.

Enter never confirms: the focus stands on *leave*. `Y` counts only after a delay, so that a key
still held from the screen before, or a pasted line, cannot confirm. Where something must be typed,
the focus stays in the box, every letter is text, and only `esc` leaves: `Y` is a letter like any
other until the text is complete, and it counts only some time after the last change of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from cockpit.analysis.ceremony import Ceremony
from cockpit.tui.arming import ArmedKey
from cockpit.tui.dialogs.dialog import Dialog
from cockpit.tui.dialogs.room import Room, danger_words, diff_rows, line_rows
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.plan_words import five_rows
from cockpit.tui.widgets.drawn import Drawn

_WIDEST = 100
"""Cells; wider boxes are harder to read."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A yes, with the reason for the journal."""

    reason: str = ""


class Leave(Drawn, can_focus=True, inherit_bindings=False):
    """What enter activates."""

    DEFAULT_CSS = "Leave { height: 1; }"

    def on_click(self) -> None:
        """The same as esc."""
        if isinstance(self.screen, Question):
            self.screen.action_leave()


class Answer(Input):
    """The box for what must be typed; its question decides whether `Y` is one of the letters."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """All that can be printed but `Y`, which the question looks at first."""
        return key != "Y" and super().check_consume_key(key, character)


class Question(Dialog[Consent | None]):
    """Answers a `Consent`, or None when the operator leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("n", "decline", show=False),
        Binding("enter", "decline", show=False),
        Binding("Y", "accept", show=False, priority=True),
        Binding("tab", "turn(1)", show=False),
        Binding("shift+tab", "turn(-1)", show=False),
    ]

    def __init__(
        self,
        ceremony: Ceremony,
        subject: str,
        *,
        members: str = "",
        extra: tuple[str, ...] = (),
        arms: bool = False,
        diff: tuple[str, ...] = (),
    ) -> None:
        """`arms`: the answer allows writing too, and the question says so.

        `diff`: what a file would become; as much of it as there is room for.
        """
        self._diff = diff
        super().__init__()
        self._arming = arms
        self._ceremony, self._subject, self._members = ceremony, subject, members
        told = (w for w in ceremony.dangers if ceremony.typed and not w.startswith("loses "))
        self._extra, self._dangers = extra, tuple(told)
        self._room = Room.AMPLE
        self._own_line = False
        self._hint = ""

    def tell(self, words: Iterable[str]) -> None:
        """What became known while it is read."""
        self._extra = (*self._extra, *words)
        self.draw_all()

    # ---- drawing

    def heading(self, label: str) -> str:
        """`PRODUCTION · roll back`."""
        words = {"PROD": "PRODUCTION"}.get(label, label)
        armed = " · allows writing for this run" if self._arming else ""
        return f"{words} · {self._ceremony.title}{armed}"

    def content(self) -> ComposeResult:
        """Subject, five lines, what must be typed, the two ways out."""
        yield Drawn(id="subject")
        yield Drawn(id="lines")
        with Vertical(id="asked"):
            if self._ceremony.needs_reason:
                with Horizontal(classes="asked-row"):
                    yield Drawn(id="reason-label", classes="asked-label")
                    yield Input(id="reason", compact=True)
            if self._ceremony.typed is not None:
                with Horizontal(id="typed-row", classes="asked-row"):
                    yield Drawn(id="typed-label", classes="asked-label")
                    yield Answer(id="typed", compact=True)
        with Horizontal(id="answers"):
            yield Drawn(id="accept")
            yield Leave(id="leave")

    def on_mount(self) -> None:
        """Start the delay where nothing must be typed; put the focus where it is safe."""
        self._key = ArmedKey(self.cockpit.clock, self._ceremony.arming_seconds)
        self._readable_at = self.cockpit.clock.seconds() + self._ceremony.reading_seconds
        super().on_mount()
        if self._ceremony.typed is None and not self._ceremony.needs_reason:
            self._key.arm()
            self.query_one("#asked").display = False
            self.query_one("#leave").focus()
        else:
            self.query(Input).first().focus()
        self.set_interval(0.1, self._draw_answers)

    def on_resize(self) -> None:
        """All five lines, or none."""
        self.draw_all()

    def draw_all(self) -> None:
        """Everything, at this size."""
        super().draw_all()
        if not self.drawable:
            return
        width = max(10, min(_WIDEST, self.app.size.width) - 6)
        self._draw_asked(width)
        subject, lines = self._fitting(width)
        self.query_one("#subject", Drawn).draw(subject)
        self.query_one("#lines", Drawn).draw(lines)
        self._fit()
        self._draw_answers()

    def _draw_asked(self, width: int) -> None:
        """What must be typed; the box gets a row of its own where it would not show all of it."""
        if self._ceremony.needs_reason:
            self.query_one("#reason-label", Drawn).draw([line("Reason for the journal: ")])
        wanted = self._ceremony.typed
        if wanted is None:
            return
        label = line("Type  ", (wanted, "strong"), f"  {self._arms}: ")
        self._own_line = label.width + len(wanted) + 3 > width
        self.query_one("#typed-row").set_class(self._own_line, "-own-line")
        self.query_one("#typed-label", Drawn).draw([label])

    def _fitting(self, width: int) -> tuple[list[Line], list[Line]]:
        """Subject and five lines, in the least folded form that the terminal has room for."""
        first = Room.NO_EMPTY_ROWS if self.app.size.height < 20 else Room.AMPLE
        for room in list(Room)[first:]:
            self._room = room
            subject, lines = self._subject_rows(width), self._line_rows(width)
            self._needed = len(subject) + len(lines) + self._frame_rows
            if self._needed <= self.app.size.height:
                break
        self.query_one("#box").set_class(self._tight, "-tight")
        return subject, lines

    @property
    def _frame_rows(self) -> int:
        """Top line, border, boxes, answers, and the empty rows between them."""
        inputs = len(self.query(Input)) + self._own_line
        return inputs + (4 if self._tight else 5 + bool(inputs))

    @property
    def _arms(self) -> str:
        return "to arm this phase" if self._ceremony.reading_seconds else "to arm this"

    def _subject_rows(self, width: int) -> list[Line]:
        rows = list(line((self._subject, "strong")).wrapped(width))
        if self._members:
            rows += line(self._members).wrapped(width)
        for words in (*self._extra, *danger_words(self._dangers, self._room)):
            rows += line(("! ", "drifted"), (words, "high"), hang=2).wrapped(width)
        rows += diff_rows(self._diff, self.app.size.height)
        return rows if self._tight else [*rows, line()]

    @property
    def _tight(self) -> bool:
        """No empty rows."""
        return self._room >= Room.NO_EMPTY_ROWS

    def _line_rows(self, width: int) -> list[Line]:
        rows = five_rows(self._ceremony.lines)
        return [each for row in rows for each in line_rows(row, width, self._room)]

    def _fit(self) -> None:
        """A question that cannot show all of itself refuses to be answered."""
        size = self.app.size
        self._too_small = size.height < self._needed or size.width < 50
        self.query_one("#box").set_class(self._too_small, "-too-small")
        if self._too_small:
            need = f"{max(50, size.width)}x{self._needed}"
            words = f"This question needs {need}; the terminal has {size.width}x{size.height}."
            self.query_one("#subject", Drawn).draw(line((words, "high")).wrapped(size.width - 4))

    def _draw_answers(self) -> None:
        if not self.drawable:
            return
        self.query_one("#accept", Drawn).draw([self._answer_words()])
        self.query_one("#leave", Leave).draw(
            [line(tail=[("esc", "key"), ("  leave, nothing is changed", "")])]
        )

    def _answer_words(self) -> Line:
        """When `Y` counts, and what became of a key that did not."""
        left = self._seconds_left
        if self._too_small:
            return line(("enlarge it to answer", "muted"))
        if not self._key.armed:
            wanted = "reason and text" if self._ceremony.needs_reason else "the text"
            return line(("Y", "off"), (self._hint or f" counts after {wanted}", "off"))
        if left > 0:
            early = "too quick: " if self._hint else ""
            return line(
                (early, "high"), ("Y", "off"), (f" counts in {max(0.1, left):.1f} s", "off")
            )
        return line(("Y", "acts"), (self._hint or f" {self._ceremony.title}", "strong"))

    @property
    def _seconds_left(self) -> float:
        """Until `Y` counts: the text has stood a moment, and the question long enough to read."""
        unread = self._readable_at - self.cockpit.clock.seconds()
        return max(self._key.seconds_left, unread)

    # ---- answering

    @on(Input.Changed)
    def _typed(self) -> None:
        """Each change starts the delay anew, where everything is typed."""
        self._hint = ""
        if self._complete and self._ceremony.typed is not None:
            self._key.arm()
        else:
            self._key.disarm()
        self._draw_answers()

    @property
    def _complete(self) -> bool:
        """Everything that must be typed stands there, letter by letter."""
        wanted = self._ceremony.typed
        exact = wanted is None or self.query_one("#typed", Input).value == wanted
        return exact and (not self._ceremony.needs_reason or bool(self._reason))

    @property
    def _reason(self) -> str:
        found = self.query("#reason").results(Input)
        return next((box.value.strip() for box in found), "")

    @on(Input.Submitted, "#reason")
    def _reason_given(self) -> None:
        if self._ceremony.typed is not None:
            self.query_one("#typed").focus()
        elif self._reason:
            self._key.arm()
            self.query_one("#leave").focus()

    @on(Input.Submitted, "#typed")
    def _entered(self) -> None:
        """Enter is no answer."""
        self._say(" confirms, esc leaves")

    def _say(self, words: str) -> None:
        self._hint = words
        self._draw_answers()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`Y` is a letter in a box that still waits for letters."""
        if action == "accept" and isinstance(self.focused, Input):
            return self.focused.id == "typed" and self._complete
        return True

    def action_accept(self) -> None:
        """`Y`, if it counts yet; otherwise it is said why not."""
        if not self._complete or self._too_small:
            return
        if self._key.press() and self._seconds_left <= 0.0:
            self.dismiss(Consent(self._reason))
        else:
            self._say(" again, once it was let go")

    def action_decline(self) -> None:
        """`n` and enter answer no, but not where they may belong to a text."""
        if self.query(Input):
            self._say(" confirms, esc leaves")
        else:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Answer no."""
        self.dismiss(None)

    def action_turn(self, step: int) -> None:
        """The next thing that can have the focus."""
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()
