"""The shape of a rule, and where all of them are found."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Protocol, cast

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard

EVERY = "*"
"""For `READS`: every statement, once."""


class Rule(Protocol):
    """A module of `cockpit.analysis.rules`. Its docstring is the rule in one line."""

    NAME: str
    """The name of the file, with dashes."""
    READS: tuple[str, ...]
    """Kinds of parts it looks at, as `Part.kind` has them."""
    BAD: str
    """SQL that it reports, which PostgreSQL accepts."""
    GOOD: str
    """The safer way to the same end, which it does not report."""

    def check(self, subject: Subject) -> Hazard | None:
        """The hazard of this part, if any."""


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by name."""
    from cockpit.analysis import rules as package

    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = (importlib.import_module(f"{package.__name__}.{name}") for name in names)
    return tuple(cast(Rule, module) for module in found)


@cache
def readers(optional: frozenset[str] = frozenset()) -> Mapping[str, tuple[Rule, ...]]:
    """The rules that look at each kind of part: all but those that must be asked for by name."""
    chosen = [rule for rule in rules() if rule.NAME in optional or not is_optional(rule)]
    kinds = sorted({kind for rule in chosen for kind in rule.READS})
    return {kind: tuple(rule for rule in chosen if kind in rule.READS) for kind in kinds}


def is_optional(rule: Rule) -> bool:
    """A matter of taste or of house rules: it has `OPTIONAL = True`."""
    return bool(getattr(rule, "OPTIONAL", False))


def words(rule: Rule) -> str:
    """The rule in one line."""
    return (rule.__doc__ or "").strip().splitlines()[0]
