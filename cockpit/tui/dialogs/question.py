"""The question before an act. It cannot be answered by accident.

Enter never confirms: the focus stands on *leave*. `Y` counts only after a delay, so that a key
still held from the screen before, or a pasted line, cannot confirm. Where something must be typed,
`Y` is a letter like any other until the text is complete and the focus has left the box.
"""

from __future__ import annotations

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


class Question(Dialog[Consent | None]):
    """Answers a `Consent`, or None when the operator leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "leave", show=False),
        Binding("enter", "leave", show=False),
        Binding("Y", "accept", show=False),
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
    ) -> None:
        super().__init__()
        self._ceremony, self._subject, self._members = ceremony, subject, members
        told = (w for w in ceremony.dangers if ceremony.typed and not w.startswith("loses "))
        self._extra = (*extra, *told)

    # ---- drawing

    def heading(self, label: str) -> str:
        """`PRODUCTION · roll back`."""
        words = {"PROD": "PRODUCTION"}.get(label, label)
        return f"{words} · {self._ceremony.title}"

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
                with Horizontal(classes="asked-row"):
                    yield Drawn(id="typed-label", classes="asked-label")
                    yield Input(id="typed", compact=True)
        with Horizontal(id="answers"):
            yield Drawn(id="accept")
            yield Leave(id="leave")

    def on_mount(self) -> None:
        """Start the delay where nothing must be typed; put the focus where it is safe."""
        self._key = ArmedKey(self.cockpit.clock, self._ceremony.arming_seconds)
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
        subject, lines = self._subject_rows(width), self._line_rows(width)
        self.query_one("#subject", Drawn).draw(subject)
        self.query_one("#lines", Drawn).draw(lines)
        if self._ceremony.needs_reason:
            self.query_one("#reason-label", Drawn).draw([line("Reason for the journal: ")])
        if self._ceremony.typed is not None:
            words = ("Type  ", (self._ceremony.typed, "strong"), f"  {self._arms}: ")
            self.query_one("#typed-label", Drawn).draw([line(*words)])
        inputs = len(self.query(Input))
        self._needed = len(subject) + len(lines) + inputs + (3 if self._tight else 4 + bool(inputs))
        self._fit()
        self._draw_answers()

    @property
    def _arms(self) -> str:
        return "to arm this phase" if self._ceremony.arming_seconds > 1 else "to arm this"

    def _subject_rows(self, width: int) -> list[Line]:
        rows = list(line((self._subject, "strong")).wrapped(width))
        if self._members:
            rows += line(self._members).wrapped(width)
        for words in self._extra:
            rows += line(("! ", "drifted"), (words, "high"), hang=2).wrapped(width)
        return rows if self._tight else [*rows, line()]

    @property
    def _tight(self) -> bool:
        """A low terminal: no empty rows."""
        return self.app.size.height < 20

    def _line_rows(self, width: int) -> list[Line]:
        return [r for row in five_rows(self._ceremony.lines) for r in row.wrapped(width)]

    def _fit(self) -> None:
        """A question that cannot show all of itself refuses to be answered."""
        size = self.app.size
        self._too_small = size.height < self._needed + 1 or size.width < 50
        self.query_one("#box").set_class(self._too_small, "-too-small")
        if self._too_small:
            need = f"{max(50, size.width)}x{self._needed + 1}"
            words = f"This question needs {need}; the terminal has {size.width}x{size.height}."
            self.query_one("#subject", Drawn).draw(line((words, "high")).wrapped(size.width - 4))

    def _draw_answers(self) -> None:
        if not self.drawable:
            return
        left = self._key.seconds_left
        if self._too_small:
            words = line(("enlarge it to answer", "muted"))
        elif not self._key.armed:
            wanted = "reason and text" if self._ceremony.needs_reason else "the text"
            words = line(("Y", "off"), (f" counts after {wanted}", "off"))
        elif left > 0:
            words = line(("Y", "off"), (f" counts in {left:.1f} s", "off"))
        else:
            words = line(("Y", "acts"), (f" {self._ceremony.title}", "strong"))
        self.query_one("#accept", Drawn).draw([words])
        self.query_one("#leave", Leave).draw(
            [line(tail=[("esc", "key"), ("  leave, nothing is changed", "")])]
        )

    # ---- answering

    @on(Input.Changed)
    def _typed(self) -> None:
        if not self._complete:
            self._key.disarm()
        elif self._ceremony.typed is not None:
            self._arm()
        self._draw_answers()

    def _arm(self) -> None:
        """Everything is typed: `Y` becomes a key again, after a delay."""
        if not self._key.armed:
            self._key.arm()
            self.query_one("#leave").focus()

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
            self._arm()

    def action_accept(self) -> None:
        """`Y`, if it counts yet."""
        if self._complete and not self._too_small and self._key.press():
            self.dismiss(Consent(self._reason))

    def action_leave(self) -> None:
        """Answer no."""
        self.dismiss(None)

    def action_turn(self, step: int) -> None:
        """The next thing that can have the focus."""
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()
