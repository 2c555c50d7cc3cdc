"""Whose statements are compared with the catalog: what is named, else what is in doubt.

In doubt is what the history calls failed or half done, and also what it calls pending although
something of it is there: a tool that broke off without a transaction leaves no row, and its next
start would run the file again from its first line.
"""

from cockpit.database.diagnosis import diagnose
from cockpit.deploy.looking import Looked, Looking
from cockpit.deploy.server_side import ServerSide
from cockpit.deploy.settling import others_that_tell
from cockpit.model.diagnosis import Diagnosis, Presence
from cockpit.model.migration import Migration
from cockpit.model.state import State

_PENDING = (State.PENDING, State.LATE)
_INVISIBLE = (Presence.PRESENT, Presence.HALF)


def diagnosed(
    looking: Looking, server: ServerSide, looked: Looked, versions: tuple[str, ...]
) -> tuple[Diagnosis, ...]:
    """In the order of the files. Raises UsageError for a version that nobody knows."""
    named = looking.to_diagnose(looked, versions)
    found = [_ask(server, looked, migration) for migration in named]
    if not versions:
        found += _without_a_row(server, looked)
    return tuple(found)


def _without_a_row(server: ServerSide, looked: Looked) -> list[Diagnosis]:
    """Pending migrations of which something is there."""
    pending = [s.migration for s in looked.board.standings if s.migration and s.state in _PENDING]
    found = [_ask(server, looked, migration) for migration in pending]
    return [diagnosis for diagnosis in found if diagnosis.verdict in _INVISIBLE]


def _ask(server: ServerSide, looked: Looked, migration: Migration) -> Diagnosis:
    others = others_that_tell(looked, migration.version)
    return server.read(lambda reader: diagnose(reader, migration, others))
