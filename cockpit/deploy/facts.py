"""The facts of one target, for those who need no more of it."""

from cockpit.database.catalog import read_facts
from cockpit.deploy.opening import Opening
from cockpit.deploy.server_side import ServerSide
from cockpit.model.facts import CatalogFacts


def live_facts(opening: Opening) -> CatalogFacts:
    """Read in one read-only snapshot on a connection of its own. Raises a `DatabaseError`."""
    server = ServerSide(opening)
    try:
        return server.read(read_facts)
    finally:
        server.close()
