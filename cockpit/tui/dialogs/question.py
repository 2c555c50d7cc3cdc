"""The question before an act. It cannot be answered by accident.

Enter never confirms: the focus stands on *leave*. `Y` counts only after a delay, so that a key
still held from the screen before, or a pasted line, cannot confirm. Where something must be typed,
the focus stays in the box, every letter is text, and only `esc` leaves: `Y` is no letter of it
unless the text has one there, and it counts only some time after the last change of the text. The
text is always the first box; a reason, where one is wanted, is asked below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from cockpit.analysis.ceremony import Ceremony
from cockpit.tui.arming import ArmedKey
from cockpit.tui.dialogs.answer import Answer, Leave, missing, wants_y
from cockpit.tui.dialogs.dialog import Dialog
from cockpit.tui.dialogs.matter import Matter
from cockpit.tui.dialogs.reading import Reading
from cockpit.tui.dialogs.room import Room
from cockpit.tui.present.line import Line, line
from cockpit.tui.widgets.drawn import Drawn

_WIDEST = 100
"""Cells; wider boxes are harder to read."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A yes, with the reason for the ledger."""

    reason: str = ""


class Question(Dialog[Consent | None]):
    """Answers a `Consent`, or None when the operator leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("n", "decline", show=False),
        Binding("enter", "go_on", show=False, priority=True),
        Binding("Y", "accept", show=False, priority=True),
        Binding("tab", "turn(1)", show=False),
        Binding("shift+tab", "turn(-1)", show=False),
        Binding("pagedown", "read_all", show=False),
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
        foot: str = "",
        yes: str = "",
    ) -> None:
        """`arms`: the answer allows writing too, and the question says so.

        `diff`: what a file would become; as much of it as there is room for. `foot`: what stands
        in the lower border. `yes`: what `Y` says, where that is more than the title.
        """
        super().__init__()
        self._arming, self._foot = arms, foot
        self._ceremony, self._yes = ceremony, yes or ceremony.title
        told = (w for w in ceremony.dangers if ceremony.typed and not w.startswith("loses "))
        self._matter = Matter(subject, ceremony.lines, members, extra, tuple(told), diff)
        self._room = Room.AMPLE
        self._own_line = False
        self._hint = ""

    def tell(self, words: Iterable[str]) -> None:
        """What became known while it is read."""
        self._matter = self._matter.told(tuple(words))
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
            if self._ceremony.typed is not None:
                with Horizontal(id="typed-row", classes="asked-row"):
                    yield Drawn(id="typed-label", classes="asked-label")
                    yield Answer(id="typed", compact=True)
            if self._ceremony.needs_reason:
                with Horizontal(classes="asked-row"):
                    yield Drawn(id="reason-label", classes="asked-label")
                    yield Input(id="reason", compact=True)
        with Horizontal(id="answers"):
            yield Drawn(id="accept")
            yield Leave(id="leave")

    def on_mount(self) -> None:
        """Start the delay where nothing must be typed; put the focus where it is safe."""
        self._key = ArmedKey(self.cockpit.clock, self._ceremony.arming_seconds)
        self._readable_at = self.cockpit.clock.seconds() + self._ceremony.reading_seconds
        super().on_mount()
        self.query_one("#box").border_subtitle = self._foot
        if self._ceremony.typed is None and not self._ceremony.needs_reason:
            self._key.arm()
            self.query_one("#asked").display = False
            self.query_one("#leave").focus()
        else:
            self.query(Input).first().focus()
        self.set_interval(0.1, self._draw_answers)

    def on_resize(self) -> None:
        """All five lines, or none; whoever was about to press `Y` reads the new picture first."""
        if self.is_mounted and self._key.armed:
            self._key.arm()
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
            self.query_one("#reason-label", Drawn).draw([line("Reason, for the ledger: ")])
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
            subject = self._matter.subject_rows(width, self.app.size.height, room)
            lines = self._matter.five(width, room)
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

    @property
    def _tight(self) -> bool:
        """No empty rows."""
        return self._room >= Room.NO_EMPTY_ROWS

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
        if waits := self._missing:
            return line((waits, "off" if waits.startswith("Y") and not self._hint else "high"))
        if self._in_reason or not self._key.armed:
            return line(("enter, then Y", "high"))
        if left > 0:
            early = "too quick: " if self._hint else ""
            return line(
                (early, "high"), ("Y", "off"), (f" counts in {max(0.1, left):.1f} s", "off")
            )
        return line(("Y", "acts"), (self._hint or f" {self._yes}", "strong"))

    @property
    def _missing(self) -> str:
        """What must still be typed; empty when nothing must."""
        wanted = self._ceremony.typed
        words = "" if wanted is None else missing(wanted, self.query_one("#typed", Input).value)
        if words or self._reason or not self._ceremony.needs_reason:
            return words
        below = wanted is not None and not self._in_reason
        return "enter, then the reason" if below else "Y counts after the reason"

    @property
    def _in_reason(self) -> bool:
        """`Y` is a letter there."""
        return self.focused is not None and self.focused.id == "reason"

    @property
    def _in_text(self) -> bool:
        """The box for the text has the focus."""
        return self.focused is not None and self.focused.id == "typed"

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
        return not self._missing

    @property
    def _reason(self) -> str:
        found = self.query("#reason").results(Input)
        return next((box.value.strip() for box in found), "")

    def action_go_on(self) -> None:
        """Enter is never a yes: it goes on to the next box, and leaves where nothing is typed."""
        if not self.query(Input):
            self.dismiss(None)
        elif self._in_reason:
            self._reason_given()
        elif self._in_text and self._ceremony.needs_reason:
            self.set_focus(self.query_one("#reason"))
            self._draw_answers()
        else:
            self._say(" confirms, esc leaves")

    def _reason_given(self) -> None:
        if self._complete:
            self._key.arm()
            self.set_focus(self.query_one("#leave"))
        elif self._reason:
            self.set_focus(self.query_one("#typed"))
        self._draw_answers()

    def _say(self, words: str) -> None:
        self._hint = words
        self._draw_answers()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`Y` is a letter of a reason, and of a text that has one there."""
        if action == "accept" and isinstance(self.focused, Input):
            wanted = self._ceremony.typed or ""
            return self._in_text and not wants_y(wanted, self.focused.value)
        return True

    def action_accept(self) -> None:
        """`Y`, if it counts yet; otherwise it is said why not."""
        if self._too_small:
            return
        if self._key.press() and self._seconds_left <= 0.0 and self._complete:
            self.dismiss(Consent(self._reason))
        else:
            self._say(" counts when pressed once more")

    def action_decline(self) -> None:
        """`n` answers no, but not where it may belong to a text."""
        if self.query(Input):
            self._say(" confirms, esc leaves")
        else:
            self.dismiss(None)

    @on(Leave.Clicked)
    def action_leave(self) -> None:
        """Answer no."""
        self.dismiss(None)

    @on(events.Click, "#lines, #subject")
    def _lines_clicked(self) -> None:
        """A click on what may be folded shows all of it."""
        self.action_read_all()

    def action_read_all(self) -> None:
        """All of it, over this question; esc comes back."""
        self.app.push_screen(Reading("all of the question", lambda: self._matter.everything()))

    def action_turn(self, step: int) -> None:
        """The next thing that can have the focus."""
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()
