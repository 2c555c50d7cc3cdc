"""Alembic: `versions/*.py`, a graph of revisions, one row for every head in `alembic_version`.

Source: github.com/sqlalchemy/alembic 1.20, `script/revision.py` (graph), `runtime/migration.py`
(`HeadMaintainer`, the statements for its table), `ddl/impl.py` (`version_table_impl`). It takes no
lock and keeps no checksum. Files are programs: they are read as text, and run by Alembic alone.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cockpit.database.connection import Reader, Writer
from cockpit.errors import MigrationError
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.sql.statements import split
from cockpit.tools.framework import Arguments, metadata_of
from cockpit.tools.graph import ancestors, linear
from cockpit.tools.history_table import believe_nothing, doubted, qualified, told_elsewhere
from cockpit.tools.joined import AppliedRow, written_by_us
from cockpit.tools.plain_migration import exists_twice, plain_migration
from cockpit.tools.presence import PresenceTable
from cockpit.tools.python_file import PythonFile, calls_in, raises_only, read_python
from cockpit.tools.recorded import record_of

_LOOKS_LIKE = re.compile(rb"^down_revision\b.*=", re.MULTILINE)
_REVISION = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])")
_CREATED = re.compile(r"^Create Date:\s*(.+)$", re.MULTILINE)
_SECTION = re.compile(r"^-- Running (?:up|down)grade (.*?) -> (.*?)\s*$")
_TABLE = PresenceTable(
    tool="alembic",
    name="alembic_version",
    create="(version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    query="SELECT version_num, xmin::text FROM {table}",
    columns={"version_num": "character varying"},
)


@dataclass(frozen=True, slots=True)
class Alembic:
    """The tool of that name."""

    table: PresenceTable = _TABLE

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "alembic"

    @property
    def subfolders(self) -> tuple[str, ...]:
        """None: its versions lie in one folder."""
        return ()

    @property
    def example(self) -> str:
        """How `tool_command` usually looks."""
        return ".venv/bin/alembic"

    @property
    def history(self) -> str:
        """Quoted, in its schema where it was told one."""
        name = f'"{self.table.name}"'
        return qualified(self.table.schema, self.table.name) if self.table.schema else name

    def folder_of(self, path: str) -> str | None:
        """A folder `versions` with Python files in it."""
        folder, _, name = path.rpartition("/")
        in_versions = folder.rpartition("/")[2] == "versions"
        return folder if in_versions and name.endswith(".py") else None

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A Python file says what its revision comes after."""
        return any(f.name.endswith(".py") and _LOOKS_LIKE.search(f.content) for f in files)

    def version_of(self, name: str) -> str | None:
        """The revision where the file's name tells it, as the usual template does."""
        match = _REVISION.search(name) if name.endswith(".py") else None
        return match[0] if match else None

    def order_key(self, version: str) -> tuple[object, ...]:
        """By text; the order of a graph is known where the files are."""
        return (version,)

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """Every revision after the ones it comes from."""
        found: dict[str, tuple[Migration, str]] = {}
        problems: list[Problem] = []
        for file in sorted(files, key=lambda file: file.name):
            if not (file.name.endswith(".py") and _LOOKS_LIKE.search(file.content)):
                continue
            parsed = read_python(file)
            made = parsed if isinstance(parsed, Problem) else _migration(file, parsed)
            if isinstance(made, Problem):
                problems.append(made)
            elif made[0].version in found:
                first = found[made[0].version][0]
                why = "and Alembic takes whichever it reads last"
                problems.append(exists_twice(first.version, file, first.path, why))
            else:
                found[made[0].version] = made
        parents = {version: m.requires for version, (m, _) in found.items()}
        placed, circular = linear(parents, lambda version: (found[version][1], version))
        problems += [_circle(found[version][0]) for version in sorted(circular)]
        problems += [_no_parent(m, p) for m, _ in found.values() for p in _lost(m, parents)]
        return MigrationSet(tuple(found[v][0] for v in placed), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """The heads that the table names, and everything that leads to them."""
        table = self.table.find(reader)
        if why := doubted(table, table.has(**self.table.columns)):
            return believe_nothing(why, table, ledger, migrations)
        heads = self._heads(reader)
        parents = {m.version: m.requires for m in migrations.migrations}
        strangers = [head for head in heads if head not in parents]
        applied = ancestors(parents, heads)
        places = {version: place for place, version in enumerate(migrations.versions, start=1)}
        anew = _applied_anew(heads, parents, ledger, written_by_us(reader, ledger))
        records = [_record(v, migrations, ledger, places[v], v in anew) for v in applied]
        records += [_stranger(v, ledger, len(places) + 1) for v in strangers]
        records += _not_applied(ledger, applied, strangers)
        digest = hashlib.sha256(repr(sorted(heads.items())).encode()).hexdigest()
        left = set(places) - applied
        return History(
            records=tuple(sorted(records, key=lambda record: record.order)),
            head=f"{ledger.head}/{digest}",
            exists=table.exists,
            doubts=dict.fromkeys(left, _LOST) if strangers else {},
            unfinished=ledger.unfinished,
            stopped=ledger.stopped,
            problems=(*told_elsewhere(table), *_unlocated(strangers, self.table.name)),
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """Alembic takes no lock."""
        return ()

    def refuses_late(self, migration: Migration) -> str | None:
        """A graph knows no late ones: what comes before is applied before."""
        return None

    def prepare(self, writer: Writer) -> None:
        """The table as Alembic makes it."""
        self.table.prepare(writer)

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """It leaves no trace of what it did outside a transaction and could not finish."""

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """Alembic moves its own head when it runs a revision."""

    def record_words(self, phase: PlannedPhase) -> str:
        """What Alembic writes itself."""
        return f"alembic moves its own head over {phase.version}; the ledger's event"

    def asks(self, migration: Migration, direction: Direction) -> Arguments:
        """One revision's statements, offline."""
        before = _before(migration)
        if direction is Direction.UP:
            return ("upgrade", f"{before[0]}:{migration.version}", "--sql")
        return ("downgrade", f"{migration.version}:{before[0]}", "--sql")

    def said(self, output: str, migration: Migration, direction: Direction) -> str:
        """The section of this revision, without what moves the head."""
        lines: list[str] = []
        mine = False
        for line in output.splitlines():
            match = _SECTION.match(line)
            if match:
                mine = migration.version == match[2 if direction is Direction.UP else 1]
            elif mine:
                lines.append(line)
        text = re.sub(r"\s*COMMIT;\s*\Z", "\n", "\n".join(lines))
        return _without_heads(text, self.table.name, migration.path)

    def runs(self, migration: Migration, direction: Direction) -> Arguments:
        """Up to it, or from it to what it comes from, and no other branch."""
        if direction is Direction.UP:
            return ("upgrade", migration.version)
        before = _before(migration)[0]
        return ("downgrade", f"{migration.version}@{before}")

    def reads(self) -> Arguments:
        """The heads."""
        return ("current",)

    def trace(self, reader: Reader, version: str, migrations: MigrationSet) -> str:
        """Of the head's row, while it is the head; after a downgrade of the one it was moved to."""
        heads, migration = self._heads(reader), migrations.find(version)
        before = _before(migration) if migration else ()
        return next((heads[head] for head in (version, *before) if head in heads), "")

    def holds(self, reader: Reader, version: str, migrations: MigrationSet) -> bool:
        """It is a head, or leads to one."""
        parents = {m.version: m.requires for m in migrations.migrations}
        return version in ancestors(parents, self._heads(reader))

    def _heads(self, reader: Reader) -> dict[str, str]:
        """Each head, and who wrote its row."""
        table = self.table.find(reader)
        rows = reader.rows(self.table.query.format(table=table.sql)) if table.exists else ()
        return {str(version): str(transaction) for version, transaction in rows}


_LOST = "Nothing is known: the table names a revision that no file of this ref has."


def _migration(file: SourceFile, parsed: PythonFile) -> tuple[Migration, str] | Problem:
    """The revision, and when it was made: what the order is by where the graph leaves it open."""
    revision = parsed.literals.get("revision")
    if not isinstance(revision, str) or "down_revision" not in parsed.literals:
        return Problem(
            "its revision or what it comes after is not written as a literal; the file is left out",
            path=file.path,
            next_step="Write revision and down_revision as text.",
        )
    created = _CREATED.search(parsed.docstring)
    down = parsed.function("downgrade")
    irreversible = "its downgrade only raises" if down is None or raises_only(down) else None
    words = parsed.docstring.partition("\n")[0].strip()
    before = _names(parsed.literals["down_revision"])
    needs = _names(parsed.literals.get("depends_on"))
    migration = plain_migration(revision, words, (file,), None, None, irreversible=irreversible)
    alone = any(name == "autocommit_block" for name, _ in calls_in(parsed.tree))
    kept = {"before": list(before), "transaction": not alone}
    migration = replace(
        migration, requires=(*before, *needs), metadata=json.dumps(kept, sort_keys=True)
    )
    return migration, created[1].strip() if created else ""


def _names(value: object) -> tuple[str, ...]:
    """A revision, several, or none."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple | set):
        return tuple(sorted(str(v) for v in value) if isinstance(value, set) else map(str, value))
    return ()


def _before(migration: Migration) -> tuple[str, ...]:
    found = metadata_of(migration).get("before")
    return tuple(found) if isinstance(found, list) and found else ("base",)


def _lost(migration: Migration, parents: dict[str, tuple[str, ...]]) -> list[str]:
    return [parent for parent in migration.requires if parent not in parents]


def _applied_anew(
    heads: Mapping[str, str],
    parents: Mapping[str, Sequence[str]],
    ledger: Ledger,
    ours: Callable[[AppliedRow], bool],
) -> frozenset[str]:
    """Heads that Alembic itself has reached since our last word, and not by going back to them.

    A head that our own downgrade went back to is written in the name of what was undone.
    """
    applied = ancestors(parents, heads)
    after = {head: [v for v, needed in parents.items() if head in needed] for head in heads}
    undone = {v for v, state in ledger.versions.items() if state.done and v not in applied}
    left_behind = ancestors(parents, undone)
    return frozenset(
        head
        for head, transaction in heads.items()
        if head not in left_behind
        and not any(ours(AppliedRow(version, transaction)) for version in (head, *after[head]))
    )


def _record(
    version: str, migrations: MigrationSet, ledger: Ledger, place: int, anew: bool
) -> Record:
    migration, state = migrations.find(version), ledger.versions.get(version)
    name = migration.name if migration else ""
    if state is not None and state.done and not anew:
        return replace(record_of(state), name=name, order=place)
    return Record(version, name, Recorded.APPLIED, order=place)


def _stranger(version: str, ledger: Ledger, place: int) -> Record:
    state = ledger.versions.get(version)
    note = "Alembic itself stops: it cannot locate this revision"
    if state is not None and state.done:
        return replace(record_of(state), order=place, note=note)
    return Record(version, "", Recorded.APPLIED, order=place, note=note)


def _not_applied(ledger: Ledger, applied: frozenset[str], strangers: Sequence[str]) -> list[Record]:
    """What our ledger had in force and the heads do not, and what failed."""
    found = []
    for version, state in ledger.versions.items():
        if version in applied or version in strangers:
            continue
        record = record_of(state)
        if state.done or state.imported:
            found.append(replace(
                record, recorded=Recorded.ROLLED_BACK, done=(), runs=(), undo=(), failure=None,
            ))  # fmt: skip
        elif state.failure or state.was_applied:
            found.append(record)
    return found


def _unlocated(strangers: Sequence[str], table: str) -> tuple[Problem, ...]:
    if not strangers:
        return ()
    return (
        Problem(
            f"the table names {', '.join(strangers)}, which no file of this ref has: what leads to "
            "it may be applied, and this ref cannot tell",
            path=table,
            next_step="Look at the ref that was deployed (--ref), and plan from there.",
        ),
    )


def _circle(migration: Migration) -> Problem:
    return Problem(
        "it leads back to itself; the file is left out",
        path=migration.path,
        version=migration.version,
        next_step="Correct down_revision.",
    )


def _no_parent(migration: Migration, parent: str) -> Problem:
    return Problem(
        f"it comes after {parent}, which no file here has",
        path=migration.path,
        version=migration.version,
        next_step="Bring that file in, or correct down_revision.",
    )


def _without_heads(text: str, table: str, path: str) -> str:
    """Without the statements that Alembic sends for its own table."""
    try:
        statements = split(text, path=path)
    except MigrationError:
        return text
    own = re.compile(rf"^(INSERT INTO|UPDATE|DELETE FROM)\s+[\w.\"]*\b{re.escape(table)}\b", re.I)
    kept = [s.sql.rstrip().rstrip(";") for s in statements if not own.match(s.sql.lstrip())]
    return "".join(f"{sql};\n" for sql in kept)
