"""sqitch: a plan, and `deploy/`, `revert/`, `verify/` with a script a change.

Source: App::Sqitch v1.6. Which changes there are and in what order only the plan says. A change is
known by an id over everything the plan says of it, so a deployed change whose line was edited is
another one, and sqitch stops there.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from cockpit.database.connection import Reader, Writer
from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import Ledger
from cockpit.model.locks import AdvisoryKey
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.model.target import Identity
from cockpit.tools import sqitch_registry as registry
from cockpit.tools.history_table import HistoryTable, believe_nothing, doubted, find
from cockpit.tools.joined import AppliedRow, head, join, written_by_us
from cockpit.tools.plain_migration import Side, plain_migration, text_of
from cockpit.tools.sqitch_plan import Change, SqitchPlan, read_plan
from cockpit.tools.sqitch_user import committer

LOCK_KEY = 75474063
_PLAN = "sqitch.plan"
_DEPLOY = re.compile(r"(?:^|/)deploy/(.+)\.sql$")
_COLUMNS = {"change_id": "text", "script_hash": "text", "change": "text", "project": "text"}
_CHANGES = """
SELECT change_id, xmin::text, change, script_hash, committed_at,
       row_number() OVER (ORDER BY committed_at, change_id)
  FROM sqitch.changes WHERE %s = '' OR project = %s
