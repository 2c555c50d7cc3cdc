"""Ecto: an Elixir program a migration, and one row a version in `schema_migrations`.

Source: github.com/elixir-ecto/ecto_sql 3.14, `lib/ecto/migrator.ex` (files, order, lock),
`lib/ecto/migration/schema_migration.ex` (table). It locks the table itself while it migrates, and
`cockpit lock` shows that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.database.connection import Reader, Row
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import SourceFile
from cockpit.tools.joined import AppliedRow
from cockpit.tools.numbered import by_number, one_a_number, spelling
from cockpit.tools.observed import Observed
from cockpit.tools.presence import PresenceTable

_FILE = re.compile(r"^([0-9]+)_(.+)\.exs$")
_PROGRAM = re.compile(rb"\buse\s+[\w.]*Migration\b")
_TABLE = PresenceTable(
    tool="ecto",
    name="schema_migrations",
    create="(version bigint PRIMARY KEY, inserted_at timestamp(0))",
    query="""
SELECT version, xmin::text, inserted_at AT TIME ZONE 'UTC',
       row_number() OVER (ORDER BY inserted_at, version)
  FROM {table}
""",
    columns={"version": "bigint", "inserted_at": "timestamp without time zone"},
)


@dataclass(frozen=True, slots=True)
class Ecto(Observed):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "ecto"

    @property
    def instead(self) -> str:
        """Its own commands."""
        return "Run them with: mix ecto.migrate, or mix ecto.rollback."

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Any: Ecto looks for programs in all of them."""
        return ("*",)

    def folder_of(self, path: str) -> str | None:
        """Up to the part that is called `migrations`, else where the file lies."""
        folder, _, name = path.rpartition("/")
        if not _FILE.match(name):
            return None
        head, found, _ = f"{folder}/".partition("/migrations/")
        return f"{head}/migrations" if found else folder

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A numbered script that uses Ecto's migrations, or its own wrapping of them."""
        return any(_FILE.match(file.name) and _PROGRAM.search(file.content) for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """Versions are integers."""
        return by_number(version)

    def version_of(self, name: str) -> str | None:
        """The number, as it is written."""
        match = _FILE.match(name.rpartition("/")[2])
        return match[1] if match else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """One migration a number. None has a script: only Ecto runs Elixir."""
        return one_a_number(files, _FILE, "and Ecto refuses such a folder")

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A version is applied when the table has it."""
        spelled = spelling(migrations, ledger)

        def read(row: Row) -> AppliedRow:
            number, transaction, at, order = row
            version = spelled.get(number, str(number))
            return AppliedRow(version, transaction, order=order, applied_at=at)

        return self.table.observe(reader, ledger, migrations, read)
