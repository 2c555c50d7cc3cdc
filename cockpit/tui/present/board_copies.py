"""What can be copied of the migration under the board's cursor."""

from collections.abc import Callable

from cockpit.model.plan import Plan
from cockpit.model.state import Standing
from cockpit.tui.present.plan_words import plan_script


def copies_of(
    standing: Standing, planned: Callable[[Standing], object]
) -> tuple[tuple[str, str], ...]:
    """Label and text: version, SQL, and as a psql script what `planned` says would run next."""
    found = [("the version", standing.version)]
    if standing.migration:
        script = "\n".join(phase.script for phase in standing.migration.up)
        found.append(("its SQL", script))
    plan = planned(standing)
    if isinstance(plan, Plan):
        found.append(("what would run next, as psql script", plan_script(plan)))
    return tuple(found)
