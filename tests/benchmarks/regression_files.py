"""Predicted locks beside real ones, over the statements of PostgreSQL's own regression tests.

    python -m tests.benchmarks.regression_files PROGRAMS SQL [FILE ...] [--differences OUT.json]

PROGRAMS is a folder with a server's programs; SQL is `src/test/regress/sql` of the same version's
source (Debian: `apt-get source postgresql-15`). Nobody here wrote these statements. Each is run in
a transaction of its own, in the order of its file; before it the catalog is read and a prediction
made, and before COMMIT a second connection reads `pg_locks`. A lock that was predicted and is not
there may have been given back: then the statement must be seen waiting for it, or it counts as too
strong. Counted are locks on permanent tables, views, sequences and foreign tables that existed
before. Left out: what fails, what cannot
run in a transaction, queries, and temporary tables, which no second connection sees.

Where there are no temporary tables, every statement runs in a new session: an old one remembers
plans and row types, and asks for fewer locks.

*Too weak or missing* is what can hurt: somebody waits who was not told of. *Too strong or too many*
is caution: a row that could go to any partition goes to one, a referenced row is not looked up
because the value is null.

A file that cannot be run to its end, because it ends the server's session or locks the catalog, is
named on stderr; what it came to until then counts. A prediction that crashes counts as a crash.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import postgast
import psycopg
from psycopg import sql

from cockpit.analysis.impact import predict
from cockpit.database.catalog import read_facts
from cockpit.embedded import binaries
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import CockpitError
from cockpit.model.impact import Impact
from cockpit.model.locks import LockMode
from cockpit.sql.kind import kind_of
from tests.benchmarks.asked_locks import is_asked_for
from tests.sessions import opened

SETUP = "test_setup"
LEFT_OUT = {
    "BEGIN", "COMMIT", "ROLLBACK", "START", "SAVEPOINT", "RELEASE", "SELECT", "EXPLAIN", "SHOW",
    "VACUUM", "ANALYZE", "PREPARE", "EXECUTE", "DECLARE", "FETCH", "DISCARD", "LISTEN", "VALUES",
}  # fmt: skip
SESSION = {"SET", "RESET"}
ROWS = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "WITH", "CALL", "DO"}
COUNTED = "rpfmvSc"
_THROUGH_CLIENT = re.compile(r"\b(FROM|TO)\s+STD(IN|OUT)\b", re.IGNORECASE)
"""A COPY that waits for the client to send or take rows; the server minds no mistaken word."""

RELATIONS = """
SELECT c.oid::bigint, n.nspname || '.' || c.relname, c.relkind
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid >= 16384 AND n.nspname NOT IN ('pg_toast', 'information_schema')
   AND c.relpersistence <> 't'
"""
LOCKS = "SELECT relation::bigint, mode FROM pg_locks WHERE pid = %s AND locktype = 'relation'"
TEMPORARY = "SELECT relname FROM pg_class WHERE relpersistence = 't'"
SESSION_STATE = "SELECT current_setting('search_path'), current_user::text"
SETTINGS = "SELECT name, setting FROM pg_settings WHERE source = 'session'"
PATIENCE = "-c lock_timeout=5s -c statement_timeout=60s"
"""The watcher reads the catalog, which a statement of the suite may have locked."""


@dataclass
class Tally:
    """How many statements ended how, and those that differ."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def add(self, group: str, verdict: str) -> None:
        """One more statement of `schema` or `rows`."""
        self.counts[group, verdict] += 1


def statements(path: Path) -> Iterator[tuple[str, str]]:
    """Every statement PostgreSQL can parse, with its kind; psql's own lines and data are cut."""
    text = path.read_text(errors="replace")
    text = re.sub(r"(?ims)^copy\b[^;]*from\s+std(in|out)[^;]*;.*?^\\\.$", "", text)
    text = re.sub(r"\\g(set|desc|exec|x)?\b[^\n]*", ";", text)
    text = re.sub(r"(?m)^\s*\\[^\n]*$", "", text)
    for part in _parts(text):
        try:
            parsed = postgast.parse(part).stmts
        except postgast.PgQueryError:
            continue
        if len(parsed) == 1 and not _THROUGH_CLIENT.search(part):
            yield part.strip(), kind_of(parsed[0].stmt)


