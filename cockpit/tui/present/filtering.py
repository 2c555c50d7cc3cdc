"""What the filter keeps: words, `!words`, `state:drifted`; all of them must hold."""

from cockpit.model.state import Standing


def keeps(standing: Standing, query: str) -> bool:
    """Whether the row passes every part of the query; case does not matter."""
    return all(_part(standing, part) for part in query.lower().split())


def _part(standing: Standing, part: str) -> bool:
    if part.startswith("!") and len(part) > 1:
        return not _part(standing, part[1:])
    if part.startswith("state:"):
        return standing.state.value.startswith(part.removeprefix("state:"))
    if part.startswith("hazard:"):
        return standing.severity.word.lower().startswith(part.removeprefix("hazard:"))
    return part in f"{standing.version} {standing.name}".lower()
