"""Liquibase: change sets known by id, author and file, and a lock that is a row.

Source: github.com/liquibase/liquibase 4.28. Formatted SQL is driven. Changelogs in XML, YAML or
JSON are followed through their includes: identity, order and state are known, and the statements
and checksums of changes that are SQL; what another change does, only Liquibase knows.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cockpit.database.connection import Reader, Writer
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools import liquibase_lock
from cockpit.tools.history_table import believe_nothing, doubted, told_elsewhere
from cockpit.tools.joined import AppliedRow, head, join, written_by_us
from cockpit.tools.liquibase_changelog import Structured, for_postgresql, found_in
from cockpit.tools.liquibase_node import ROOT
from cockpit.tools.liquibase_sql import ChangeSet, checksum, is_formatted
from cockpit.tools.plain_migration import Side, plain_migration, text_of
from cockpit.tools.presence import PresenceTable
from cockpit.tools.row_keeper import RowKeeper

_NAMED = re.compile(r"changelog|changeset", re.IGNORECASE)
_OTHERS = re.compile(
    r"or|mysql|mariadb|oracle|h2|hsqldb|derby|mssql|sqlserver|db2|sqlite", re.IGNORECASE
)
_ENDINGS = (".sql", ".xml", ".yaml", ".yml", ".json")
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
class Liquibase(RowKeeper):
    """The tool of that name, with its usual tables."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "liquibase"

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Any: changelogs include what lies below them."""
        return ("*",)

    def folder_of(self, path: str) -> str | None:
        """Up to a part of the path that is called after changelogs, else where such a file lies."""
        if not path.endswith(_ENDINGS):
            return None
        *folders, name = path.split("/")
        for depth, part in enumerate(folders, start=1):
            if _NAMED.search(part):
                return "/".join(folders[:depth])
        # Many a repository has a changelog.json of another kind at its root.
        lone = not folders and not name.endswith((".sql", ".xml"))
        return "/".join(folders) if _NAMED.search(name) and not lone else None

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A file begins as formatted SQL does, or is a changelog."""
        if any(ROOT.encode() in f.content for f in files if f.name.endswith(_ENDINGS[1:])):
            return True
        texts = (text_of(file) for file in files if file.name.endswith(".sql"))
        return any(isinstance(text, str) and is_formatted(text) for text in texts)

    def order_key(self, version: str) -> tuple[object, ...]:
        """By name; the order of change sets is known where the files are."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """None: a file holds any number of versions."""
        return None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """Every change set that is for PostgreSQL, in the order in which Liquibase runs them."""
        found = found_in(files)
        migrations: list[Migration] = []
        problems = found.problems
        taken: set[str] = set()
        for file, one in found.sets:
            if not for_postgresql(one.attributes.get("dbms", "")) or _for_others(one.attributes):
                continue
            version = f"{one.author}:{one.id}"
            version = f"{version}@{file.name}" if version in taken else version
            taken.add(version)
            if isinstance(one, Structured):
                migrations.append(_structured(one, version, file))
            else:
                migrations.append(_migration(one, version, file))
                problems += _unknowable(one, version, file)
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """A change set is applied when the table has it; a changed one may run again."""
        table = self.table.find(reader)
        if why := doubted(table, table.has(**self.table.columns)):
            return believe_nothing(why, table, ledger, migrations)
        rows = []
        if table.exists:
            found = reader.rows(self.table.query.format(table=table.sql))
            known = _by_key(migrations)
            rows = [_row(row, known) for row in found]
        again = {row.version for row in rows if _runs_again(row, migrations.find(row.version))}
        first = [row for row in rows if row.version not in again]
        records = join(first, ledger, written_by_us(reader, ledger))
        return History(
            records=tuple(record for record in records if record.version not in again),
            head=head(ledger, rows),
            exists=table.exists,
            unfinished=ledger.unfinished,
            stopped=ledger.stopped,
            problems=told_elsewhere(table),
        )

    def take_row(self, writer: Writer, owner: str) -> None:
        """Lock the row as Liquibase would; raises `HeldByAnother`."""
        liquibase_lock.take(writer, owner)

    def free_row(self, writer: Writer, owner: str) -> None:
        """Unlock it."""
        liquibase_lock.free(writer, owner)

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """The row; that of the lock must still be ours."""
        liquibase_lock.require(writer)
        RowKeeper.record(self, writer, phase)

    def applied(self, writer: Writer, phase: PlannedPhase) -> None:
        """A row with the checksum of version 9."""
        change: dict[str, Any] = json.loads(phase.metadata)
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

    def undone(self, writer: Writer, phase: PlannedPhase) -> None:
        """No such row."""
        change: dict[str, Any] = json.loads(phase.metadata)
        sql = "DELETE FROM {table} WHERE id = %s AND author = %s AND filename = %s"
        self.table.write(writer, sql, (change["id"], change["author"], change["file"]))

    def row_words(self, phase: PlannedPhase) -> str:
        """What becomes of the row."""
        return f"{phase.version} {'executed' if phase.direction is Direction.UP else 'gone'}"

    def _known_as(self, writer: Writer, change: dict[str, Any]) -> str | None:
        """The file name under which the table has it already."""
        table = self.table.find(writer).sql
        sql = f"SELECT filename FROM {table} WHERE id = %s AND author = %s"  # noqa: S608 (quoted)
        names = [name for (name,) in writer.rows(sql, (change["id"], change["author"]))]
        return next((name for name in names if same_file(name, change["file"])), None)


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


def _structured(found: Structured, version: str, file: SourceFile) -> Migration:
    """Only Liquibase runs it; what is SQL of it can be read and weighed all the same."""
    transaction = found.attributes.get("runInTransaction", "true").lower() != "false"
    sqls = found.sqls
    up = down = None
    if sqls:
        script = "\n".join(f"{sql.strip().rstrip(';')};" for sql in sqls)
        up = Side(script, file.path, found.line, transaction)
        if found.undo is not None:
            down = Side(found.undo, file.path, found.line, transaction)
    title = found.comment or ", ".join(found.kinds) or file.name
    migration = plain_migration(
        version, title, (file,), up, down, checksum=checksum(sqls) if sqls else None
    )
    carried = {
        "id": found.id, "author": found.author, "comment": found.comment,
        "file": found.logical_path or file.path, "compared": bool(sqls),
        "again": found.attributes.get("runOnChange", "").lower() == "true",
        "always": found.attributes.get("runAlways", "").lower() == "true",
    }  # fmt: skip
    metadata = json.dumps(carried, sort_keys=True)
    return replace(migration, metadata=metadata, run_by="liquibase")


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


def _for_others(attributes: Mapping[str, str]) -> bool:
    """Its context is called after other databases alone, as many changelogs tell them apart."""
    named = (attributes.get(name, "") for name in ("context", "contextFilter", "contextfilter"))
    words = re.findall(r"[\w-]+", next(filter(None, named), ""))
    return bool(words) and all(_OTHERS.fullmatch(word) for word in words)


def _by_key(migrations: MigrationSet) -> Mapping[tuple[str, str], list[Migration]]:
    found: dict[tuple[str, str], list[Migration]] = defaultdict(list)
    for migration in migrations.migrations:
        change = json.loads(migration.metadata)
        found[change["id"], change["author"]].append(migration)
    return found


def _row(row: Sequence[Any], known: Mapping[tuple[str, str], list[Migration]]) -> AppliedRow:
    identity, author, filename, writer, at, order, kind, md5 = row
    alike = [m for m in known.get((identity, author), ()) if same_file(filename, key_of(m)[0])]
    # Sets for different contexts may share a key: the row is of the one that it was made of.
    mine = next((m for m in alike if m.checksum == md5), alike[0] if alike else None)
    compared = json.loads(mine.metadata).get("compared", True) if mine else None
    key = json.dumps({"id": identity, "author": author, "file": filename})
    # A checksum of another version cannot be compared with ours; an empty one is filled in later.
    comparable = md5 if md5 and md5.startswith("9:") and compared is not False else None
    notes = [] if kind in ("EXECUTED", "RERAN") else [f"liquibase calls it {kind}: it was not run"]
    if compared is False:
        notes.append("Only Liquibase can compare a change that is not SQL.")
    return AppliedRow(
        mine.version if mine else f"{author}:{identity}", writer, checksum=comparable,
        applied_at=at, order=order, note=" ".join(notes), metadata=key,
    )  # fmt: skip


def key_of(migration: Migration) -> tuple[str, str, str]:
    """File, id and author: what Liquibase knows a change set by."""
    change = json.loads(migration.metadata)
    return change["file"], change["id"], change["author"]


def same_file(one: str, other: str) -> bool:
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
