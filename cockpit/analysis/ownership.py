"""Steps that the server will refuse, since the role does not own what they change."""

from collections.abc import Iterable, Iterator

from cockpit.model.facts import CatalogFacts, RelationFacts
from cockpit.model.plan import PlannedPhase
from cockpit.model.rights import Rights
from cockpit.sql.ownership import owned


def ownership_notes(
    phases: Iterable[PlannedPhase], facts: CatalogFacts, rights: Rights
) -> Iterator[str]:
    """A sentence for each relation, with the first step that needs its owner.

    A relation that has gone and come again by then is its new owner's; only the first word on each
    is told, and nothing of what the plan makes itself.
    """
    told: set[int] = set()
    if not rights.strangers:
        return
    known = {(one.schema, one.name): one for one in facts.relations}
    for phase in phases:
        for step in phase.steps:
            if not step.sql or step.already_done:
                continue
            for schema, name in owned(step.sql):
                one = _found(known, schema, name, facts.search_path)
                if one is None or one.oid in told:
                    continue
                told.add(one.oid)
                if one.owner in rights.strangers:
                    yield (
                        f"{rights.role} does not own {one.full_name}, {one.owner} does: the server "
                        f"will refuse step {step.number} ({phase.version})."
                    )


def _found(
    known: dict[tuple[str, str], RelationFacts], schema: str, name: str, path: tuple[str, ...]
) -> RelationFacts | None:
    for place in (schema,) if schema else path:
        if (place, name) in known:
            return known[place, name]
    return None
