"""Whether a role may write the ledger and act for the owners of what is here. Reads only."""

from cockpit.database.connection import Reader
from cockpit.database.queries import query
from cockpit.model.rights import Rights
from cockpit.sql.names import quoted


def read_rights(reader: Reader, role: str | None = None) -> Rights:
    """Of the role that runs take on, else of this session's own.

    Raises `DatabaseError` where there is no such role.
    """
    name, database, *rest, strangers = reader.rows(query("rights"), (role,))[0]
    grants = tuple(_missing(quoted(name), quoted(database), *rest))
    return Rights(name, grants, frozenset(strangers))


def _missing(
    role: str,
    database: str,
    creates: bool,
    used: bool | None,
    made: bool | None,
    owned: bool | None,
    ledger: bool | None,
    snapshots: bool | None,
) -> list[str]:
    """Statements that give it, without semicolons. None: the schema, the table is not there yet."""
    if used is None:
        return [] if creates else [f"GRANT CREATE ON DATABASE {database} TO {role}"]
    if ledger is None:
        # The schema is described when the ledger is made: that is for its owner.
        return [] if owned and made else [f"ALTER SCHEMA cockpit OWNER TO {role}"]
    tables = [
        name
        for name, written in (("ledger", ledger), ("schema_snapshot", snapshots))
        if written is False
    ]
    words = []
    if not used or (snapshots is None and not made):
        rights = "USAGE, CREATE" if snapshots is None else "USAGE"
        words.append(f"GRANT {rights} ON SCHEMA cockpit TO {role}")
    if tables:
        names = ", ".join(f"cockpit.{name}" for name in tables)
        words.append(f"GRANT SELECT, INSERT ON {names} TO {role}")
    return words
