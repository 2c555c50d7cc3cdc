"""One text under two versions: a migration that was given a new number after it was applied."""

from collections.abc import Sequence
from dataclasses import replace

from cockpit.model.state import Standing, State


def renumbered(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """The same standings; of a missing version and its twin that waits, each tells of the other."""
    waiting = {
        standing.migration.checksum: standing
        for standing in standings
        if standing.state.untouched and standing.migration and standing.migration.checksum
    }
    twins: dict[str, Standing] = {}
    for standing in standings:
        if standing.state is State.MISSING and standing.record and standing.record.checksum:
            twin = waiting.get(standing.record.checksum)
            if twin is not None:
                twins[standing.version], twins[twin.version] = twin, standing
    return tuple(_told(standing, twins.get(standing.version)) for standing in standings)


def _told(standing: Standing, twin: Standing | None) -> Standing:
    if twin is None:
        return standing
    if standing.state is State.MISSING:
        why = (
            f"{standing.why} The same text waits here as {twin.version} {twin.name}: it was "
            "renumbered after it was applied."
        )
    else:
        why = (
            f"The same text is applied already, as {twin.version}: it was renumbered since. "
            "To apply it would run it a second time."
        )
    return replace(standing, why=why)
