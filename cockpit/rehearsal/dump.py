"""The schema of the target as SQL, written by `pg_dump`."""

import os
import re
import subprocess
from pathlib import Path

from cockpit.errors import DatabaseError
from cockpit.settings.dsn import Dsn
from cockpit.settings.secret import Secret

_OURS = ("cockpit", "cockpit_attic")
_OPTIONS = (
    "--schema-only",
    "--no-subscriptions",  # their connection strings hold passwords
    "--no-security-labels",
    "--lock-wait-timeout=10s",
    "--no-password",
    "--encoding=UTF8",
)
_SECONDS = 600
_RESTRICTION = re.compile(r"^\\(?:un)?restrict \S+$", re.MULTILINE)
_EXTENSION = re.compile(r'^CREATE EXTENSION IF NOT EXISTS ("(?:[^"]|"")+"|\w+)', re.MULTILINE)
_SETTING = re.compile(r"^SET (\w+) = .*;$", re.MULTILINE)


def dump_schema(program: Path, dsn: Dsn, password: Secret | None) -> str:
    """The whole schema but the cockpit's own.

    Takes ACCESS SHARE on every table while it reads, and waits at most ten seconds for it. The
    password reaches `pg_dump` in its environment alone. Raises `DatabaseError` with its words.
    """
    command = [
        str(program),
        *_OPTIONS,
        *(f"--exclude-schema={schema}" for schema in _OURS),
        f"--dbname={dsn.conninfo()}",
    ]
    environment = dict(os.environ) | {"LC_ALL": "C", "PGAPPNAME": "cockpit rehearsal"}
    if password or dsn.password:
        environment["PGPASSWORD"] = (password or dsn.password or Secret("")).reveal()
    try:
        done = subprocess.run(  # noqa: S603  a program of PostgreSQL's, with no text of a user's
            command, env=environment, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DatabaseError(f"pg_dump cannot read the schema: {error}.") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split())
        raise DatabaseError(
            f"pg_dump cannot read the schema: {said}",
            next_step="The role needs USAGE on every schema and SELECT on every table.",
        )
    return done.stdout.decode()


def extensions_of(dump: str) -> tuple[str, ...]:
    """Names of the extensions that the text creates."""
    return tuple(_plain(name) for name in _EXTENSION.findall(dump))


def restorable(dump: str, known_settings: frozenset[str]) -> str:
    """The text without psql's own commands, and without settings that the server does not know."""
    text = _RESTRICTION.sub("", dump)
    return _SETTING.sub(lambda m: m[0] if m[1].lower() in known_settings else "", text)


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
