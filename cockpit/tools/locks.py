"""Every known tool's deployment lock, so that one look shows whichever is held.

Advisory keys are numbers that each tool computes; the place in its source stands beside each.
Liquibase, Knex and goose's lock table keep a committed row, which no dead session frees; Ecto holds
a table lock; a migration of pgroll that is started and not complete keeps every other one out.
Ecto's optional advisory key depends on Erlang's `phash2` of the program and is not known. dbmate,
diesel, sql-migrate, TypeORM, Drizzle, Alembic and Django take no lock.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cockpit.database.connection import Reader
from cockpit.model.locks import AdvisoryKey, LockHolder
from cockpit.model.target import Identity
from cockpit.tools import (
    atlas,
    flyway,
    golang_migrate,
    goose,
    liquibase_lock,
    node_pg_migrate,
    prisma,
    sqitch,
    sqlx,
)
from cockpit.tools.history_table import qualified

RESHAPE_KEY = 4036779288569897133
PGROLL_KEY = 12388221127840347
"""Held for the transaction that sets pgroll up, not while it migrates."""
_RAILS_SALT = 2053462845
"""`ActiveRecord::Migrator::MIGRATOR_SALT`, times CRC-32 of the database's name."""
_LONG_IDLE_SECONDS = 300
_OURS = "cockpit"
_POOLERS = ("pgbouncer", "pgcat", "odyssey", "pgpool", "pooler")

_ROW_TABLES = """
SELECT n.nspname, c.relname, array_agg(a.attname::text)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE lower(c.relname) IN ('databasechangeloglock', 'knex_migrations_lock', 'goose_lock')
   AND c.relkind IN ('r', 'p') AND has_schema_privilege(n.oid, 'USAGE')
   AND has_table_privilege(c.oid, 'SELECT')
 GROUP BY 1, 2 ORDER BY 1, 2
"""
_HELD_ROWS = {
    "databasechangeloglock": (
        "liquibase",
        {"locked", "lockgranted", "lockedby"},
        "SELECT lockedby, lockgranted::timestamptz FROM {table} WHERE locked",
    ),
    "knex_migrations_lock": (
        "knex",
        {"is_locked"},
        "SELECT NULL, NULL FROM {table} WHERE is_locked <> 0",
    ),
    "goose_lock": (
        "goose",
        {"locked", "locked_by", "locked_at", "lease_expires_at"},
        "SELECT locked_by, locked_at::timestamptz FROM {table} "
        "WHERE locked AND lease_expires_at > now()",
    ),
}
_HAD_HERE = "alive: this cockpit has it"
_ECTO = """
SELECT n.nspname || '.' || c.relname, l.pid, coalesce(s.usename::text, '?'),
       coalesce(s.application_name, ''), coalesce(host(s.client_addr), s.client_hostname),
       coalesce(s.state, 'unknown'), s.backend_start
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relname = 'schema_migrations'
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'inserted_at'
  LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = l.pid
 WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'ShareUpdateExclusiveLock'
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND coalesce(s.backend_type, '') <> 'autovacuum worker'
"""
_SESSIONS = """
SELECT a.pid, a.state, extract(epoch FROM clock_timestamp() - a.state_change)::float8,
       a.application_name,
       (SELECT string_agg(b.pid || ' ' || coalesce(nullif(b.application_name, ''), b.usename), ', ')
          FROM pg_catalog.pg_stat_activity b
         WHERE b.pid = ANY (pg_catalog.pg_blocking_pids(a.pid)))
  FROM pg_catalog.pg_stat_activity a WHERE a.pid = ANY(%s)
"""
_PGROLL = """
SELECT n.nspname, c.relname
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relname = 'migrations' AND c.relkind = 'r'
   AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
   AND (SELECT count(*) FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND NOT a.attisdropped
           AND a.attname IN ('schema', 'migration', 'done', 'resulting_schema')) = 4
"""
_NAMED = "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE starts_with(application_name, %s)"
_FROM = "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE host(client_addr) = %s"


def shut_out(tool: str, keys: Iterable[AdvisoryKey], *, by_row: bool = False) -> str:
    """Whom a cockpit that holds these keys, and the lock row `by_row`, keeps out; and whom not."""
    theirs = [key for key in keys if key.tool != _OURS]
    names = {key.tool for key in theirs} or {tool} - {_OURS}
    if not names:
        return "other cockpits"
    name = ", ".join(sorted(names))
    if by_row or any(key.note != "library" for key in theirs):
        return f"other cockpits and {name}"
    if theirs:
        return f"other cockpits and programs with {name} inside; its command takes no lock, goes on"
    return f"other cockpits; {name} takes no lock and goes on"


