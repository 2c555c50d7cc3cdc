"""Public repositories as they are: is the tool found, are the states right, does anything break?

    python -m tests.repositories --apply PATH=TOOL...

PATH is a clone, bare or not, with `:folder` behind it where a folder is to be named. For each one
a scratch database gets the history that TOOL would have written for the first two thirds of its
migrations, and the board must say so; then, with --apply, an empty one gets everything that is SQL.
Nothing of a repository is run but its SQL, on a private server. Prints a table in Markdown.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import CockpitError
from cockpit.model.board import Board
from cockpit.model.goal import Action, Goal
from cockpit.model.migration import Migration
from cockpit.model.state import State
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.databases import Database, Databases, chosen_programs
from tests.tools.layouts import LAYOUTS

HELD = (State.APPLIED, State.UNVERIFIED)
WAITING = (State.PENDING, State.LATE)
_APPLY_SECONDS = 900


@dataclass
class Seen:
    """What came of one repository."""

    name: str
    tool: str = ""
    folder: str = ""
    migrations: int = 0
    unreadable: list[str] = field(default_factory=list)
    """Problems of files that keep a migration out, or from being run."""
    wrong: list[str] = field(default_factory=list)
    """States that are not what the history says."""
    seconds: float = 0.0
    applied: str = ""


def main() -> None:
    """Look at all of them; print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("repositories", nargs="+", metavar="PATH[:FOLDER]=TOOL")
    parser.add_argument("--apply", action="store_true", help="run all SQL on an empty database")
    asked = parser.parse_args()
    with EmbeddedServer(chosen_programs()) as server:
        databases = Databases(server.dsn())
        seen = [_told(named, databases, apply=asked.apply) for named in asked.repositories]
    _print(seen)


def _told(named: str, databases: Databases, *, apply: bool) -> Seen:
    """One row, also of a repository that cannot be looked at."""
    place, _, tool = named.rpartition("=")
    path, _, folder = place.partition(":")
    seen = Seen(Path(path).parent.name.replace("+", "/") if path.endswith("/repo") else path)
    try:
        _see(seen, path, folder, tool, databases, apply=apply)
    except CockpitError as error:
        seen.wrong.append(error.what)
    return seen


def _see(
    seen: Seen, path: str, folder: str, tool: str, databases: Databases, *, apply: bool
) -> None:
    with databases.fresh() as database:
        began = time.monotonic()
        board = _look(path, folder, "auto", database)
        seen.seconds = time.monotonic() - began
        seen.folder, folder = board.folder or "", board.folder or ""
        board = _look(path, folder, tool, database)
        seen.migrations = len(board.migrations.migrations)
        seen.unreadable = [str(p) for p in board.problems if p.blocks_writing]
        if apply:
            seen.applied = _apply(path, folder, tool, database)
    with databases.fresh() as database:
        database.execute(_two_thirds(tool, board.migrations.migrations))
        board = _look(path, folder, "auto", database)
        seen.tool = board.tool
        seen.wrong = _wrong(board)
        if board.tool != tool:
            seen.wrong.append(f"taken for {board.tool}")


def _look(path: str, folder: str, tool: str, database: Database) -> Board:
    session = _session(path, folder, tool, database)
    try:
        board = session.look()
    finally:
        session.close()
    if board.source_error or board.database_error:
        raise CockpitError(f"{path}: {board.source_error or board.database_error}")
    return board


def _session(path: str, folder: str, tool: str, database: Database) -> Session:
    return Session(
        Opening(
            repository=Path(path), folder=folder, tool=tool, dsn=parse(database.dsn),
            environment=Environment.LOCAL, limits=Limits(),
        )
    )  # fmt: skip


def _share(count: int) -> int:
    return count - count // 3


def _two_thirds(tool: str, migrations: Sequence[Migration]) -> str:
    """The tool's tables with the first two thirds in them."""
    layout = next(layout for layout in LAYOUTS if layout.tool == tool)
    chosen = migrations[: _share(len(migrations))]
    rows = [_ROWS[tool](migration, number) for number, migration in enumerate(chosen, start=1)]
    if tool == "golang-migrate":
        rows = rows[-1:]
    return ";".join([layout.history, f"DELETE FROM {layout.table}", *rows])


def _wrong(board: Board) -> list[str]:
    """Standings that are not what the history says."""
    versions = board.migrations.versions
    applied = set(versions[: _share(len(versions))])
    found = []
    for standing in board.standings:
        right = HELD if standing.version in applied else WAITING
        if standing.state not in right:
            found.append(f"{standing.version} is {standing.state}: {standing.why}")
    return found


def _apply(path: str, folder: str, tool: str, database: Database) -> str:
    """How far everything that is SQL comes on an empty database, and what stopped it."""
    session = _session(path, folder, tool, database)
    try:
        plan = session.plan(Goal(Action.APPLY))
        if plan.refusals:
            return f"refused: {plan.refusals[0]}"
        session.arm(session.look().standpoint.name)
        began = time.monotonic()
        running = session.start(plan, lambda event: None, stepwise=False)
        outcome = running.join(_APPLY_SECONDS)
        took = time.monotonic() - began
        states = [standing.state for standing in session.look().standings]
        done = sum(state in HELD for state in states)
        words = f"{done} of {len(states)} in {took:.1f} s"
        if outcome is None or outcome.outcome != "done":
            failed = next((s for s in session.look().standings if s.state is State.FAILED), None)
            words += f"; {failed.version}: {failed.why}" if failed else "; not finished"
        return words
    except CockpitError as error:
        return f"refused: {error.what}"
    finally:
        session.close()


