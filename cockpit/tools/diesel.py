"""diesel: a folder a migration, with `up.sql`, `down.sql` and perhaps `metadata.toml` in it.

Source: github.com/diesel-rs/diesel v2.3, `diesel_migrations/migrations_internals/src/lib.rs`
(versions), `diesel_migrations/src/file_based_migrations.rs` (files),
`diesel/src/migration/setup_migration_table.sql`. It takes no lock and keeps no checksum.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cockpit.database.connection import Reader, Row, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.joined import AppliedRow
from cockpit.tools.plain_migration import Side, exists_twice, plain_migration, text_of
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

_UP = re.compile(r"^(?:(?P<folder>.*)/)?(?P<migration>[^/.][^/]*)/up\.sql$")
_TABLE = PresenceTable(
    tool="diesel",
    name="__diesel_schema_migrations",
    create="""(
        version VARCHAR(50) PRIMARY KEY NOT NULL,
        run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
    )""",
    query="SELECT version, xmin::text, run_on::timestamptz FROM {table}",
    columns={"version": "character varying", "run_on": "timestamp without time zone"},
)


@dataclass(frozen=True, slots=True)
class Diesel(RowKeeper):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "diesel"

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Any: each is a migration."""
        return ("*",)

    def folder_of(self, path: str) -> str | None:
        """Where the migrations lie of which this is an up file."""
        match = _UP.match(path)
        if match is None or not match["migration"][:1].isdigit():
            return None
        return match["folder"] or ""

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A numbered folder has an `up.sql`."""
        return any(self.folder_of(file.path) is not None for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """Text order."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """What the folder of an `up.sql` is called up to its first `_`, without any `-`."""
        match = _UP.match(name)
        return _version(match["migration"]) if match else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """One migration a folder; of two with one version the first by path is kept."""
        folders: dict[str, dict[str, SourceFile]] = defaultdict(dict)
        for file in files:
            folders[file.path.rpartition("/")[0]][file.name] = file
        found: dict[str, Migration] = {}
        problems: list[Problem] = []
        for folder in sorted(folders):
            name = folder.rpartition("/")[2]
            if "up.sql" not in folders[folder] or name.startswith("."):
                continue
            migration, wrong = _read(name, folders[folder])
            problems += wrong
            first = found.setdefault(migration.version, migration)
            if first is not migration:
                why = "and diesel runs only one of them"
                file = folders[folder]["up.sql"]
                problems.append(exists_twice(first.version, file, first.path, why))
        return MigrationSet(tuple(found[version] for version in sorted(found)), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A version is applied when the table has it."""
        return self.table.observe(reader, ledger, migrations, _row)

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with the version."""
        self.table.write(writer, "INSERT INTO {table} (version) VALUES (%s)", (phase.version,))

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """No such row."""
        self.table.write(writer, "DELETE FROM {table} WHERE version = %s", (phase.version,))


def _read(name: str, files: Mapping[str, SourceFile]) -> tuple[Migration, tuple[Problem, ...]]:
    mine = tuple(files[n] for n in ("up.sql", "down.sql", "metadata.toml") if n in files)
    transaction, problems = _in_transaction(files.get("metadata.toml"), _version(name))
    sides: dict[str, Side] = {}
    for side in ("up.sql", "down.sql"):
        text = text_of(files[side]) if side in files else None
        if isinstance(text, Problem):
            problems += (text,)
        elif text is not None:
            sides[side] = Side(text, files[side].path, transaction=transaction)
    title = name.partition("_")[2] or name
    migration = plain_migration(
        _version(name), title, mine, sides.get("up.sql"), sides.get("down.sql")
    )
    return migration, problems


def _in_transaction(metadata: SourceFile | None, version: str) -> tuple[bool, tuple[Problem, ...]]:
    """`run_in_transaction`. A file that cannot be read is what diesel takes for none: true.

    A file that does not name it means false: serde's default of a missing flag.
    """
    if metadata is None:
        return True, ()
    try:
        return bool(tomllib.loads(metadata.content.decode()).get("run_in_transaction", False)), ()
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = Problem(
            f"this is no TOML, so diesel runs the migration in a transaction: {error}",
            path=metadata.path,
            version=version,
            blocks_writing=False,
        )
        return True, (problem,)


def _version(name: str) -> str:
    return name.partition("_")[0].replace("-", "")


def _row(row: Row) -> AppliedRow:
    version, transaction, run_on = row
    return AppliedRow(version, transaction, applied_at=run_on)
