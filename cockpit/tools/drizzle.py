"""Drizzle: SQL files in the order of a journal, and rows that say when one was made.

Source: github.com/drizzle-team/drizzle-orm 0.45, `drizzle-orm/src/migrator.ts` (journal, SHA-256),
`pg-core/dialect.ts` (`migrate`: table, and which files run). It compares nothing but the moment of
the newest row: a file whose moment is not later is never run, and nobody is told. All files that
are pending run in one transaction.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cockpit.database.connection import Reader, Row
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.joined import AppliedRow
from cockpit.tools.observed import Observed
from cockpit.tools.plain_migration import Side, plain_migration, text_of
from cockpit.tools.presence import PresenceTable

_JOURNAL = "meta/_journal.json"
_TABLE = PresenceTable(
    tool="drizzle",
    name="__drizzle_migrations",
    schema="drizzle",
    create="(id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)",
    query="SELECT id, xmin::text, hash, created_at FROM {table}",
    columns={"id": "integer", "hash": "text", "created_at": "bigint"},
)


@dataclass(frozen=True, slots=True)
class Drizzle(Observed):
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "drizzle"

    @property
    def instead(self) -> str:
        """Its own command; there is none for the way back."""
        return "Run them with: drizzle-kit migrate. Drizzle has no way back."

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Where the journal lies."""
        return ("meta",)

    def folder_of(self, path: str) -> str | None:
        """The folder whose journal this is."""
        if path == _JOURNAL:
            return ""
        return path.removesuffix(f"/{_JOURNAL}") if path.endswith(f"/{_JOURNAL}") else None

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A journal is here, and says that its files are for PostgreSQL or does not say."""
        journal = _journal(files)
        return journal is not None and isinstance(_entries(journal), list)

    def order_key(self, version: str) -> tuple[object, ...]:
        """By name; the journal's order is known where the files are."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """The name of a SQL file beside the journal's folder, without its extension."""
        last = name.rpartition("/")[2]
        return last.removesuffix(".sql") if last.endswith(".sql") else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """What the journal names, in its order. A file that it does not name never runs."""
        journal = _journal(files)
        if journal is None:
            return MigrationSet(())
        entries = _entries(journal)
        if isinstance(entries, str):
            return MigrationSet((), (_unreadable(journal, entries),))
        scripts = {f.name.removesuffix(".sql"): f for f in files if f.name.endswith(".sql")}
        migrations: list[Migration] = []
        problems: list[Problem] = []
        for tag, moment in entries:
            found = _migration(tag, moment, scripts.get(tag), journal)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                migrations.append(found)
        strangers = sorted(scripts.keys() - {tag for tag, _ in entries})
        problems += [_not_named(scripts[tag]) for tag in strangers]
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A row is of the file with its moment, else of the one with its hash."""
        moments = {m.metadata: m.version for m in migrations.migrations}
        hashes = {m.checksum: m.version for m in migrations.migrations}

        def read(row: Row) -> AppliedRow:
            order, transaction, digest, moment = row
            version = moments.get(str(moment)) or hashes.get(digest) or str(moment)
            return AppliedRow(version, transaction, checksum=digest, order=order)

        history = self.table.observe(reader, ledger, migrations, read)
        if history.doubts or not history.exists:
            return history
        newest = reader.rows(_newest(self.table.find(reader).sql))[0][0]
        known = {record.version for record in history.records}
        skipped = frozenset(
            m.version
            for m in migrations.migrations
            if m.version not in known and newest is not None and int(m.metadata) <= newest
        )
        return replace(history, skipped=skipped)


def _newest(table: str) -> str:
    return f"SELECT max(created_at) FROM {table}"  # noqa: S608 (quoted by `find`)


def _journal(files: Sequence[SourceFile]) -> SourceFile | None:
    named = (file for file in files if f"/{file.path}".endswith(f"/{_JOURNAL}"))
    return min(named, key=lambda file: len(file.path), default=None)


def _entries(journal: SourceFile) -> list[tuple[str, int]] | str:
    """Name and moment of each, in the order that they run; why not, where it is no journal."""
    try:
        text: Any = json.loads(journal.content)
        if text.get("dialect", "postgresql") not in ("postgresql", "pg"):
            return f"it is for {text['dialect']}"
        return [(str(entry["tag"]), int(entry["when"])) for entry in text["entries"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"


def _migration(
    tag: str, moment: int, file: SourceFile | None, journal: SourceFile
) -> Migration | Problem:
    if file is None:
        return Problem(
            f"the journal names {tag}, whose file is gone: Drizzle runs nothing here",
            path=journal.path,
            next_step=f"Bring {tag}.sql back, or take its entry out of the journal.",
        )
    text = text_of(file)
    if isinstance(text, Problem):
        return text
    digest = hashlib.sha256(file.content).hexdigest()
    name = tag.partition("_")[2] or tag
    side = Side(text, file.path)
    migration = plain_migration(tag, name, (file,), side, None, checksum=digest)
    return replace(migration, metadata=str(moment))


def _not_named(file: SourceFile) -> Problem:
    return Problem(
        "the journal does not name this file, so Drizzle never runs it",
        path=file.path,
        next_step="Make it anew with: drizzle-kit generate --custom.",
        blocks_writing=False,
    )


def _unreadable(journal: SourceFile, why: str) -> Problem:
    return Problem(f"this is no journal of Drizzle: {why}", path=journal.path)
