"""TypeORM: classes whose names end in a moment of 13 digits.

Source: github.com/typeorm/typeorm 0.3, `src/migration/MigrationExecutor.ts` (table, names, order).
A migration is known by its class's name, or by the `name` that the class gives itself; the name of
its file counts for nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Row
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.joined import AppliedRow
from cockpit.tools.numbered import by_number
from cockpit.tools.observed import Observed
from cockpit.tools.plain_migration import exists_twice, plain_migration, text_of
from cockpit.tools.presence import PresenceTable

_FILE = re.compile(r"^(\d{13})-.+(?<!\.d)\.[cm]?[jt]s$")
_PROGRAM = re.compile(r"(?<!\.d)\.[cm]?[jt]s$")
_CLASS = re.compile(r"\bclass\s+([A-Za-z_$][\w$]*)")
_MOMENT = re.compile(r"^(.*?)(\d{13})$")
_NAME = re.compile(r"""\bname\s*(?::\s*string\s*)?=\s*['"`]([^'"`]+)['"`]""")
_SPEAKS = re.compile(rb"\bMigrationInterface\b|\bqueryRunner\b")
_TABLE = PresenceTable(
    tool="typeorm",
    name="migrations",
    create='(id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name varchar NOT NULL)',
    query='SELECT name, xmin::text, id, "timestamp" FROM {table}',
    columns={"id": "integer", "timestamp": "bigint", "name": "character varying"},
)


@dataclass(frozen=True, slots=True)
class TypeOrm(Observed):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "typeorm"

    @property
    def instead(self) -> str:
        """Its own commands."""
        return "Run them with: typeorm migration:run, or typeorm migration:revert."

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A program with a class named as TypeORM wants it."""
        return any(_names(file.content.decode(errors="replace")) for file in files if _speaks(file))

    def order_key(self, version: str) -> tuple[object, ...]:
        """By the moment; of two at one moment by name."""
        moment, _, name = version.partition("-")
        return (*by_number(moment), name)

    def version_of(self, name: str) -> str | None:
        """The moment that a file's name begins with, as `migration:create` names files."""
        match = _FILE.match(name)
        return match[1] if match else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """Every class of every file, by moment. None has a script: only TypeORM runs programs."""
        found: dict[str, Migration] = {}
        problems: list[Problem] = []
        for file in sorted(files, key=lambda file: file.name):
            text = text_of(file) if _speaks(file) else ""
            if isinstance(text, Problem):
                problems.append(text)
                continue
            for name in _names(text):
                first = found.get(name)
                if first is not None:
                    why = f"as {name}, and TypeORM refuses two of one name"
                    problems.append(exists_twice(first.version, file, first.path, why))
                    continue
                version = _version(name, {migration.version for migration in found.values()})
                migration = plain_migration(version, _title(name), (file,), None, None)
                found[name] = replace(migration, metadata=name)
        ordered = sorted(found.values(), key=lambda m: self.order_key(m.version))
        return MigrationSet(tuple(ordered), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A class is applied when the table has its name."""
        versions = {m.metadata: m.version for m in migrations.migrations}
        taken = set(versions.values())

        def read(row: Row) -> AppliedRow:
            name, transaction, order, moment = row
            version = versions.get(name) or _version(f"{_title(name)}{moment}", taken)
            return AppliedRow(version, transaction, name=_title(name), order=order, metadata=name)

        return self.table.observe(reader, ledger, migrations, read)


def _speaks(file: SourceFile) -> bool:
    return bool(_PROGRAM.search(file.name) and _SPEAKS.search(file.content))


def _names(text: str) -> list[str]:
    """What the classes of a file are called by the tool; classes without a moment are none."""
    begins = list(_CLASS.finditer(text))
    ends = [*(match.start() for match in begins[1:]), len(text)]
    found = []
    for match, end in zip(begins, ends, strict=False):
        own = _NAME.search(text, match.end(), end)
        name = own[1] if own else match[1]
        if _MOMENT.match(name):
            found.append(name)
    return found


def _version(name: str, taken: set[str]) -> str:
    """The moment, with the rest of the name behind it where another class has that moment."""
    moment = name[-13:]
    return f"{moment}-{_title(name)}" if moment in taken else moment


def _title(name: str) -> str:
    match = _MOMENT.match(name)
    return match[1] if match else name