def _parts(text: str) -> list[str]:
    """At semicolons; at those that end a line where the scanner gives up over a psql variable."""
    try:
        return list(postgast.split(text, method="scanner"))
    except postgast.PgQueryError:
        return re.split(r";[ \t]*\n", text)


class Stage:
    """One file's database: a session that acts, one that watches, one that reads the catalog."""

    def __init__(self, dsn: str, tally: Tally, name: str) -> None:
        self.actor = psycopg.connect(dsn, autocommit=True)
        self.watcher = psycopg.connect(dsn, autocommit=True, options=PATIENCE)
        self.dsn, self.tally, self.name = dsn, tally, name
        self._open = ExitStack()
        self.session = self._open.enter_context(opened(dsn))

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        self.actor.close()
        self.watcher.close()
        self._open.close()

    def prepare(self, path: Path) -> None:
        """What the files of the suite expect to find; its data files are not there."""
        for statement, _ in statements(path):
            self.quietly(statement)

    def quietly(self, statement: str) -> bool:
        """Run it; whether the server took it."""
        try:
            self.actor.execute(statement.encode())
        except psycopg.Error:
            return False
        return True

    def compare(self, statement: str, kind: str) -> None:
        """Predict, run, look, and commit."""
        self.renew()
        names = {oid: (name, kind) for oid, name, kind in self.watcher.execute(RELATIONS)}
        try:
            impact = self.predicted(statement)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            self.crashed(statement, error)
            return
        if impact is None:
            return
        predicted = _counted(impact, names)
        found = self.observed(statement, names, predicted)
        if found is not None:
            self.judge(statement, kind, predicted, found, impact)

    def renew(self) -> None:
        """Go on in a session that remembers no plans and row types, with the same settings.

        Not while there are temporary tables, which would be gone.
        """
        try:
            if self.actor.execute(TEMPORARY).fetchall():
                return
            settings = self.actor.execute(SETTINGS).fetchall()
            user, role = self.actor.execute("SELECT session_user, current_user").fetchall()[0]
        except psycopg.Error:
            return
        self.actor.close()
        self.actor = psycopg.connect(self.dsn, autocommit=True)
        for name, value in settings:
            self.actor.execute("SELECT set_config(%s, %s, false)", (name, value))
        self.actor.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(user)))
        if role != user:
            self.actor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))

    def crashed(self, statement: str, error: Exception) -> None:
        """No prediction at all; the statement runs nevertheless, for those after it."""
        self.tally.add("schema", "crash")
        self.tally.differences.append(
            {"file": self.name, "statement": statement, "crash": f"{type(error).__name__}: {error}"}
        )
        self.quietly(statement)

    def predicted(self, statement: str) -> Impact | None:
        """None when the session cannot say its search path, or the statement names its own."""
        try:
            path, role = self.actor.execute(SESSION_STATE).fetchall()[0]
            hidden = [row[0] for row in self.actor.execute(TEMPORARY)]
        except psycopg.Error:
            return None
        if any(re.search(rf"\b{re.escape(name)}\b", statement, re.IGNORECASE) for name in hidden):
            return None
        with self.session.look() as reader:
            facts = read_facts(reader)
        acting = [f'SET ROLE "{role}"'] if role != facts.role else []
        return predict([f"SET search_path = {path}", *acting, statement], facts)[-1]

    def observed(
        self,
        statement: str,
        names: dict[int, tuple[str, str]],
        predicted: dict[str, LockMode],
    ) -> dict[str, LockMode] | None:
        """Locks at the end of its transaction, and those given back; None when it fails."""
        self.actor.execute("BEGIN")
        if not self.quietly(statement):
            self.actor.execute("ROLLBACK")
            self.quietly(statement)
            return None
        found: dict[str, LockMode] = {}
        for oid, mode in self.watcher.execute(LOCKS, (self.actor.info.backend_pid,)):
            name, kind = names.get(oid, ("", ""))
            if kind and kind in COUNTED:
                modes = [LockMode(mode), found.get(name, LockMode(mode))]
                found[name] = max(modes, key=lambda one: one.rank)
        if any(_is_below(found.get(name), mode) for name, mode in predicted.items()):
            self.actor.execute("ROLLBACK")
            found |= self.given_back(statement, names, predicted, found)
            self.actor.execute("BEGIN")
            self.quietly(statement)
        return found if self.quietly("COMMIT") else None

    def given_back(
        self,
        statement: str,
        names: dict[int, tuple[str, str]],
        predicted: dict[str, LockMode],
        found: dict[str, LockMode],
    ) -> dict[str, LockMode]:
        """Those of the predicted locks beyond what was found that the statement waits for."""
        known = {name: (oid, kind) for oid, (name, kind) in names.items()}
        return {
            name: mode
            for name, mode in predicted.items()
            if _is_below(found.get(name), mode)
            and is_asked_for(self.actor, statement, known[name], mode, found.get(name))
        }

    def judge(
        self,
        statement: str,
        kind: str,
        predicted: dict[str, LockMode],
        found: dict[str, LockMode],
        impact: Impact,
    ) -> None:
        """Count the statement, and keep it when the two differ."""
        unknown = impact.unknown
        weak = [n for n, m in found.items() if n not in predicted or predicted[n].rank < m.rank]
        group = "rows" if kind.split()[0] in ROWS else "schema"
        self.tally.add(group, "run")
        if unknown:
            self.tally.add(group, "said to be unknown")
        if predicted == found:
            self.tally.add(group, "exactly right")
            return
        if not unknown:
            self.tally.add(group, "too weak or missing" if weak else "too strong or too many")
        self.tally.differences.append({
            "file": self.name, "statement": statement, "unknown": unknown, "notes": impact.notes,
            "predicted": predicted, "found": found,
        })  # fmt: skip


