"""Environment variables and `.env` lines as settings.

Every scalar setting has a variable: `lock_timeout` is `COCKPIT_LOCK_TIMEOUT`. Beside them there are
`COCKPIT_DSN` and `COCKPIT_ENVIRONMENT` for a database without a name in a file, and `DATABASE_URL`,
which belongs to the application and counts only where nothing else names a database.
"""

from collections.abc import Iterator, Mapping
from io import StringIO

from cockpit.errors import UsageError
from cockpit.settings.origin import Given, Origin, Rank, given
from cockpit.settings.schema import Settings

PREFIX = "COCKPIT_"
FOREIGN = {"DATABASE_URL": ("database_url",)}
AD_HOC = (("dsn",), ("environment",), ("database_url",))
"""Keys that no file may hold: they speak about a database without a name."""

_TABLES = ("targets", "keys")


def names() -> dict[str, tuple[str, ...]]:
    """Every variable that is read, and the key it sets."""
    scalars = [name for name in Settings.__struct_fields__ if name not in _TABLES]
    own = (*scalars, "dsn", "environment")
    return {**{f"{PREFIX}{name.upper()}": (name,) for name in own}, **FOREIGN}


def read_environment(environment: Mapping[str, str]) -> Iterator[Given]:
    """What the process's environment sets. An empty variable counts as not set."""
    for variable, key in names().items():
        if environment.get(variable):
            yield given(key, environment[variable], Origin(Rank.ENVIRONMENT, variable))


def read_dotenv(text: str, environment: Mapping[str, str], place: str = ".env") -> Iterator[Given]:
    """What a `.env` sets for the cockpit; lines for other programs are left alone.

    `${NAME}` is replaced from the lines above and from the environment, except in single quotes.
    Raises UsageError for a line of ours that cannot be read.
    """
    from dotenv.parser import parse_stream

    known = names()
    seen: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        line = binding.original.line + _blank_lines(binding.original.string)
        written = binding.original.string.strip()
        if binding.error and any(name in written for name in known):
            raise UsageError(
                f"{place}:{line}:1: this line cannot be read; a quote may be missing.",
                next_step="Correct the line and start again.",
            )
        if binding.key is None or binding.value is None:
            continue
        value = binding.value
        if not _single_quoted(written):
            value = _expanded(value, seen | dict(environment))
        seen[binding.key] = value
        if binding.key in known and value:
            origin = Origin(Rank.DOTENV, f"{place} {binding.key}", line)
            yield given(known[binding.key], value, origin)


def unknown(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that look like ours and are not: mistyped, or another program's."""
    known = names()
    return tuple(sorted(v for v in environment if v.startswith(PREFIX) and v not in known))


def _blank_lines(original: str) -> int:
    """A binding's text begins with the empty lines above it."""
    return original[: len(original) - len(original.lstrip())].count("\n")


def _single_quoted(written: str) -> bool:
    return written.partition("=")[2].lstrip().startswith("'")


def _expanded(value: str, variables: Mapping[str, str]) -> str:
    from dotenv.variables import parse_variables

    return "".join(atom.resolve(variables) for atom in parse_variables(value))
