"""Whatever squawk, eugene, strong_migrations and zero-downtime Django warn of is reported here."""

import pytest

from cockpit.analysis.hazards.rule import rules
from tests.rules.equivalents import EQUIVALENTS, Equivalent
from tests.rules.examples import reported


@pytest.mark.parametrize("one", EQUIVALENTS, ids=lambda one: f"{one.tool}: {one.theirs}")
def test_what_another_tool_warns_of_is_reported(one: Equivalent) -> None:
    (rule,) = (rule for rule in rules() if one.ours == rule.NAME)
    assert reported(rule, one.sql, None)


def test_no_warning_stands_twice() -> None:
    names = [(one.tool, one.theirs) for one in EQUIVALENTS]
    assert len(names) == len(set(names))