def known_keys(reader: Reader, identity: Identity) -> tuple[AdvisoryKey, ...]:
    """Every advisory key that some tool would take in this database, with its usual table."""
    database = identity.database
    schema = str(reader.rows("SELECT coalesce(current_schema(), 'public')")[0][0])
    rails = _RAILS_SALT * zlib.crc32(database.encode())
    return (
        *golang_migrate.GolangMigrate().lock_keys(reader, identity),
        AdvisoryKey("goose", goose.LOCK_KEY, "library"),
        AdvisoryKey("node-pg-migrate", node_pg_migrate.LOCK_KEY),
        AdvisoryKey("sqlx", sqlx.advisory_key(database)),
        AdvisoryKey("flyway", flyway.lock_key(schema, "flyway_schema_history")),
        AdvisoryKey("rails", rails),
        AdvisoryKey("atlas", atlas.LOCK_KEY),
        AdvisoryKey("prisma", prisma.LOCK_KEY),
        AdvisoryKey("sqitch", sqitch.LOCK_KEY),
        AdvisoryKey("reshape", RESHAPE_KEY),
        AdvisoryKey("pgroll", PGROLL_KEY, "set-up"),
    )


def table_locks(reader: Reader, ours: str = "") -> tuple[LockHolder, ...]:
    """Locks that are rows or table locks. Reads only, and only what this role may read.

    `ours`: what a row that this very process has locked would name as its owner.
    """
    found: list[LockHolder] = []
    for schema, name, columns in reader.rows(_ROW_TABLES):
        tool, wanted, query = _HELD_ROWS[name.lower()]
        if wanted <= {column.lower() for column in columns}:
            for owner, since in reader.rows(query.format(table=qualified(schema, name))):
                place = f"{schema}.{name}"
                found.append(_row(reader, tool, owner, since, place, bool(ours) and owner == ours))
    for place, pid, user, application, address, state, since in reader.rows(_ECTO):
        key = AdvisoryKey("ecto", 0, "table lock")
        found.append(LockHolder(key, pid, user, application, address, state, since, place=place))
    return (*found, *_started(reader))


def _row(
    reader: Reader, tool: str, owner: str | None, since: datetime | None, place: str, ours: bool
) -> LockHolder:
    state, judged = _of_a_row(reader, owner, ours)
    who = owner or "nobody named"
    key = AdvisoryKey(tool, 0, "row")
    return LockHolder(key, 0, who, "", None, state, since, ours, place, judged)


def _started(reader: Reader) -> tuple[LockHolder, ...]:
    """Migrations of pgroll between its two phases."""
    found = []
    for schema, name in reader.rows(_PGROLL):
        table = qualified(schema, name)
        rows = reader.rows(
            f"SELECT name, created_at::timestamptz FROM {table} WHERE NOT done"  # noqa: S608 (quoted)
        )
        for migration, since in rows:
            key = AdvisoryKey("pgroll", 0, "migration")
            state = "started: no other one may start before pgroll complete or pgroll rollback"
            place = f"{schema}.{name}"
            found.append(LockHolder(key, 0, migration, "", None, state, since, place=place))
    return tuple(found)


def with_verdicts(reader: Reader, holders: tuple[LockHolder, ...]) -> tuple[LockHolder, ...]:
    """Each with what can be said about its session: alive, in the way, or perhaps left behind."""
    pids = [holder.pid for holder in holders if holder.pid and not holder.ours]
    facts = {pid: rest for pid, *rest in reader.rows(_SESSIONS, (pids,))} if pids else {}
    return tuple(_judged(holder, facts) for holder in holders)


def _judged(holder: LockHolder, facts: Mapping[int, list[Any]]) -> LockHolder:
    if holder.ours and holder.pid:
        return replace(holder, verdict=_HAD_HERE)
    return replace(holder, verdict=verdict(*facts[holder.pid])) if holder.pid in facts else holder


def verdict(
    state: str | None,
    seconds: float | None,
    application: str | None,
    waits_for: str | None = None,
) -> str:
    """What a session's state says of the lock it holds. `seconds`: since its state changed."""
    if waits_for:
        return f"its session waits for {waits_for}"
    if state is None or seconds is None:
        return "this role may not see what its session does"
    if state == "active":
        return "alive: its session works"
    if state.startswith("idle in transaction"):
        return "in a transaction and idle: a CONCURRENTLY waits for it"
    if seconds < _LONG_IDLE_SECONDS:
        return "alive: idle between two statements"
    minutes = int(seconds // 60)
    if any(pooler in (application or "").lower() for pooler in _POOLERS):
        return f"idle for {minutes} min behind a pooler: probably stranded"
    return f"idle for {minutes} min: forgotten, or stranded behind a pooler"


def _of_a_row(reader: Reader, owner: str | None, ours: bool) -> tuple[str, str]:
    """State and verdict. A committed row says nothing about its owner; sessions say a little.

    A cockpit names the row as it names its session, so of its rows it can be told.
    """
    if ours:
        return "a row", _HAD_HERE
    if owner and owner.startswith(liquibase_lock.OURS):
        alive = int(reader.rows(_NAMED, (owner[:63],))[0][0])
        if alive:
            return "a row", "alive: that cockpit is connected"
        return "a row", "stranded: that cockpit is gone; the next run of one takes it over"
    unknown = "a row: whether its owner still lives cannot be told from it"
    address = (owner or "").rpartition("(")[2].rstrip(")")
    if not address or address == owner:
        return unknown, ""
    count = int(reader.rows(_FROM, (address,))[0][0])
    seen = "no session" if count == 0 else f"{count} session{'s' if count > 1 else ''}"
    return f"{unknown}; {seen} from {address} in sight", ""
