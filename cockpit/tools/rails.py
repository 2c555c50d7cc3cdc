"""Rails: a Ruby program a migration, and one row a version in `schema_migrations`.

Source: github.com/rails/rails 8.0 and 6.1, `activerecord/lib/active_record/migration.rb`
(`MigrationFilenameRegexp`, `migrations_status`), `schema_migration.rb` (table). dbmate's table has
the very same shape: `ar_internal_metadata` beside it tells the two apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.database.connection import Reader, Row
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import SourceFile
from cockpit.tools.history_table import believe_nothing, find
from cockpit.tools.joined import AppliedRow
from cockpit.tools.numbered import by_number, one_a_number, spelling
from cockpit.tools.observed import Observed
from cockpit.tools.presence import PresenceTable

METADATA = "ar_internal_metadata"
"""Made by every Rails since 5.0, beside its history."""
_FILE = re.compile(r"^([0-9]+)_([_a-z0-9]*)\.?([_a-z0-9]*)?\.rb$")
_PROGRAM = re.compile(rb"<\s*(?:::)?(?:\w+::)*\w*Migration\b")
_FOLDERS = ("migrate", "post_migrate")
_TABLE = PresenceTable(
    tool="rails",
    name="schema_migrations",
    create="(version varchar NOT NULL PRIMARY KEY)",
    query="SELECT version, xmin::text FROM {table}",
    columns={"version": "character varying"},
)


@dataclass(frozen=True, slots=True)
class Rails(Observed):
    """The tool of that name: Active Record's migrations."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "rails"

    @property
    def instead(self) -> str:
        """Its own commands."""
        return "Run them with: bin/rails db:migrate, or bin/rails db:rollback."

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Those of one database: what runs before the new code is out, and what runs after."""
        return _FOLDERS

    def folder_of(self, path: str) -> str | None:
        """The folder above `migrate` and `post_migrate`, else the one that the file lies in."""
        folder, _, name = path.rpartition("/")
        if not _FILE.match(name):
            return None
        above, _, last = folder.rpartition("/")
        return above if last in _FOLDERS else folder

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A numbered Ruby program with a class that is a migration."""
        return any(_FILE.match(file.name) and _PROGRAM.search(file.content) for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """Versions are integers."""
        return by_number(version)

    def version_of(self, name: str) -> str | None:
        """The number, as it is written."""
        match = _FILE.match(name.rpartition("/")[2])
        return match[1] if match else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """One migration a number. None has a script: only Rails runs Ruby."""
        return one_a_number(files, _FILE, "and Rails refuses such a folder")

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A version is applied when the table has it, and Rails has left its mark beside it."""
        spelled = spelling(migrations, ledger)

        def read(row: Row) -> AppliedRow:
            named, transaction = str(row[0]), row[1]
            number = int(named) if named.isdecimal() else -1
            return AppliedRow(spelled.get(number, named), transaction)

        history = self.table.observe(reader, ledger, migrations, read)
        table = self.table.find(reader)
        if history.records and not find(reader, METADATA, table.schema).exists:
            why = (
                f"{METADATA} is not beside it, so this may be dbmate's table, which has the very "
                "same shape"
            )
            return believe_nothing(why, table, ledger, migrations)
        return history
