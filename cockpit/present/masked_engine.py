"""An engine behind a mask: all it tells carries stand-ins, all it is told is the real thing.

Every attribute is passed on by one rule, so that what the engine learns to do later is masked too.
"""

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from enum import Enum
from typing import Any, cast

from cockpit.deploy.engine import Engine
from cockpit.errors import CockpitError, DatabaseError
from cockpit.model.plan import Plan
from cockpit.present.masking import Mask

_PLAIN = ("builtins", "datetime")
"""Where values come from that have no methods of the engine's own."""
_REMEMBERED = 64
"""Values besides plans that can be handed back."""


def masked(engine: Engine, mask: Mask) -> Engine:
    """The engine as a projector may show it."""
    return cast(Engine, _Masked(engine, mask))


class _Masked:
    """In front of an engine or of a run."""

    def __init__(self, behind: object, mask: Mask) -> None:
        self._behind, self._mask = behind, mask
        self._plans: dict[str, Plan] = {}
        self._told: list[tuple[object, object]] = []

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._behind, name)
        return self._call(value) if callable(value) else self._shown(value)

    def _call(self, method: Callable[..., object]) -> Callable[..., Any]:
        def called(*arguments: object, **named: object) -> object:
            real = [self._real(each) for each in arguments]
            real_named = {name: self._real(each) for name, each in named.items()}
            try:
                return self._shown(method(*real, **real_named))
            except CockpitError as error:
                hide(error, self._mask)
                raise

        return called

    def _shown(self, value: object) -> object:
        if isinstance(value, Plan):
            self._plans[value.id] = value
        plain = isinstance(value, Mapping | Enum) or type(value).__module__ in _PLAIN
        if not plain and not is_dataclass(value):
            return _Masked(value, self._mask)
        shown = self._mask.of(value)
        if is_dataclass(value) and not isinstance(value, Plan):
            self._told = [*self._told[1 - _REMEMBERED :], (shown, value)]
        return shown

    def _real(self, given: object) -> object:
        """What the engine itself had said, for what is handed back to it."""
        if isinstance(given, Plan):
            return self._plans.get(given.id, given)
        if isinstance(given, str):
            return self._mask.label(given)
        if is_dataclass(given):
            return next((real for shown, real in self._told if shown is given), given)
        if callable(given):
            return lambda event: given(self._mask.of(event))
        return given


def hide(error: CockpitError, mask: Mask) -> None:
    """Put masked words into the error; it keeps its kind and its exit code."""
    error.what, error.kept = mask.text(error.what), mask.text(error.kept)
    error.next_step = mask.text(error.next_step)
    if isinstance(error, DatabaseError) and error.statement:
        error.statement = mask.of(error.statement)
    error.args = (error.what,)
