"""One column of one target, for those who need no more of it."""

from cockpit.database.live_column import read_live_column
from cockpit.deploy.opening import Opening
from cockpit.deploy.server_side import ServerSide
from cockpit.model.column import LiveColumn


def live_column(opening: Opening, schema: str, table: str, column: str) -> LiveColumn | None:
    """Read on a connection of its own; None where it is not there. Raises a `DatabaseError`."""
    server = ServerSide(opening)
    try:
        return server.read(lambda reader: read_live_column(reader, schema, table, column))
    finally:
        server.close()
