"""Liquibase's deployment lock: a committed row, which no dead session frees.

Source: github.com/liquibase/liquibase 4.28, `lockservice/StandardLockService.java` (`acquireLock`,
`init`), `statement/LockDatabaseChangeLogGenerator.java`. Ours is taken under the cockpit's own
advisory lock, which dies with its session: a row that some cockpit left behind can therefore be
told from one in use, and is taken over.
"""

from cockpit.database.connection import Reader, Writer
from cockpit.errors import HeldByAnother
from cockpit.tools.presence import PresenceTable

OURS = "cockpit "
"""What `lockedby` begins with when a cockpit has the row."""
TABLE = PresenceTable(
    tool="liquibase",
    name="databasechangeloglock",
    create="""(
        id integer NOT NULL, locked boolean NOT NULL, lockgranted timestamp, lockedby varchar(255),
        CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (id)
    )""",
    query="SELECT lockedby, lockgranted FROM {table} WHERE locked",
    columns={"id": "integer", "locked": "boolean", "lockedby": "character varying"},
)
_TAKE = (
    "UPDATE {table} SET locked = true, lockgranted = now(), lockedby = %s "
    "WHERE id = 1 AND (NOT locked OR lockedby LIKE 'cockpit %%')"
)
_FREE = (
    "UPDATE {table} SET locked = false, lockgranted = NULL, lockedby = NULL "
    "WHERE id = 1 AND lockedby = %s"
)


def take(writer: Writer, owner: str) -> None:
    """Lock the row in the caller's transaction; raises `HeldByAnother` naming whoever has it.

    The table is made, as Liquibase makes it before it locks, where it is missing.
    """
    if TABLE.prepare(writer):
        TABLE.write(writer, "INSERT INTO {table} (id, locked) VALUES (1, false)", ())
    if TABLE.write(writer, _TAKE, (owner[:255],)):
        return
    held = writer.rows(TABLE.query.format(table=TABLE.find(writer).sql))
    who, since = held[0] if held else ("nobody named", None)
    at = f" since {since:%Y-%m-%d %H:%M:%S}" if since else ""
    raise HeldByAnother(
        f"Liquibase's lock row says that {who} holds it{at}.",
        next_step="Wait for that run; if it is dead: liquibase release-locks.",
    )


def free(writer: Writer, owner: str) -> None:
    """Unlock the row if it is still this owner's."""
    if TABLE.find(writer).exists:
        TABLE.write(writer, _FREE, (owner[:255],))


def require(reader: Reader) -> None:
    """Raise `HeldByAnother` unless the row is a cockpit's: somebody has released it by force."""
    table = TABLE.find(reader)
    rows = reader.rows(TABLE.query.format(table=table.sql)) if table.exists else []
    if rows and str(rows[0][0]).startswith(OURS):
        return
    who = f"{rows[0][0]} holds it now" if rows else "somebody has released it"
    raise HeldByAnother(
        f"Liquibase's lock row is no longer ours: {who}.",
        kept="This transaction is undone.",
        next_step="Find out who runs Liquibase here, then run again.",
    )
