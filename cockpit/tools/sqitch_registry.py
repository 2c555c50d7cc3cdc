"""sqitch's registry: its tables, and what a deployed or reverted change writes into them.

Columns and constraints as `lib/App/Sqitch/Engine/pg.sql` (registry 1.1) has them; statements as
`Role/DBIEngine.pm` and `Engine/pg.pm` send them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cockpit.database.connection import Reader, Row, Writer
from cockpit.tools.history_table import quoted
from cockpit.tools.sqitch_user import Committer

SCHEMA = "sqitch"
_RELEASE = 1.1
_NOW = "timestamptz NOT NULL DEFAULT clock_timestamp()"
_TEXT = "text NOT NULL"
_PLANNED = f"planned_at timestamptz NOT NULL, planner_name {_TEXT}, planner_email {_TEXT}"
_COMMITTED = f"committed_at {_NOW}, committer_name {_TEXT}, committer_email {_TEXT}"
_PROJECT = f"project {_TEXT} REFERENCES sqitch.projects(project) ON UPDATE CASCADE"
_NOTE = f"note {_TEXT} DEFAULT ''"
_CREATE = (
    "CREATE SCHEMA sqitch",
    f"CREATE TABLE sqitch.releases (version real PRIMARY KEY, installed_at {_NOW}, "
    f"installer_name {_TEXT}, installer_email {_TEXT})",
    f"CREATE TABLE sqitch.projects (project text PRIMARY KEY, uri text UNIQUE, created_at {_NOW}, "
    f"creator_name {_TEXT}, creator_email {_TEXT})",
    f"CREATE TABLE sqitch.changes (change_id text PRIMARY KEY, script_hash text, change {_TEXT}, "
    f"{_PROJECT}, {_NOTE}, {_COMMITTED}, {_PLANNED}, UNIQUE (project, script_hash))",
    f"CREATE TABLE sqitch.tags (tag_id text PRIMARY KEY, tag {_TEXT}, {_PROJECT}, "
    f"change_id {_TEXT} REFERENCES sqitch.changes(change_id) ON UPDATE CASCADE, {_NOTE}, "
    f"{_COMMITTED}, {_PLANNED}, UNIQUE (project, tag))",
    f"CREATE TABLE sqitch.dependencies (change_id {_TEXT} REFERENCES sqitch.changes(change_id) "
    f"ON UPDATE CASCADE ON DELETE CASCADE, type {_TEXT}, dependency {_TEXT}, dependency_id text "
    "REFERENCES sqitch.changes(change_id) ON UPDATE CASCADE CONSTRAINT dependencies_check CHECK ("
    "(type = 'require' AND dependency_id IS NOT NULL) OR "
    "(type = 'conflict' AND dependency_id IS NULL)), PRIMARY KEY (change_id, dependency))",
    f"CREATE TABLE sqitch.events (event {_TEXT} CONSTRAINT events_event_check CHECK "
    f"(event IN ('deploy', 'revert', 'fail', 'merge')), change_id {_TEXT}, change {_TEXT}, "
    f"{_PROJECT}, {_NOTE}, requires text[] NOT NULL DEFAULT '{{}}', "
    "conflicts text[] NOT NULL DEFAULT '{}', tags text[] NOT NULL DEFAULT '{}', "
    f"{_COMMITTED}, {_PLANNED}, PRIMARY KEY (change_id, committed_at))",
)

Change = dict[str, Any]
"""One change as `Migration.metadata` carries it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A `Reader` that finds the registry in another schema, where sqitch was told one."""

    reader: Reader
    schema: str

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of one of our own queries."""
        return self.reader.rows(in_schema(sql, self.schema), parameters)


@dataclass(frozen=True, slots=True)
class Registry:
    """The same for a `Writer`."""

    writer: Writer
    schema: str
    committer: Committer
    """Who writes."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of one of our own queries."""
        return self.writer.rows(in_schema(sql, self.schema), parameters)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int | None:
        """Run one of our own statements."""
        return self.writer.execute(in_schema(sql, self.schema), parameters)


def in_schema(sql: str, schema: str) -> str:
    """One of our own statements about the registry, with its schema's name in it."""
    if schema == SCHEMA:
        return sql
    return re.sub(r"\bsqitch\b(?=\.|$)", lambda match: quoted(schema), sql)


def create(writer: Registry) -> None:
    """The empty registry, in the caller's transaction."""
    for statement in _CREATE:
        writer.execute(statement)
    writer.execute(
        "INSERT INTO sqitch.releases (version, installer_name, installer_email) "
        "VALUES (%s, %s, %s)",
        (_RELEASE, *writer.committer),
    )


