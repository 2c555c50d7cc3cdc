"""The target's schema in a scratch database, with the roles and settings it relies on."""

from collections.abc import Iterator

from cockpit.database.connection import Connection
from cockpit.database.surroundings import (
    Role,
    Surroundings,
    available_extensions,
    read_roles,
)
from cockpit.errors import DatabaseError
from cockpit.rehearsal.dump import extensions_of, restorable
from cockpit.rehearsal.impossible import Impossible
from cockpit.rehearsal.scratch import Scratch, quoted

_LISTS = ("search_path",)
"""Settings whose value is a list and stands in SQL as it is shown."""
_MAPPINGS = """
SELECT format('DROP USER MAPPING FOR %s SERVER %I',
              CASE umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(usename) END, srvname)
  FROM pg_catalog.pg_user_mappings
"""


class Clone:
    """Builds it once, and hands out copies to run in."""

    def __init__(self, scratch: Scratch, surroundings: Surroundings, dump: str) -> None:
        self._scratch, self._around, self._dump = scratch, surroundings, dump
        self._created: list[str] = []
        self._at_first: frozenset[str] | None = None
        """Roles before the plan ran; None while that is not known, and then none is taken back."""
        self.notes: list[str] = []

    def build(self) -> None:
        """Roles, tablespaces, then the schema in one transaction.

        Raises `Impossible` naming everything that the scratch server lacks.
        """
        self.surround()
        self._scratch.create(self._scratch.clone, template="template0", options=self._encoding())
        connection = self._scratch.connect(self._scratch.clone)
        try:
            known = connection.rows("SELECT lower(name) FROM pg_catalog.pg_settings")
            self._restore(connection, restorable(self._dump, frozenset(n for (n,) in known)))
            self._cut_off(connection)
        finally:
            connection.close()
        if not self._scratch.superuser:
            self.notes.append(
                "The rehearsal ran with more or other privileges than the target's role has: its "
                "role on the rehearsal server is no superuser and cannot act as "
                f"{self._around.session_user}."
            )

    def surround(self) -> None:
        """Everything but the schema: roles and tablespaces, and a look at the extensions.

        Raises `Impossible` naming what the scratch server lacks.
        """
        self._require_extensions()
        self._create_roles()
        self._at_first = self.roles()
        self._create_tablespaces()

    def copy(self) -> None:
        """Make the working database anew as a copy of the clone, with the target's settings."""
        work = self._scratch.work
        self._scratch.create(work, template=self._scratch.clone)
        self._scratch.execute(*self._database_settings(quoted(work)))

    def empty(self) -> None:
        """Make the working database anew with nothing in it, with the target's settings."""
        work = self._scratch.work
        self._scratch.create(work, template="template0", options=self._encoding())
        self._scratch.execute(*self._database_settings(quoted(work)))

    def open_original(self) -> Connection:
        """A session in the clone itself, to fill it. Close it before a copy is made."""
        return self._scratch.connect(self._scratch.clone)

    def connect(self, role: str | None) -> Connection:
        """A session in the working database that may do what the target's session may.

        `role`: taken with SET ROLE, as the engine does.
        """
        connection = self._scratch.connect(self._scratch.work)
        if self._scratch.superuser:
            user = quoted(self._around.session_user)
            connection.execute(f"SET SESSION AUTHORIZATION {user}")
        if role:
            connection.execute(f"SET ROLE {quoted(role)}")
        return connection

    def roles(self) -> frozenset[str]:
        """Names of the roles that the scratch server has now."""
        connection = self._scratch.connect()
        try:
            return frozenset(role.name for role in read_roles(connection))
        finally:
            connection.close()

    def reset_roles(self, named_in: str) -> None:
        """Take back what the plan did to roles; no database of ours may need them any more.

        On a server that is not our own a new role is dropped only if `named_in`, the text of the
        plan, names it: somebody else may have made it.
        """
        self._drop_roles(self._new_roles(named_in))
        self._create_roles()

    def remove_roles(self, named_in: str) -> None:
        """On a named server: drop the roles made here and by the plan. Databases must be gone."""
        if not self._scratch.own:
            self._drop_roles([*self._new_roles(named_in), *self._created])

    def _new_roles(self, named_in: str) -> list[str]:
        new = self.roles() - self._at_first if self._at_first is not None else frozenset()
        return [name for name in new if self._scratch.own or name in named_in]

    def _drop_roles(self, names: list[str]) -> None:
        for name in dict.fromkeys(names):
            try:
                self._scratch.execute(f"DROP ROLE IF EXISTS {quoted(name)}")
            except DatabaseError as error:
                self.notes.append(f"Role {name} stays on the rehearsal server: {error.what}.")

    def _require_extensions(self) -> None:
        connection = self._scratch.connect()
        try:
            there = available_extensions(connection)
        finally:
            connection.close()
        wanted = dict.fromkeys(extensions_of(self._dump))
        missing = tuple(self._named(name) for name in wanted if name not in there)
        if missing:
            raise Impossible(
                f"{self._scratch.words}, lacks {', '.join(missing)}.",
                missing=missing,
                next_step="Install the extension there, or name a server that has it with "
                "rehearsal_dsn.",
            )

    def _named(self, extension: str) -> str:
        version = self._around.extensions.get(extension)
        return f"extension {extension} {version}" if version else f"extension {extension}"

    def _create_roles(self) -> None:
        connection = self._scratch.connect()
        try:
            there = {role.name for role in read_roles(connection)}
            missing = [role for role in self._around.roles if role.name not in there]
            for role in missing:
                self._create_role(connection, role)
            for role in missing:
                for group in role.member_of:
                    connection.execute(f"GRANT {quoted(group)} TO {quoted(role.name)}")
        finally:
            connection.close()

    def _create_role(self, connection: Connection, role: Role) -> None:
        try:
            connection.execute(f"CREATE ROLE {quoted(role.name)} NOLOGIN {role.attributes}")
        except DatabaseError as error:
            raise Impossible(
                f"Role {role.name} cannot be made on the scratch server: {error.what}.",
                missing=(f"role {role.name}",),
                next_step="Let the role of rehearsal_dsn create roles, or make it there by hand.",
            ) from error
        self._created.append(role.name)

    def _create_tablespaces(self) -> None:
        if not self._around.tablespaces:
            return
        if not (self._scratch.own and self._scratch.major >= 15):
            self._require_tablespaces()
            return
        connection = self._scratch.connect()
        try:
            connection.execute("SET allow_in_place_tablespaces = on")
            for name in self._around.tablespaces:
                connection.execute(f"CREATE TABLESPACE {quoted(name)} LOCATION ''")
        finally:
            connection.close()

    def _require_tablespaces(self) -> None:
        connection = self._scratch.connect()
        try:
            rows = connection.rows("SELECT spcname FROM pg_catalog.pg_tablespace")
        finally:
            connection.close()
        there = {name for (name,) in rows}
        missing = tuple(f"tablespace {n}" for n in self._around.tablespaces if n not in there)
        if missing:
            raise Impossible(f"{self._scratch.words}, lacks {', '.join(missing)}.", missing=missing)

    def _encoding(self) -> str:
        encoding = self._around.encoding
        if not self._scratch.own or encoding == "UTF8":
            return f" ENCODING '{encoding}'"
        provider = " LOCALE_PROVIDER libc" if self._scratch.major >= 15 else ""
        return f" ENCODING '{encoding}'{provider} LOCALE 'C'"

    def _restore(self, connection: Connection, text: str) -> None:
        try:
            connection.execute(text)
        except DatabaseError as error:
            raise Impossible(
                f"The schema cannot be built on the scratch server: {error.what}"
                f"{_line_of(text, error)}.",
                missing=(error.what,),
                next_step="Name a server that is more like the target with rehearsal_dsn.",
            ) from error

    def _cut_off(self, connection: Connection) -> None:
        """What is rehearsed must not reach the servers behind foreign tables."""
        dropped = connection.rows(_MAPPINGS)
        for (statement,) in dropped:
            connection.execute(statement)
        if dropped:
            self.notes.append("Foreign servers are cut off: their user mappings were left out.")

    def _database_settings(self, work: str) -> Iterator[str]:
        for name, value in self._around.settings.items():
            shown = value if name in _LISTS and value else "'" + value.replace("'", "''") + "'"
            yield f"ALTER DATABASE {work} SET {name} = {shown}"
        if not self._scratch.superuser:
            return
        yield f"ALTER DATABASE {work} OWNER TO {quoted(self._around.owner)}"
        yield f"REVOKE ALL ON DATABASE {work} FROM PUBLIC"
        for grantee, privilege in self._around.grants:
            whom = "PUBLIC" if grantee is None else quoted(grantee)
            yield f"GRANT {privilege} ON DATABASE {work} TO {whom}"


def _line_of(text: str, error: DatabaseError) -> str:
    """The line of the dump that was refused, as far as the server points to it."""
    if error.line is None:
        return ""
    return f" in {text.splitlines()[error.line - 1].strip()!r}"
