"""All tools by name, and which of them a folder is laid out for."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from cockpit.database.connection import Reader
from cockpit.errors import UsageError
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.model.revision import SourceFile
from cockpit.tools.adopted import AdoptedProject
from cockpit.tools.alembic import Alembic
from cockpit.tools.atlas import Atlas
from cockpit.tools.dbmate import Dbmate
from cockpit.tools.diesel import Diesel
from cockpit.tools.django import Django
from cockpit.tools.drizzle import Drizzle
from cockpit.tools.ecto import Ecto
from cockpit.tools.flyway import Flyway
from cockpit.tools.golang_migrate import GolangMigrate
from cockpit.tools.goose import Goose
from cockpit.tools.knex import Knex
from cockpit.tools.liquibase import Liquibase
from cockpit.tools.native import Native
from cockpit.tools.node_pg_migrate import NodePgMigrate
from cockpit.tools.observed import Observed
from cockpit.tools.pgroll import Pgroll
from cockpit.tools.prisma import Prisma
from cockpit.tools.protocol import FailureKept, Lookalike, Nested, RowLocked, Tool
from cockpit.tools.rails import Rails
from cockpit.tools.sqitch import Sqitch
from cockpit.tools.sql_migrate import SqlMigrate
from cockpit.tools.sqlx import Sqlx
from cockpit.tools.typeorm import TypeOrm

LOOKALIKES: tuple[Lookalike, ...] = (Dbmate(), Sqlx())
"""In the order in which they are asked."""
NESTED: tuple[Nested, ...] = (
    Diesel(),
    Sqitch(),
    Prisma(),
    Rails(),
    Ecto(),
    Drizzle(),
    Liquibase(),
    Alembic(),
    Django(),
)
PLANNED = frozenset(("sqitch", "liquibase", "drizzle", "alembic", "django"))
"""Tools whose versions have no order but the one that the files give them."""
FLAT: tuple[Tool, ...] = (
    Native(),
    GolangMigrate(),
    NodePgMigrate(),
    Goose(),
    SqlMigrate(),
    Flyway(),
    Atlas(),
    Knex(),
    TypeOrm(),
    Pgroll(),
)
_ANOTHER_DATABASE = re.compile(
    r"mysql|mariadb|sqlite3?|h2|hsqldb|derby|oracle|sql_?server|mssql|db2|clickhouse|cockroach(?:db)?",
    re.IGNORECASE,
)
TOOLS: tuple[Tool, ...] = (*FLAT, *LOOKALIKES, *NESTED)


def tool_named(name: str) -> Tool:
    """The tool of that name. Raises `UsageError` listing the known ones."""
    for tool in TOOLS:
        if tool.name == name:
            return tool
    known = ", ".join(["auto", *(tool.name for tool in TOOLS)])
    raise UsageError(f"There is no tool named {name}.", next_step=f"Known tools: {known}.")


def detect(files: Sequence[SourceFile]) -> Tool | None:
    """The one tool whose layout this is; None when no file speaks for any.

    Native files may stand beside those of one other tool, whose history was adopted. Raises
    `UsageError` when two other layouts are mixed in one folder.
    """
    found = [tool for tool in TOOLS if tool.recognises(files)]
    others = [tool for tool in found if tool.name != "cockpit"]
    if len(found) > 1 and len(others) == 1:
        return AdoptedProject(others[0])
    if len(found) > 1:
        names = " and ".join(tool.name for tool in found)
        raise UsageError(f"The folder holds files of {names}.", next_step="Say which with --tool.")
    return found[0] if found else None


def subfolders_of(tool: Tool) -> tuple[str, ...]:
    """Shell patterns of the subfolders that hold the tool's files; none for most tools."""
    name = layout_of(tool).name
    return next((nested.subfolders for nested in NESTED if nested.name == name), ())


def layout_of(tool: Tool) -> Tool:
    """Whose files these are: of an adopted project the earlier tool's."""
    return tool.layout if isinstance(tool, AdoptedProject) else tool