def _is_below(found: LockMode | None, predicted: LockMode) -> bool:
    return found is None or found.rank < predicted.rank


def _counted(impact: Impact, names: dict[int, tuple[str, str]]) -> dict[str, LockMode]:
    kinds = dict(names.values())
    counted = (lock for lock in impact.locks if kinds.get(lock.relation, "-") in COUNTED)
    return {lock.relation: lock.mode for lock in counted}


def run_file(server: EmbeddedServer, folder: Path, name: str, tally: Tally) -> None:
    """One file in a database of its own."""
    database = f"regress_{name}"
    with psycopg.connect(server.dsn(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    dsn = psycopg.conninfo.make_conninfo(server.dsn(), dbname=database)
    with Stage(dsn, tally, name) as stage:
        stage.prepare(folder / f"{SETUP}.sql")
        for statement, kind in statements(folder / f"{name}.sql"):
            if kind.split()[0] in SESSION:
                stage.quietly(statement)
            elif kind.split()[0] not in LEFT_OUT:
                stage.compare(statement, kind)


def main() -> None:
    """Run the files, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programs", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--differences", type=Path)
    asked = parser.parse_args()
    tally = Tally()
    every = sorted(path.stem for path in asked.folder.glob("*.sql"))
    with EmbeddedServer(binaries.read(asked.programs)) as server:
        for name in asked.files or [name for name in every if name != SETUP]:
            try:
                run_file(server, asked.folder, name, tally)
                sys.stderr.write(f"{name}\n")
            except (psycopg.Error, CockpitError) as error:
                sys.stderr.write(f"{name}: not to its end: {error}\n")
    for (group, verdict), count in sorted(tally.counts.items()):
        sys.stdout.write(f"{group:8} {verdict:24} {count}\n")
    if asked.differences:
        asked.differences.write_text(json.dumps(tally.differences, indent=1))


if __name__ == "__main__":
    main()