"""
_FAILED = """
SELECT change_id FROM (
    SELECT DISTINCT ON (change_id) change_id, event FROM sqitch.events
     ORDER BY change_id, committed_at DESC
) newest WHERE event = 'fail'
"""


@dataclass(frozen=True, slots=True)
class Sqitch:
    """The tool of that name, with its registry in the schema that it uses unless told otherwise."""

    registry_schema: str = registry.SCHEMA
    settings: str | None = None
    """The text of the project's sqitch.conf, for who deploys; None where there is none."""

    @property
    def name(self) -> str:
        """As `--tool` spells it."""
        return "sqitch"

    @property
    def subfolders(self) -> tuple[str, ...]:
        """Any: `sqitch.conf` may say where the scripts lie."""
        return ("*",)

    def folder_of(self, path: str) -> str | None:
        """Where the plan lies."""
        folder, _, name = path.rpartition("/")
        return folder if name == _PLAN else None

    def recognises(self, files: Sequence[SourceFile]) -> bool:
        """A plan is here."""
        return any(file.name == _PLAN for file in files)

    def order_key(self, version: str) -> tuple[object, ...]:
        """By name; the order of a plan is known where its migrations are."""
        return (version,)

    def version_of(self, name: str) -> str | None:
        """The name of a deploy script, with a tag behind it where it was reworked."""
        match = _DEPLOY.search(name)
        return match[1] if match else None

    def read(self, files: Sequence[SourceFile]) -> MigrationSet:
        """The plan's changes. One without a script stands there and cannot be run."""
        plans = (file for file in files if file.name == _PLAN)
        plan_file = min(plans, key=lambda file: file.path.count("/"), default=None)
        if plan_file is None:
            return MigrationSet(())
        scripts = _scripts(files, plan_file)
        text = text_of(plan_file)
        if isinstance(text, Problem):
            return MigrationSet((), (text,))
        plan = read_plan(text)
        problems = [Problem(what, path=plan_file.path, line=line) for line, what in plan.faults]
        migrations = []
        for change in plan.changes:
            migration, wrong = _migration(plan, change, scripts, plan_file)
            migrations.append(migration)
            problems += wrong
        return MigrationSet(tuple(migrations), tuple(problems))

    def observe(self, reader: Reader, ledger: Ledger, migrations: MigrationSet) -> History:
        """What the registry says is deployed, by id; and what it saw fail."""
        reader = registry.Looked(reader, self.registry_schema)
        table = find(reader, "changes", self.registry_schema)
        if why := doubted(table, table.has(**_COLUMNS)):
            return believe_nothing(why, table, ledger, migrations)
        planned = {_metadata(m)["id"]: m.version for m in migrations.migrations}
        rows = _rows(reader, table, planned, migrations)
        records = join(rows, ledger, written_by_us(reader, ledger))
        deployed = {row.metadata for row in rows}
        failed = _failed(reader, table, planned, deployed, {r.version for r in records})
        return History(
            records=(*records, *failed),
            head=head(ledger, rows),
            exists=table.exists,
            doubts=_changed(rows, migrations),
            unfinished=ledger.unfinished,
            stopped=ledger.stopped,
        )

    def lock_keys(self, reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
        """One number for every database."""
        return (AdvisoryKey(self.name, LOCK_KEY),)

    def refuses_late(self, migration: Migration) -> str | None:
        """What is deployed must be the beginning of the plan."""
        return (
            f"sqitch refuses a plan in which {migration.version} comes before what is deployed. "
            "Move its line to the end of the plan, or run only it."
        )

    def prepare(self, writer: Writer) -> None:
        """The registry as sqitch makes it."""
        if not find(writer, "changes", self.registry_schema).exists:
            registry.create(self._registry(writer))

    def mark_in_doubt(self, writer: Writer, phase: PlannedPhase) -> None:
        """sqitch notes a failure after it; until then our ledger says that a step was begun."""

    def record(self, writer: Writer, phase: PlannedPhase) -> None:
        """The change with its dependencies, tags and event; or the event that it went."""
        if not phase.last_of_version:
            return
        kept = self._registry(writer)
        if phase.direction is Direction.UP:
            registry.log_deploy(kept, json.loads(phase.metadata))
        else:
            registry.log_revert(kept, phase.metadata)

    def record_failure(self, writer: Writer, phase: PlannedPhase) -> None:
        """The event that a deploy failed; of a revert that fails sqitch notes nothing."""
        if phase.direction is Direction.UP:
            kept = self._registry(writer)
            registry.log_failure(kept, json.loads(phase.metadata))

    def _registry(self, writer: Writer) -> registry.Registry:
        return registry.Registry(writer, self.registry_schema, committer(self.settings))

    def record_words(self, phase: PlannedPhase) -> str:
        """The event that is logged."""
        if not phase.last_of_version:
            return "the ledger's event"
        verb = "deploy" if phase.direction is Direction.UP else "revert"
        return f"sqitch's registry: {verb} of {phase.version}"


def _scripts(files: Sequence[SourceFile], plan_file: SourceFile) -> dict[str, SourceFile]:
    """By `deploy/name.sql` and `revert/name.sql`, wherever `sqitch.conf` has put them."""
    folder = plan_file.path.rpartition("/")[0]
    conf = next((f for f in files if f.path == posixpath.join(folder, "sqitch.conf")), None)
    core = _core(conf.content.decode(errors="replace")) if conf else {}
    found = {}
    for kind in ("deploy", "revert"):
        usual = posixpath.join(core.get("top_dir", "."), kind)
        place = posixpath.normpath(posixpath.join(folder, core.get(f"{kind}_dir", usual)))
        for file in files:
            if file.path.startswith(f"{place}/") and file.name.endswith(".sql"):
                found[f"{kind}/{file.path.removeprefix(f'{place}/')}"] = file
    return found


def _core(conf: str) -> dict[str, str]:
    """The settings of `[core]`."""
    inside, found = False, {}
    for line in conf.splitlines():
        if heading := re.match(r"\s*\[\s*([^\]]*?)\s*\]", line):
            inside = heading[1] == "core"
        elif inside and (pair := re.match(r"\s*(\w+)\s*=\s*(.*?)\s*$", line)):
            found[pair[1].lower()] = pair[2].strip('"')
    return found


def _migration(
    plan: SqitchPlan, change: Change, scripts: Mapping[str, SourceFile], plan_file: SourceFile
) -> tuple[Migration, list[Problem]]:
    deploy = scripts.get(f"deploy/{change.version}.sql")
    revert = scripts.get(f"revert/{change.version}.sql")
    problems = []
    sides = []
    for file in (deploy, revert):
        text = text_of(file) if file else None
        problems += [text] if isinstance(text, Problem) else []
        sides.append(Side(text, file.path) if file and isinstance(text, str) else None)
    if deploy is None:
        what = f"the plan names {change.version}, and it has no deploy script"
        problems.append(
            Problem(what, path=plan_file.path, line=change.line, version=change.version)
        )
    digest = hashlib.sha1(deploy.content).hexdigest() if deploy else ""  # noqa: S324 (sqitch's own)
    files = tuple(file for file in (deploy, revert) if file) or (plan_file,)
    migration = plain_migration(
        change.version, change.note.partition("\n")[0] or change.name, files, *sides,
        checksum=digest,
    )  # fmt: skip
    carried = asdict(change) | {
        "project": plan.project, "uri": plan.uri, "script_hash": digest or None,
    }  # fmt: skip
    return replace(migration, metadata=json.dumps(carried, sort_keys=True)), problems


def _metadata(migration: Migration) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(migration.metadata)
    return found


def _rows(
    reader: Reader, table: HistoryTable, planned: Mapping[str, str], migrations: MigrationSet
) -> list[AppliedRow]:
    if not table.exists:
        return []
    first = next(iter(migrations.migrations), None)
    project = _metadata(first)["project"] if first else ""
    rows = []
    for change_id, writer, name, digest, at, order in reader.rows(_CHANGES, (project, project)):
        version = planned.get(change_id) or _unplanned(name, change_id, migrations)
        note = "" if change_id in planned else "sqitch refuses to run: the plan lacks its id"
        rows.append(
            AppliedRow(
                version, writer, name=name, checksum=digest, applied_at=at, order=order,
                note=note, metadata=change_id,
            )
        )  # fmt: skip
    return rows


def _unplanned(name: str, change_id: str, migrations: MigrationSet) -> str:
    """Its name, unless the plan has another change of that name."""
    return name if migrations.find(name) is None else f"{name}:{change_id[:7]}"


def _changed(rows: Sequence[AppliedRow], migrations: MigrationSet) -> dict[str, str]:
    """Planned changes of which a deployed one has the name, and another id."""
    strangers = {row.name: row.metadata for row in rows if row.version.startswith(f"{row.name}:")}
    known = {row.version for row in rows}
    return {
        m.version: f"Deployed as {strangers[m.version][:7]}; its line in the plan was edited since."
        for m in migrations.migrations
        if m.version in strangers and m.version not in known
    }


def _failed(
    reader: Reader,
    table: HistoryTable,
    planned: Mapping[str, str],
    deployed: set[str],
    told: set[str],
) -> tuple[Record, ...]:
    """Changes whose last event is a failure; parts of them may be there."""
    if not table.exists:
        return ()
    failed = [change_id for (change_id,) in reader.rows(_FAILED)]
    return tuple(
        Record(
            planned[change_id],
            "",
            Recorded.FAILED,
            failure="sqitch logged that it failed",
            note="what its script did before it failed may be there: psql stops at an error, and "
            "only the script's own BEGIN undoes the rest",
            metadata=change_id,
        )
        for change_id in failed
        if change_id in planned and change_id not in deployed and planned[change_id] not in told
    )
