"""What libpq finds by itself: its service file and its password file.

We only say whether libpq will find a password and where; the password is never read into a value.
Sources: PostgreSQL documentation 34.16 (password file) and 34.17 (service file), `fe-connect.c`.
"""

import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cockpit.settings.dsn import Dsn

_VARIABLES = {
    "PGHOST": "host",
    "PGHOSTADDR": "hostaddr",
    "PGPORT": "port",
    "PGDATABASE": "dbname",
    "PGUSER": "user",
    "PGSERVICE": "service",
    "PGPASSFILE": "passfile",
}
_DEFAULT_SOCKETS = ("", "/tmp", "/run/postgresql", "/var/run/postgresql")  # noqa: S108
"""libpq compares its default socket with `localhost` in a password file; which one is the default
was decided when libpq was built."""
_SECRET_KEYWORDS = frozenset({"password", "sslpassword"})
_FIELD = re.compile(r"((?:[^\\:]|\\.)*)(?::|$)")


@dataclass(frozen=True, slots=True)
class Service:
    """One section of a service file."""

    path: Path
    values: dict[str, str]
    """Without the password."""
    has_password: bool


def effective(dsn: Dsn, environment: Mapping[str, str]) -> Dsn:
    """The parameters libpq will use: as given, then from the service, then from PG* variables."""
    variables = {
        keyword: environment[name] for name, keyword in _VARIABLES.items() if environment.get(name)
    }
    name = dsn.get("service") or variables.get("service", "")
    service = find_service(name, dsn, environment) if name else None
    return dsn.filled(service.values if service else {}).filled(variables)


def find_service(name: str, dsn: Dsn, environment: Mapping[str, str]) -> Service | None:
    """The section of that name in the first file that has it."""
    home = Path(environment.get("HOME", "~")).expanduser()
    named = dsn.get("servicefile") or environment.get("PGSERVICEFILE")
    files = [Path(named) if named else home / ".pg_service.conf"]
    if system := environment.get("PGSYSCONFDIR"):
        files.append(Path(system) / "pg_service.conf")
    for path in files:
        values = dict(_section(path, name))
        if values:
            public = {k: v for k, v in values.items() if k not in _SECRET_KEYWORDS}
            return Service(path, public, "password" in values)
    return None


def password_source(dsn: Dsn, user: str, environment: Mapping[str, str]) -> str:
    """Where libpq will find a password for this connection, in words; empty when nowhere.

    `user` is the name of the operating system's user, which libpq takes when none is set.
    """
    if environment.get("PGPASSWORD"):
        return "PGPASSWORD"
    name = dsn.get("service") or environment.get("PGSERVICE", "")
    service = find_service(name, dsn, environment) if name else None
    if service and service.has_password:
        return f"service {name} in {service.path}"
    used = effective(dsn, environment)
    path = passfile(used, environment)
    wanted = used.get("user") or user
    for host, port in used.hosts:
        name = "localhost" if host in _DEFAULT_SOCKETS else host
        line = _matching_line(path, (name, port, used.get("dbname") or wanted, wanted))
        if line:
            return f"{path}, line {line}"
    return ""


def passfile(dsn: Dsn, environment: Mapping[str, str]) -> Path:
    """The password file libpq would read; it need not exist."""
    home = Path(environment.get("HOME", "~")).expanduser()
    return Path(dsn.get("passfile") or environment.get("PGPASSFILE") or home / ".pgpass")


def ignored_passfile(path: Path) -> str:
    """Why libpq will not read an existing password file; empty when it will."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""
    if not stat.S_ISREG(mode):
        return f"{path} is no plain file, so libpq does not read it"
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return f"others may read {path}, so libpq does not use it; chmod 600 makes it usable"
    return ""


def _matching_line(path: Path, wanted: tuple[str, str, str, str]) -> int:
    """Number of the first line for (host, port, database, user), from 1; 0 without one."""
    if ignored_passfile(path):
        return 0
    for number, line in _lines(path):
        fields = [re.sub(r"\\(.)", r"\1", m[1]) for m in _FIELD.finditer(line)][:4]
        stars = [m[1] == "*" for m in _FIELD.finditer(line)][:4]
        if len(fields) == 4 and all(
            star or field == want for star, field, want in zip(stars, fields, wanted, strict=True)
        ):
            return number
    return 0


def _section(path: Path, name: str) -> Iterator[tuple[str, str]]:
    inside = False
    for _, line in _lines(path):
        text = line.strip()
        if text.startswith("["):
            inside = text == f"[{name}]"
        elif inside and "=" in text:
            keyword, _, value = text.partition("=")
            yield keyword.strip(), value.strip()


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines without comments and empty ones; none when the file cannot be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.rstrip("\r")
