"""Liquibase with formatted SQL: change sets known by id, author and file.

Source: github.com/liquibase/liquibase 4.28. Files are taken in the order of their names, as
`includeAll` takes them; changelogs in XML, YAML or JSON are not read. The lock is a committed row,
which a killed run would leave behind: the cockpit refuses while somebody holds it and takes its
own lock only.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cockpit.database.connection import Reader, Writer
from cockpit.errors import HeldByAnother
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.tools.history_table import believe_nothing, doubted, told_elsewhere
from cockpit.tools.joined import AppliedRow, head, join, written_by_us
from cockpit.tools.liquibase_sql import ChangeSet, change_sets, checksum, is_formatted
from cockpit.tools.plain_migration import Side, plain_migration, text_of
from cockpit.tools.presence import PresenceTable

_TABLE = PresenceTable(
    tool="liquibase",
    name="databasechangelog",
    create="""(
        id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL,
        dateexecuted timestamp NOT NULL, orderexecuted integer NOT NULL,
        exectype varchar(10) NOT NULL, md5sum varchar(35), description varchar(255),
        comments varchar(255), tag varchar(255), liquibase varchar(20), contexts varchar(255),
        labels varchar(255), deployment_id varchar(10)
    )""",
    query="""
SELECT id, author, filename, xmin::text, dateexecuted::timestamptz,
       row_number() OVER (ORDER BY dateexecuted, orderexecuted), exectype, md5sum
  FROM {table}
""",
    columns={"id": "character varying", "author": "character varying", "orderexecuted": "integer"},
)
_LOCK = PresenceTable(
    tool="liquibase",
    name="databasechangeloglock",
    create="""(
        id integer NOT NULL, locked boolean NOT NULL, lockgranted timestamp, lockedby varchar(255),
        CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (id)
    )""",
    query="SELECT lockedby FROM {table} WHERE locked",
)
_INSERT = """
INSERT INTO {table} (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum,
                     description, comments, contexts, labels, liquibase, deployment_id)
SELECT %s, %s, coalesce((SELECT filename FROM {table} WHERE %s LIKE '%%/' || filename
                             OR filename LIKE '%%/' || %s OR filename = %s LIMIT 1), %s),
       now(), coalesce(max(orderexecuted), 0) + 1, %s, %s, 'sql', %s, %s, %s,
       (SELECT liquibase FROM {table} ORDER BY orderexecuted DESC LIMIT 1),
       right(floor(extract(epoch FROM now()) * 1000)::bigint::text, 10)
  FROM {table}
"""
_RERUN = """
UPDATE {table}
   SET dateexecuted = now(), exectype = 'RERAN', md5sum = %s,
       orderexecuted = (SELECT max(orderexecuted) + 1 FROM {table})
 WHERE id = %s AND author = %s AND filename = %s
