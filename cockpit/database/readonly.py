"""Read-only mode on the server: the settings of roles and databases, and the sessions under them.

PostgreSQL reads such a setting once, when a session begins. A session that is open already keeps
what it began with, so it has to end before anybody may say that nothing writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cockpit.database.connection import Reader, Writer
from cockpit.errors import DatabaseError, PrivilegeMissing
from cockpit.model.migration import ReadOnly
from cockpit.model.readonly import SETTING
from cockpit.sql.readonly import set_statement

_VALUE = """
SELECT (SELECT substr(entry, strpos(entry, '=') + 1) FROM unnest(s.setconfig) AS entry
         WHERE entry LIKE %s || '=%%')
  FROM pg_catalog.pg_db_role_setting s
 WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND s.setrole = CASE WHEN %s::text IS NULL THEN 0
                        ELSE (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = %s) END
"""
_OTHER_RULES = """
SELECT r.rolname FROM pg_catalog.pg_db_role_setting s
  JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
 WHERE s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database
                              WHERE datname = current_database()))
   AND EXISTS (SELECT FROM unnest(s.setconfig) AS entry WHERE entry LIKE %s || '=%%')
   AND r.rolname <> ALL (%s)
 ORDER BY 1
"""
_SESSIONS = """
SELECT a.pid, coalesce(a.usename::text, '?'), coalesce(a.application_name, ''),
       a.state, a.backend_start
  FROM pg_catalog.pg_stat_activity a
 WHERE a.backend_type = 'client backend' AND a.datname = current_database()
   AND a.pid <> pg_catalog.pg_backend_pid() AND a.application_name NOT LIKE 'cockpit %%'
   AND (%s::text[] IS NULL OR a.usename = ANY (%s::text[]))
   AND a.backend_start >= coalesce(%s, '-infinity'::timestamptz)
   AND a.backend_start <= coalesce(%s, 'infinity'::timestamptz)
 ORDER BY a.backend_start
"""

_HIDDEN = """
SELECT count(*) FROM pg_catalog.pg_stat_activity a
 WHERE a.backend_type IS NULL AND a.usesysid IS NOT NULL AND a.datname = current_database()
   AND a.application_name NOT LIKE 'cockpit %%'
   AND (%s::text[] IS NULL OR a.usename = ANY (%s::text[]))
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """A session that lives by a setting that counts no more."""

    pid: int
    user: str
    application: str
    state: str
    """`idle` when ending it loses nothing."""

    @property
    def words(self) -> str:
        """`4711 app web, idle in transaction`."""
        return f"{self.pid} {self.application or self.user}, {self.state}"


def value_of(reader: Reader, subject: str | None) -> str | None:
    """What a role has set in this database, or the database itself for None; None for nothing."""
    rows = reader.rows(_VALUE, (SETTING, subject, subject))
    return str(rows[0][0]) if rows and rows[0][0] is not None else None


def missing_roles(reader: Reader, scope: ReadOnly) -> list[str]:
    """Roles that do not exist."""
    sql = (
        "SELECT r FROM unnest(%s::text[]) AS r "
        "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = r)"
    )
    return [str(name) for (name,) in reader.rows(sql, (list(scope.roles),))]


def with_rules_of_their_own(reader: Reader, scope: ReadOnly) -> list[str]:
    """Roles whose own setting wins over that of the database."""
    if scope.roles:
        return []
    return [str(name) for (name,) in reader.rows(_OTHER_RULES, (SETTING, list(scope.roles)))]


def set_value(writer: Writer, subject: str | None, value: str | None) -> None:
    """Set it for sessions to come, in the caller's transaction; None resets it."""
    database = str(writer.rows("SELECT current_database()")[0][0])
    try:
        writer.execute(set_statement(subject, database, value))
    except PrivilegeMissing as error:
        error.next_step = (
            "To set it for a role takes CREATEROLE with that role, or a superuser; for the whole "
            "database its owner."
        )
        raise


def clock(reader: Reader) -> datetime:
    """The server's time now."""
    found: datetime = reader.rows("SELECT pg_catalog.clock_timestamp()")[0][0]
    return found


def sessions(
    reader: Reader, scope: ReadOnly, *, since: datetime | None, until: datetime | None
) -> list[Bound]:
    """Sessions of these roles that began between the two moments; cockpits are left out."""
    roles: Sequence[str] | None = list(scope.roles) or None
    rows = reader.rows(_SESSIONS, (roles, roles, since, until))
    return [Bound(pid, user, application, state) for pid, user, application, state, _ in rows]


def hidden_sessions(reader: Reader, scope: ReadOnly) -> int:
    """How many of these roles there are whose beginning this role may not see."""
    roles: Sequence[str] | None = list(scope.roles) or None
    return int(reader.rows(_HIDDEN, (roles, roles))[0][0])


def end(reader: Reader, bound: Bound) -> bool:
    """Ask the server to end it; False where this role may not, or where it was gone already."""
    try:
        return bool(reader.rows("SELECT pg_catalog.pg_terminate_backend(%s)", (bound.pid,))[0][0])
    except DatabaseError as error:
        if isinstance(error, PrivilegeMissing):
            return False
        raise
