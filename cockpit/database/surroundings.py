"""What a database needs from its cluster and does not carry itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from cockpit.database.connection import Reader
from cockpit.database.queries import query

_SETTINGS = (
    "search_path",
    "TimeZone",
    "DateStyle",
    "IntervalStyle",
    "default_table_access_method",
    "default_tablespace",
    "default_toast_compression",
    "check_function_bodies",
    "quote_all_identifiers",
    "xmlbinary",
    "bytea_output",
)
"""Those that change what a statement of a migration means."""

_DATABASE = """
SELECT pg_catalog.pg_get_userbyid(d.datdba), pg_catalog.pg_encoding_to_char(d.encoding),
       session_user::text
  FROM pg_catalog.pg_database d WHERE d.datname = current_database()
"""
_GRANTS = """
SELECT CASE a.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(a.grantee) END,
       a.privilege_type
  FROM pg_catalog.pg_database d,
       pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
 WHERE d.datname = current_database()
"""
_TABLESPACES = r"SELECT spcname FROM pg_catalog.pg_tablespace WHERE spcname !~ '^pg_'"
_SOURCES = "SELECT name, setting FROM pg_catalog.pg_settings WHERE name = ANY (%s)"
_EXTENSIONS = """
SELECT extname, extversion FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'
"""


@dataclass(frozen=True, slots=True)
class Role:
    """One role, without its password."""

    name: str
    attributes: str
    """As CREATE ROLE writes them; never LOGIN."""
    member_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything around one database that its dump does not hold."""

    owner: str
    encoding: str
    session_user: str
    """Who the reading session is."""
    roles: tuple[Role, ...]
    grants: tuple[tuple[str | None, str], ...]
    """On the database itself: grantee (None: everybody) and privilege."""
    tablespaces: tuple[str, ...]
    settings: Mapping[str, str]
    """Server parameters as a new session has them."""
    extensions: Mapping[str, str]
    """Name to version."""


def read_surroundings(reader: Reader) -> Surroundings:
    """Read them. Needs no privilege beyond connecting."""
    owner, encoding, session_user = reader.rows(_DATABASE)[0]
    return Surroundings(
        owner=owner,
        encoding=encoding,
        session_user=session_user,
        roles=read_roles(reader),
        grants=tuple(reader.rows(_GRANTS)),
        tablespaces=tuple(name for (name,) in reader.rows(_TABLESPACES)),
        settings=dict(reader.rows(_SOURCES, (list(_SETTINGS),))),
        extensions=dict(reader.rows(_EXTENSIONS)),
    )


def read_roles(reader: Reader) -> tuple[Role, ...]:
    """Every role of the cluster that is not built in."""
    rows = reader.rows(query("surroundings_roles"))
    return tuple(Role(name, attributes, tuple(groups)) for name, attributes, groups in rows)


def available_extensions(reader: Reader) -> frozenset[str]:
    """What CREATE EXTENSION can make on this server."""
    rows = reader.rows("SELECT name FROM pg_catalog.pg_available_extensions")
    return frozenset(name for (name,) in rows)