def _text(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _flyway(migration: Migration, rank: int) -> str:
    repeatable = migration.version.startswith("R__")
    version = None if repeatable else migration.version
    return (
        f"INSERT INTO flyway_schema_history VALUES ({rank}, {_text(version)}, "
        f"{_text(migration.name)}, 'SQL', {_text(migration.path)}, {migration.checksum}, "
        "'ana', now(), 1, true)"
    )


def _liquibase(migration: Migration, number: int) -> str:
    change = json.loads(migration.metadata)
    checksum = migration.checksum if change.get("compared", True) else "9:" + "0" * 32
    return (
        "INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, "
        f"exectype, md5sum) VALUES ({_text(change['id'])}, {_text(change['author'])}, "
        f"{_text(change['file'])}, now(), {number}, 'EXECUTED', {_text(checksum)})"
    )


def _sqitch(migration: Migration, number: int) -> str:
    change = json.loads(migration.metadata)
    return (
        f"INSERT INTO sqitch.changes VALUES ({_text(change['id'])}, {_text(migration.checksum)}, "
        f"{_text(migration.version.partition('@')[0])}, {_text(change['project'])}, '', "
        f"now() + interval '{number} ms', 'a', 'a', now(), 'a', 'a')"
    )


_ROWS: dict[str, Callable[[Migration, int], str]] = {
    "alembic": lambda m, _: (
        f"DELETE FROM alembic_version; INSERT INTO alembic_version VALUES ('{m.version}')"
    ),
    "django": lambda m, _: (
        "INSERT INTO django_migrations (app, name, applied) VALUES "
        f"({_text(m.version.partition('.')[0])}, {_text(m.version.partition('.')[2])}, now())"
    ),
    "golang-migrate": lambda m, _: f"INSERT INTO schema_migrations VALUES ({m.version}, false)",
    "dbmate": lambda m, _: f"INSERT INTO schema_migrations VALUES ('{m.version}')",
    "rails": lambda m, _: f"INSERT INTO schema_migrations VALUES ('{int(m.version)}')",
    "ecto": lambda m, _: f"INSERT INTO schema_migrations VALUES ({m.version}, now())",
    "goose": lambda m, _: (
        f"INSERT INTO goose_db_version (version_id, is_applied) VALUES ({m.version}, true)"
    ),
    "sqlx": lambda m, _: (
        f"INSERT INTO _sqlx_migrations VALUES ({m.version}, {_text(m.name)}, now(), true, "
        f"decode('{m.checksum}', 'hex'), 1)"
    ),
    "diesel": lambda m, _: (
        f"INSERT INTO __diesel_schema_migrations (version) VALUES ('{m.version}')"
    ),
    "sql-migrate": lambda m, _: (
        f"INSERT INTO gorp_migrations VALUES ({_text(m.version + '.sql')}, now())"
    ),
    "node-pg-migrate": lambda m, _: (
        f"INSERT INTO pgmigrations (name, run_on) VALUES ({_text(m.version)}, now())"
    ),
    "flyway": _flyway,
    "liquibase": _liquibase,
    "sqitch": _sqitch,
    "prisma": lambda m, n: (
        "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at) "
        f"VALUES ('{n}', '{m.checksum}', now(), {_text(m.version)}, now() + interval '{n} ms')"
    ),
    "atlas": lambda m, _: (
        "INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES "
        f"('{m.version}', {_text(m.name)}, 2, 1, 1, now(), 1, '', '', '{m.checksum}', 'null', '')"
    ),
    "knex": lambda m, _: (
        "INSERT INTO knex_migrations (name, batch, migration_time) "
        f"VALUES ({_text(m.version)}, 1, now())"
    ),
    "typeorm": lambda m, _: (
        'INSERT INTO migrations ("timestamp", name) '
        f"VALUES ({m.metadata[-13:]}, {_text(m.metadata)})"
    ),
    "drizzle": lambda m, _: (
        "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) "
        f"VALUES ('{m.checksum}', {m.metadata})"
    ),
}


def _print(all_of_them: Sequence[Seen]) -> None:
    """The table, then what was unreadable or wrong, a few of each."""
    lines = [
        "| repository | tool | folder | migrations | unreadable | states | look | applied |",
        "|---|---|---|---:|---:|---|---:|---|",
    ]
    for seen in all_of_them:
        states = f"{len(seen.wrong)} wrong" if seen.wrong else "all right"
        lines.append(
            f"| {seen.name} | {seen.tool} | {seen.folder} | {seen.migrations} | "
            f"{len(seen.unreadable)} | {states} | {seen.seconds:.2f} s | {seen.applied} |"
        )
    for seen in all_of_them:
        lines += [f"{seen.name}: {what}" for what in (*seen.unreadable[:4], *seen.wrong[:4])]
    print("\n".join(lines))  # noqa: T201 (this is its output)


if __name__ == "__main__":
    main()
