"""Which table a tool keeps its history in, where it is not the usual one.

Said by the operator, or else by the tool's own settings where these are a plain file: nothing is
executed and nothing beyond the named keys is looked at.
"""

import ast
import configparser
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cockpit.errors import UsageError
from cockpit.tools.flyway import Flyway
from cockpit.tools.golang_migrate import GolangMigrate
from cockpit.tools.presence import PresenceTable
from cockpit.tools.protocol import Tool
from cockpit.tools.sqitch import Sqitch
from cockpit.tools.yaml_text import data_of

_FOLDING = ("goose", "liquibase")
"""Tools that send the name without quotes, so that the server folds it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a history is; None: as usual."""

    schema: str | None = None
    table: str | None = None

    @property
    def usual(self) -> bool:
        """Nobody has said anything."""
        return self == Place()


ReadText = Callable[[str], str | None]
"""The text of a file by its path from the repository's root; None when it is not there."""


def place_named(text: str) -> Place:
    """`schema.table`, or a table in the session's schema. Raises `UsageError`."""
    schema, dot, table = text.rpartition(".")
    if not table or (dot and not schema):
        raise UsageError(f'"{text}" names no table.', next_step="Write it as schema.table.")
    return Place(schema or None, table)


def place_of(tool: Tool, folder: str, read: ReadText) -> Place:
    """As the tool's own settings have it, looked for from the migrations' folder upwards."""
    reader = _SETTINGS.get(tool.name)
    if reader is None:
        return Place()
    names, understand = reader
    for above in _upwards(folder):
        for name in names:
            text = read(f"{above}/{name}" if above else name)
            place = understand(text) if text is not None else Place()
            if not place.usual:
                return place
    return Place()


def kept_in(tool: Tool, place: Place) -> Tool:
    """The same tool with its history there. Raises `UsageError` where the tool knows one place."""
    if place.usual:
        return tool
    schema, table = place.schema, place.table
    if tool.name in _FOLDING:
        schema, table = schema and schema.lower(), table and table.lower()
    match tool:
        case Sqitch():
            return replace(tool, registry_schema=schema or table or tool.registry_schema)
        case GolangMigrate():
            return replace(tool, table=table or tool.table, schema=schema)
        case Flyway():
            kept = _moved(tool.table, schema, table)
            create = kept.create.replace(f'"{tool.table.name}_pk"', f'"{kept.name}_pk"')
            return replace(tool, table=replace(kept, create=create))
    found: Any = getattr(tool, "table", None)
    if isinstance(found, PresenceTable):
        changed: Any = tool
        kept_there: Tool = replace(changed, table=_moved(found, schema, table))
        return kept_there
    raise UsageError(
        f"{tool.name} always keeps its history in the same place.",
        next_step="Leave history_table out.",
    )


def table_words(tool: Tool) -> str:
    """The table that is read, for people: `goose_db_version`, `ops.migrations`."""
    match tool:
        case Sqitch():
            return f"{tool.registry_schema}.changes"
        case GolangMigrate():
            return f"{tool.schema}.{tool.table}" if tool.schema else tool.table
    table = getattr(tool, "table", None)
    if isinstance(table, PresenceTable):
        return f"{table.schema}.{table.name}" if table.schema else table.name
    return f"{tool.name}'s own"


def _moved(table: PresenceTable, schema: str | None, name: str | None) -> PresenceTable:
    return replace(table, name=name or table.name, schema=schema or table.schema)


def _upwards(folder: str) -> list[str]:
    """The folder and every one above it, the root last."""
    parts = [part for part in folder.split("/") if part]
    return ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]


def _lines(text: str) -> dict[str, str]:
    """`key=value`, also with `export` before it and quotes around it; keys in lower case."""
    found = {}
    for line in text.splitlines():
        match = re.match(r"\s*(?:export\s+)?([\w.-]+)\s*[=:]\s*(.*?)\s*$", line)
        if match and not line.lstrip().startswith(("#", "!", ";")):
            found[match[1].lower()] = match[2].strip("\"'")
    return found


def _variable(name: str) -> Callable[[str], Place]:
    def understand(text: str) -> Place:
        value = _lines(text).get(name.lower())
        return place_named(value) if value else Place()

    return understand


def _flyway_conf(text: str) -> Place:
    found = _lines(text)
    return _of_flyway({key.removeprefix("flyway."): value for key, value in found.items()})


def _flyway_toml(text: str) -> Place:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return Place()
    own = found.get("flyway")
    named = own.items() if isinstance(own, dict) else ()
    return _of_flyway({key.lower(): value for key, value in named})


def _of_flyway(found: Mapping[str, Any]) -> Place:
    """The default schema is the first of `schemas` where it is not named itself."""
    schemas = found.get("schemas")
    several = schemas.split(",") if isinstance(schemas, str) else schemas
    first = several[0] if isinstance(several, list) and several else None
    return Place(_name(found.get("defaultschema")) or _name(first), _name(found.get("table")))


def _liquibase(text: str) -> Place:
    found = {
        key.removeprefix("liquibase.").removeprefix("command.").replace("-", ""): value
        for key, value in _lines(text).items()
    }
    return Place(
        found.get("liquibaseschemaname") or None,
        found.get("databasechangelogtablename") or None,
    )


def _sqitch(text: str) -> Place:
    parser = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    try:
        parser.read_string("\n".join(line.strip() for line in text.splitlines()))
    except configparser.Error:
        return Place()
    schema = parser.get('engine "pg"', "registry", fallback=None)
    return Place(schema.strip("\"'") if schema else None)


def _sql_migrate(text: str) -> Place:
    """One environment's table, if all of them name the same one."""
    try:
        found = data_of("dbconfig.yml", text.encode())
    except ValueError:
        return Place()
    parts = found.values() if isinstance(found, dict) else ()
    places = {
        Place(_name(part.get("schema")), _name(part.get("table")))
        for part in parts
        if isinstance(part, dict)
    }
    return places.pop() if len(places) == 1 else Place()


def _name(value: object) -> str | None:
    """A name, where the settings have one at all."""
    return value.strip() or None if isinstance(value, str) else None


def _alembic(text: str) -> Place:
    """`version_table` and `version_table_schema` of `context.configure`, where they are literal."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return Place()
    named = {
        keyword.arg: keyword.value.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }
    return Place(named.get("version_table_schema"), named.get("version_table"))


_SETTINGS: dict[str, tuple[tuple[str, ...], Callable[[str], Place]]] = {
    "dbmate": ((".env",), _variable("DBMATE_MIGRATIONS_TABLE")),
    "goose": ((".env",), _variable("GOOSE_TABLE")),
    "flyway": (
        ("flyway.toml", "flyway.conf", "conf/flyway.toml", "conf/flyway.conf"),
        lambda text: _flyway_toml(text) if "[flyway" in text else _flyway_conf(text),
    ),
    "liquibase": (("liquibase.properties",), _liquibase),
    "sqitch": (("sqitch.conf",), _sqitch),
    "sql-migrate": (("dbconfig.yml",), _sql_migrate),
    "alembic": (("env.py",), _alembic),
}
"""Tool to the files that may say it, and how they do."""
