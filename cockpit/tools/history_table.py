"""Finds the table that another tool keeps its history in, and says what it looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cockpit.database.connection import Reader
from cockpit.errors import DatabaseError
from cockpit.model.history import History
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.model.problem import Problem

_TABLES = """
SELECT n.nspname, n.nspname IS NOT DISTINCT FROM coalesce(%s, current_schema()),
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
       array_agg(a.attname::text ORDER BY a.attnum),
       array_agg(pg_catalog.format_type(a.atttypid, NULL) ORDER BY a.attnum)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relname = %s AND c.relkind IN ('r', 'p')
 GROUP BY n.oid, n.nspname, c.oid ORDER BY n.nspname
"""


@dataclass(frozen=True, slots=True)
class HistoryTable:
    """A table of the right name, or the knowledge that there is none."""

    name: str
    schema: str | None
    """None: the schema that is looked into has no such table."""
    readable: bool = True
    columns: Mapping[str, str] = field(default_factory=dict)
    """Name to type, as `format_type` spells it without a length."""
    elsewhere: tuple[str, ...] = ()
    """Other schemas with a table of this name."""

    @property
    def exists(self) -> bool:
        """It is where the tool would look."""
        return self.schema is not None

    @property
    def sql(self) -> str:
        """Qualified and quoted, for a statement."""
        return qualified(self.schema or "", self.name)

    def has(self, **columns: str) -> bool:
        """Whether these columns are there with these types; `integer` also stands for `bigint`."""
        return all(_same(self.columns.get(name, ""), kind) for name, kind in columns.items())


def find(reader: Reader, name: str, schema: str | None = None) -> HistoryTable:
    """The table in that schema, else in the session's first one. Reads only."""
    here: HistoryTable = HistoryTable(name, None)
    elsewhere = []
    for place, mine, readable, names, kinds in reader.rows(_TABLES, (schema, name)):
        columns = dict(zip(names, kinds, strict=True))
        if mine:
            here = HistoryTable(name, place, bool(readable), columns)
        else:
            elsewhere.append(str(place))
    return HistoryTable(name, here.schema, here.readable, here.columns, tuple(elsewhere))


def first_schema(reader: Reader, tool: str) -> str:
    """Where the tool would create its table. Raises `DatabaseError` when the path leads nowhere."""
    schema = reader.rows("SELECT current_schema()")[0][0]
    if schema is None:
        raise DatabaseError(
            f"No schema of the search_path exists, so {tool} has no place for its table.",
            next_step="Create the schema, or set search_path for the role.",
        )
    return str(schema)


def doubted(table: HistoryTable, fits: bool) -> str:
    """Why nothing is believed of the table; empty when it can be read as the tool's."""
    if table.exists and not table.readable:
        return "this role may not read it"
    if table.exists and not fits:
        return "its columns are not those that the tool gives it"
    return ""


def believe_nothing(
    why: str, table: HistoryTable, ledger: Ledger, migrations: MigrationSet
) -> History:
    """No version is claimed to be pending, and nothing may be written."""
    place = f"{table.schema}.{table.name}"
    return History(
        head=f"{ledger.head}/unreadable",
        doubts=dict.fromkeys(migrations.versions, f"Nothing is known of {place}: {why}."),
        unfinished=ledger.unfinished,
        stopped=ledger.stopped,
        problems=(Problem(why, path=place, next_step="Mend the table, or let this role read it."),),
    )


def told_elsewhere(table: HistoryTable) -> tuple[Problem, ...]:
    """Advice when only another schema has a table of this name."""
    if table.exists or not table.elsewhere:
        return ()
    return (
        Problem(
            f"the schema of this session has no {table.name}; {', '.join(table.elsewhere)} has one",
            path=table.name,
            next_step="If that is the history, set search_path: options=-csearch_path=...",
            blocks_writing=False,
        ),
    )


def qualified(schema: str, name: str) -> str:
    """`"schema"."name"`, quoted."""
    return f"{quoted(schema)}.{quoted(name)}"


def quoted(name: str) -> str:
    """One name, quoted for a statement."""
    return '"' + name.replace('"', '""') + '"'


def _same(found: str, wanted: str) -> bool:
    return found == wanted or (wanted == "integer" and found == "bigint")