def log_deploy(writer: Registry, change: Change) -> None:
    """The change, what it depends on, its tags, and the event."""
    writer.execute("LOCK TABLE sqitch.changes IN EXCLUSIVE MODE")
    _register(writer, change)
    who = writer.committer
    planned = (change["planned_at"], change["planner"], change["email"])
    writer.execute(
        "INSERT INTO sqitch.changes (change_id, script_hash, change, project, note, "
        "committer_name, committer_email, planned_at, planner_name, planner_email) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            change["id"], change["script_hash"], change["name"], change["project"],
            change["note"], *who, *planned,
        ),
    )  # fmt: skip
    for name, meant in change["requires"]:
        _depend(writer, change, "require", name, meant or _deployed(writer, change, name))
    for name in change["conflicts"]:
        _depend(writer, change, "conflict", name, None)
    for tag in change["tags"]:
        writer.execute(
            "INSERT INTO sqitch.tags (tag_id, tag, project, change_id, note, committer_name, "
            "committer_email, planned_at, planner_name, planner_email) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                tag["id"], f"@{tag['name']}", change["project"], change["id"], tag["note"], *who,
                tag["planned_at"], tag["planner"], tag["email"],
            ),
        )  # fmt: skip
    names = [name for name, _ in change["requires"]]
    tags = [f"@{tag['name']}" for tag in change["tags"]]
    _event(writer, "deploy", change, names, change["conflicts"], tags)


def log_failure(writer: Registry, change: Change) -> None:
    """The event that a deploy broke off; nothing else of it is kept."""
    _register(writer, change)
    names = [name for name, _ in change["requires"]]
    tags = [f"@{tag['name']}" for tag in change["tags"]]
    _event(writer, "fail", change, names, change["conflicts"], tags)


def log_revert(writer: Registry, change_id: str) -> None:
    """Everything of the change goes but its events; one more says that it went."""
    writer.execute("LOCK TABLE sqitch.changes IN EXCLUSIVE MODE")
    tags = [row[0] for row in writer.rows(
        "DELETE FROM sqitch.tags WHERE change_id = %s RETURNING tag", (change_id,)
    )]  # fmt: skip
    kinds: dict[str, list[str]] = {"require": [], "conflict": []}
    for kind, name in writer.rows(
        "SELECT type, dependency FROM sqitch.dependencies WHERE change_id = %s", (change_id,)
    ):
        kinds[kind].append(name)
    rows = writer.rows(
        "DELETE FROM sqitch.changes WHERE change_id = %s "
        "RETURNING change, project, note, planned_at, planner_name, planner_email",
        (change_id,),
    )
    for name, project, note, planned_at, planner, email in rows:
        change: Change = {
            "id": change_id, "name": name, "project": project, "note": note,
            "planned_at": planned_at, "planner": planner, "email": email,
        }  # fmt: skip
        _event(writer, "revert", change, kinds["require"], kinds["conflict"], tags)


def _register(writer: Registry, change: Change) -> None:
    known = writer.rows("SELECT 1 FROM sqitch.projects WHERE project = %s", (change["project"],))
    if not known:
        writer.execute(
            "INSERT INTO sqitch.projects (project, uri, creator_name, creator_email) "
            "VALUES (%s, %s, %s, %s)",
            (change["project"], change["uri"] or None, *writer.committer),
        )


def _depend(writer: Registry, change: Change, kind: str, name: str, meant: str | None) -> None:
    writer.execute(
        "INSERT INTO sqitch.dependencies (change_id, type, dependency, dependency_id) "
        "VALUES (%s, %s, %s, %s)",
        (change["id"], kind, name, meant),
    )


def _deployed(writer: Registry, change: Change, name: str) -> str | None:
    """The deployed change of another project that a requirement names."""
    project, _, other = name.rpartition(":")
    rows = writer.rows(
        "SELECT change_id FROM sqitch.changes WHERE project = %s AND change = %s "
        "ORDER BY committed_at DESC LIMIT 1",
        (project or change["project"], other.partition("@")[0]),
    )
    return rows[0][0] if rows else None


def _event(
    writer: Registry,
    event: str,
    change: Change,
    requires: list[str],
    conflicts: list[str],
    tags: list[str],
) -> None:
    writer.execute(
        "INSERT INTO sqitch.events (event, change_id, change, project, note, tags, requires, "
        "conflicts, committer_name, committer_email, planned_at, planner_name, planner_email) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            event, change["id"], change["name"], change["project"], change["note"], tags,
            requires, conflicts, *writer.committer, change["planned_at"], change["planner"],
            change["email"],
        ),
    )  # fmt: skip