"""


@dataclass(frozen=True, slots=True)
class Liquibase:
    """The tool of that name, with its usual tables."""

    table: PresenceTable = _TABLE
    lock: PresenceTable = _LOCK

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "liquibase"

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A file begins as formatted SQL does."""
        texts = (text_of(file) for file in files if file.name.endswith(".sql"))
        return any(isinstance(text, str) and is_formatted(text) for text in texts)

    def order_key(self, version: str) -> tuple[object, ...]:
        """By name; the order of change sets is known where the files are."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """None: a file holds any number of versions."""
        return None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """Every change set that is for PostgreSQL, file by file."""
        migrations: list[Migration] = []
        problems: list[Problem] = []
        for file in sorted(files, key=lambda file: file.name):
            text = text_of(file) if file.name.endswith(".sql") else ""
            if isinstance(text, Problem):
                problems.append(text)
                continue
            for found in change_sets(text) if is_formatted(text) else ():
                if _for_another_database(found):
                    continue
                version = _version(found, migrations, file)
                migrations.append(_migration(found, version, file))
                problems += _unknowable(found, version, file)
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A change set is applied when the table has it; a changed one may run again."""
        table = self.table.find(reader)
        if why := doubted(table, table.has(**self.table.columns)):
            return believe_nothing(why, table, ledger, migrations)
        rows = []
        if table.exists:
            found = reader.rows(self.table.query.format(table=table.sql))
            rows = [_row(row, migrations) for row in found]
        again = {row.version for row in rows if _runs_again(row, migrations.find(row.version))}
        first = [row for row in rows if row.version not in again]
        records = join(first, ledger, written_by_us(reader, ledger))
        return History(
            records=tuple(record for record in records if record.version not in again),
            head=head(ledger, rows),
            exists=table.exists,
            unfinished=ledger.unfinished,
            problems=told_elsewhere(table),
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """Its lock is a row."""
        return ()

    def refuses_late(self, migration: Migration) -> str | None:
        """It applies whatever its table does not name."""
        return None

    def prepare(self, writer: Writer) -> None:
        """Both tables. Raises `HeldByAnother` while the row says that it is locked."""
        self.table.prepare(writer)
        if self.lock.prepare(writer):
            self.lock.write(writer, "INSERT INTO {table} (id, locked) VALUES (1, false)", ())
        held = writer.rows(self.lock.query.format(table=self.lock.find(writer).sql))
        if held:
            raise HeldByAnother(
                f"Liquibase's lock row says that {held[0][0]} holds it.",
                next_step="Wait for that run; if it is dead: liquibase release-locks.",
            )

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """It leaves no trace of a change set that it could not finish."""

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with the checksum of version 9, or none."""
        if not phase.last_of_version:
            return
        change: dict[str, Any] = json.loads(phase.metadata)
        if phase.direction is Direction.DOWN:
            sql = "DELETE FROM {table} WHERE id = %s AND author = %s AND filename = %s"
            self.table.write(writer, sql, (change["id"], change["author"], change["file"]))
            return
        known_as = self._known_as(writer, change)
        if known_as:
            parameters = (phase.checksum, change["id"], change["author"], known_as)
            self.table.write(writer, _RERUN, parameters)
            return
        file = change["file"]
        row = (
            change["id"], change["author"], file, file, file, file, "EXECUTED", phase.checksum,
            change["comment"], change["contexts"], change["labels"],
        )  # fmt: skip
        self.table.write(writer, _INSERT, row)

    def record_words(self, phase: PlannedPhase) -> str:
        """The row that comes or goes."""
        if not phase.last_of_version:
            return "the ledger's event"
        verb = "executed" if phase.direction is Direction.UP else "gone"
        return f"liquibase's history: {phase.version} {verb}"

    def _known_as(self, writer: Writer, change: dict[str, Any]) -> str | None:
        """The file name under which the table has it already."""
        table = self.table.find(writer).sql
        sql = f"SELECT filename FROM {table} WHERE id = %s AND author = %s"  # noqa: S608 (quoted)
        names = [name for (name,) in writer.rows(sql, (change["id"], change["author"]))]
        return next((name for name in names if _same_file(name, change["file"])), None)


def _version(found: ChangeSet, before: Sequence[Migration], file: SourceFile) -> str:
    """`author:id`, with the file behind it where another file has taken that."""
    plain = f"{found.author}:{found.id}"
    return f"{plain}@{file.name}" if any(m.version == plain for m in before) else plain


def _migration(found: ChangeSet, version: str, file: SourceFile) -> Migration:
    transaction = found.flag("runInTransaction", default=True)
    line = found.body[0][0] if found.body else found.line
    body = "\n".join(text for _, text in found.body)
    back = found.rollback[0][0] if found.rollback else found.line
    down = None if found.undo is None else Side(found.undo, file.path, back, transaction)
    migration = plain_migration(
        version, found.comment or file.name.removesuffix(".sql"), (file,),
        Side(body, file.path, line, transaction), down, checksum=checksum([found.sql]),
    )  # fmt: skip
    carried = {
        "id": found.id, "author": found.author, "comment": found.comment,
        "file": found.attributes.get("logicalfilepath", file.path),
        "contexts": found.attributes.get("context") or found.attributes.get("contextfilter"),
        "labels": found.attributes.get("labels"),
        "again": found.flag("runOnChange", default=False),
        "always": found.flag("runAlways", default=False),
    }  # fmt: skip
    return replace(migration, metadata=json.dumps(carried, sort_keys=True))


def _for_another_database(found: ChangeSet) -> bool:
    names = [name.strip().lower() for name in found.attributes.get("dbms", "").split(",")]
    wanted = [name for name in names if name and not name.startswith("!")]
    return "!postgresql" in names or bool(wanted and not {"postgresql", "all"} & set(wanted))


def _unknowable(found: ChangeSet, version: str, file: SourceFile) -> list[Problem]:
    """What only Liquibase decides or fills in."""
    reasons = []
    if found.conditional:
        reasons.append("preconditions, which only Liquibase weighs")
    if "${" in found.sql:
        reasons.append("a ${property}, whose value only Liquibase knows")
    if found.attributes.get("enddelimiter", ";") != ";":
        reasons.append("an end delimiter of its own")
    return [
        Problem(
            f"{version} has {reason}",
            path=file.path,
            line=found.line,
            version=version,
            next_step="Apply it with liquibase.",
        )
        for reason in reasons
    ]


def _row(row: Sequence[Any], migrations: MigrationSet) -> AppliedRow:
    identity, author, filename, writer, at, order, kind, md5 = row
    mine = None
    for migration in migrations.migrations:
        change = json.loads(migration.metadata)
        named = (change["id"], change["author"]) == (identity, author)
        if named and _same_file(filename, change["file"]):
            mine = migration
    key = json.dumps({"id": identity, "author": author, "file": filename})
    # A checksum of another version cannot be compared with ours; an empty one is filled in later.
    comparable = md5 if md5 and md5.startswith("9:") else None
    note = "" if kind in ("EXECUTED", "RERAN") else f"liquibase calls it {kind}: it was not run"
    return AppliedRow(
        mine.version if mine else f"{author}:{identity}", writer, checksum=comparable,
        applied_at=at, order=order, note=note, metadata=key,
    )  # fmt: skip


def _same_file(one: str, other: str) -> bool:
    """As Liquibase compares: without `classpath:`, slashes alike; also below another folder."""
    a, b = (
        name.removeprefix("classpath:").replace("\\", "/").lstrip("/").lower()
        for name in (one, other)
    )
    return a == b or a.endswith(f"/{b}") or b.endswith(f"/{a}")


def _runs_again(row: AppliedRow, migration: Migration | None) -> bool:
    if migration is None:
        return False
    change = json.loads(migration.metadata)
    return bool(change["always"] or (change["again"] and row.checksum != migration.checksum))
