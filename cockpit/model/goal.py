"""What the operator wants, before anything is planned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cockpit.model.attic import Place


class Action(StrEnum):
    """The three things a plan can do."""

    APPLY = "apply"
    ROLLBACK = "rollback"
    REDO = "redo"

    @property
    def words(self) -> str:
        """As dialogs say it."""
        return {"apply": "apply", "rollback": "roll back", "redo": "redo"}[self.value]


@dataclass(frozen=True, slots=True)
class Goal:
    """Where one wants the target to be."""

    action: Action
    to_version: str | None = None
    """Apply up to and including it; roll back everything after it. Redo: from it on."""
    to_tag: str | None = None
    """A release: the versions its files hold are the ones that stay."""
    only: str | None = None
    """This version and nothing else."""
    last_run: bool = False
    """Roll back what the last run applied."""
    phase: str | None = None
    """With `only`, roll back: this phase and the later ones, not the whole migration."""
    down_from: str | None = None
    """Where the ways down are taken from when the operator chose: `ledger`, `commit`, `latest` (the
    last commit on any branch), `files`."""
    step_in_doubt: str | None = None
    """`done` or `again`: what the operator says of a step whose end nobody can know."""
    half_way: bool = False
    """Roll back a phase that is half up also by statements that the catalog cannot judge."""
    keep: Place | None = None
    """Where to keep what its steps drop; None when nobody said it, and nothing is kept."""
    restore: bool = False
    """Put back what the attic holds of columns and tables that its steps make again."""

    def wants_the_same_as(self, other: "Goal") -> bool:
        """Whether both lead to the same place, whatever is kept or put back on the way."""
        return self._place == other._place

    @property
    def _place(self) -> "Goal":
        return replace(
            self, down_from=None, step_in_doubt=None, half_way=False, keep=None, restore=False
        )

    @property
    def words(self) -> str:
        """`apply to 0044`, `roll back to release v1.4`."""
        if self.only and self.phase:
            return f"{self.action.words} {self.only} from phase {self.phase}"
        if self.only:
            return f"{self.action.words} only {self.only}"
        if self.to_tag:
            return f"{self.action.words} to release {self.to_tag}"
        if self.to_version:
            joint = "from" if self.action is Action.REDO else "to"
            return f"{self.action.words} {joint} {self.to_version}"
        if self.last_run:
            return f"{self.action.words} the last run"
        what = "everything pending" if self.action is Action.APPLY else "the last migration"
        return f"{self.action.words} {what}"

    @property
    def options(self) -> tuple[str, ...]:
        """The command that means this goal, and its options: `rollback`, `--to-tag`, `v1.4`."""
        verb = "resume" if self.step_in_doubt else self.action.value
        return (verb, *self._options())

    def _options(self) -> Iterator[str]:
        for option, value in (
            ("--to", self.to_version),
            ("--to-tag", self.to_tag),
            ("--only", self.only),
            ("--phase", self.phase),
            ("--down-from", self.down_from),
            ("--step-in-doubt", self.step_in_doubt),
            ("--keep", self.keep),
        ):
            if value:
                yield from (option, str(value))
        for option, given in (
            ("--last-run", self.last_run),
            ("--half-way", self.half_way),
            ("--restore", self.restore),
        ):
            if given:
                yield option

    @property
    def said(self) -> dict[str, str | bool]:
        """What was asked for, by attribute, for the ledger; what was not is left out."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


def goal_said(said: object) -> Goal | None:
    """Read `Goal.said` back; None where it is not there, or from a version that knows more."""
    if not isinstance(said, Mapping) or not said:
        return None
    named: dict[str, Any] = dict(said)
    try:
        keep = Place(named.pop("keep")) if "keep" in named else None
        return Goal(Action(named.pop("action")), keep=keep, **named)
    except (KeyError, ValueError, TypeError):
        return None
