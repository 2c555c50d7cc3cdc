"""Knex: a program a migration, known by its file name with the extension.

Source: github.com/knex/knex 3.3, `lib/migrations/migrate/Migrator.js` (batches, lock, validation),
`table-creator.js` (tables), `sources/fs-migrations.js` (files). Looking with `knex migrate:list`
would create both tables; looking with the cockpit does not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Row
from cockpit.model.history import History, Recorded
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.joined import AppliedRow
from cockpit.tools.observed import Observed
from cockpit.tools.plain_migration import plain_migration
from cockpit.tools.presence import PresenceTable

_FILE = re.compile(r"^(\d+)[_-](.+)\.(js|cjs|mjs|ts|cts|mts|coffee)$")
_PROGRAM = re.compile(rb"\bknex\b", re.IGNORECASE)
_UP = re.compile(rb"\bup\b")
_LOCKED = "SELECT is_locked FROM {table} WHERE is_locked <> 0"
_TABLE = PresenceTable(
    tool="knex",
    name="knex_migrations",
    create="""(
        id serial PRIMARY KEY, name varchar(255), batch integer, migration_time timestamptz
    )""",
    query="SELECT name, xmin::text, id, migration_time, batch FROM {table}",
    columns={
        "id": "integer",
        "name": "character varying",
        "batch": "integer",
        "migration_time": "timestamp with time zone",
    },
)
_LOCK = PresenceTable(
    tool="knex",
    name="knex_migrations_lock",
    create="(index serial PRIMARY KEY, is_locked integer)",
    query=_LOCKED,
    columns={"is_locked": "integer"},
)


@dataclass(frozen=True, slots=True)
class Knex(Observed):
    """The tool of that name."""

    table: PresenceTable = _TABLE
    lock: PresenceTable = _LOCK

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "knex"

    @property
    def instead(self) -> str:
        """Its own commands."""
        return (
            "Run them with: knex migrate:latest, or knex migrate:rollback, which undoes the whole "
            "last batch."
        )

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A numbered program that speaks to `knex`."""
        return any(
            _FILE.match(file.name) and _PROGRAM.search(file.content) and _UP.search(file.content)
            for file in files
            if not _is_declaration(file.name)
        )

    def order_key(self, version: str) -> tuple[object, ...]:
        """Text order of the file names."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """The file's name with its extension: another extension is another migration to Knex."""
        return name if _FILE.match(name) and not _is_declaration(name) else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """By file name. What a program would do is not known, so none has a script."""
        found = []
        for file in sorted(files, key=lambda file: file.name):
            version, match = self.version_of(file.name), _FILE.match(file.name)
            if version is not None and match is not None:
                found.append(plain_migration(version, match[2], (file,), None, None))
        return MigrationSet(tuple(found))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A name is applied when the table has it; a row without a file stops Knex."""
        history = self.table.observe(reader, ledger, migrations, _row)
        if history.doubts:
            return history
        known = set(migrations.versions)
        lost = [
            record.version
            for record in history.records
            if record.recorded is Recorded.APPLIED and record.version not in known
        ]
        problems = (*_corrupt(lost, self.table.name), *self._locked(reader))
        return replace(history, problems=(*history.problems, *problems))

    def _locked(self, reader: Reader) -> tuple[Problem, ...]:
        """Its lock is a row that a killed run leaves behind."""
        table = self.lock.find(reader)
        if not table.exists or not table.readable or not table.has(**self.lock.columns):
            return ()
        if not reader.rows(self.lock.query.format(table=table.sql)):
            return ()
        return (
            Problem(
                "Knex's lock row says that a run is on; it names neither who nor since when",
                path=self.lock.name,
                next_step="If nobody runs it any more: knex migrate:unlock.",
                blocks_writing=False,
            ),
        )


def _is_declaration(name: str) -> bool:
    return name.endswith((".d.ts", ".d.cts", ".d.mts"))


def _corrupt(lost: Sequence[str], table: str) -> tuple[Problem, ...]:
    if not lost:
        return ()
    return (
        Problem(
            f"Knex refuses to run here: {', '.join(sorted(lost)[:3])} "
            f"{'is' if len(lost) == 1 else 'are'} in its table, and such a file is not in the "
            "folder",
            path=table,
            next_step="Bring the file back; a renamed one, or one with another extension, "
            "counts as gone.",
            blocks_writing=False,
        ),
    )


def _row(row: Row) -> AppliedRow:
    name, transaction, order, at, batch = row
    note = f"batch {batch} of Knex" if batch is not None else ""
    return AppliedRow(name, transaction, order=order, applied_at=at, note=note)