def version_at(tool: Tool, path: str) -> str | None:
    """The version that the file at this path would be the up side of; None when it is none."""
    return tool.version_of(path if subfolders_of(tool) else path.rpartition("/")[2])


def versions_at(tool: Tool, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The paths of up files, each with its version."""
    nested = bool(subfolders_of(tool))
    for path in paths:
        version = tool.version_of(path if nested else path.rpartition("/")[2])
        if version:
            yield path, version


def holds_many(tool: Tool) -> bool:
    """Whether one file holds several versions, so that no name tells which."""
    return layout_of(tool).name == "liquibase"


def row_locked(tool: Tool) -> RowLocked | None:
    """The tool whose deployment lock is a row, when this is one or was adopted from one."""
    layout = layout_of(tool)
    return layout if isinstance(layout, Liquibase) else None


def keeps_failures(tool: Tool) -> FailureKept | None:
    """The tool, when its own history says what broke off; an adopted one's is not written."""
    return tool if isinstance(tool, Sqitch) else None


def not_driven(tool: Tool) -> str:
    """Why the cockpit only looks at this tool's migrations; empty for those that it runs."""
    return tool.not_driven if isinstance(tool, Observed) else ""


def order_of(tool: Tool, migrations: MigrationSet) -> Callable[[str], tuple[object, ...]]:
    """Sorts versions as the tool does: by what they say, or by where its plan has them."""
    if layout_of(tool).name not in PLANNED:
        return tool.order_key
    places = {version: place for place, version in enumerate(migrations.versions)}
    return lambda version: (places.get(version, len(places)), version)


def same_version(tool: Tool, one: str, other: str) -> bool:
    """Whether two spellings mean one version to the tool: `3` and `00003` where it counts."""
    return bool(one) and (one == other or tool.order_key(one) == tool.order_key(other))


def folder_at(tool: Tool, path: str) -> str | None:
    """The folder of the migrations, when this path is an up file of the tool."""
    name = layout_of(tool).name
    for nested in NESTED:
        if nested.name == name:
            return nested.folder_of(path)
    folder, _, file = path.rpartition("/")
    return folder if tool.version_of(file) else None


def folder_of(path: str) -> str | None:
    """The folder to look into for migrations, when some tool would take this path for one."""
    nested = (tool.folder_of(path) for tool in NESTED)
    found = next((folder for folder in nested if folder is not None), None)
    if found is not None:
        return found
    folder, _, name = path.rpartition("/")
    flat = (*FLAT, *LOOKALIKES)
    return folder if any(tool.version_of(name) for tool in flat) else None


def for_another_database(folder: str) -> bool:
    """A part of the path is called after a database that is not PostgreSQL."""
    return any(_ANOTHER_DATABASE.fullmatch(part) for part in folder.split("/"))


def settle(
    tool: Tool,
    reader: Reader,
    ledger: Ledger,
    files: Sequence[SourceFile],
    kept_in: Callable[[Tool], Tool] = lambda tool: tool,
) -> Tool:
    """Of all tools that lay files out like this one, the one that this database speaks for.

    After an adoption that is the ledger. Else the tool that the last run drove stays; else one
    whose own history is here; else `tool`.
    """
    if ledger.adopted is not None:
        return kept_in(AdoptedProject(tool_named(ledger.adopted.tool)))
    if isinstance(tool, AdoptedProject):
        return kept_in(tool)
    names = [other.name for other in LOOKALIKES if tool.name in other.shares_layout_of]
    if ledger.tool in (tool.name, *names):
        return kept_in(tool_named(ledger.tool))
    alike = [kept_in(other) for other in LOOKALIKES if other.name in names]
    claiming = [other for other in alike if _claims(other, reader, files)]
    return claiming[0] if claiming else kept_in(tool)


def _claims(tool: Tool, reader: Reader, files: Sequence[SourceFile]) -> bool:
    claims: Callable[[Reader, Sequence[SourceFile]], bool] = getattr(tool, "claims")  # noqa: B009
    return claims(reader, files)
