"""The facts of one target, for those who need no more of it."""

from collections.abc import Iterable

from cockpit.database.catalog import read_facts
from cockpit.deploy.expecting import with_expected
from cockpit.deploy.opening import Opening
from cockpit.deploy.server_side import ServerSide
from cockpit.model.facts import CatalogFacts


def live_facts(opening: Opening, sqls: Iterable[str] = ()) -> CatalogFacts:
    """Read in read-only snapshots on a connection of its own, with what the planner expects of
    these statements. Raises a `DatabaseError`."""
    server = ServerSide(opening)
    try:
        return with_expected(server, server.read(read_facts), sqls)
    finally:
        server.close()
