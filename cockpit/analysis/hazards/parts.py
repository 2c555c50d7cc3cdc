"""A statement taken apart into the pieces that rules look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import Name, name_of
from cockpit.analysis.impact import syntax

NO_TABLE = Name("", "")


class Origin(Enum):
    """Where a column definition or a constraint stands."""

    NEW_TABLE = "new table"
    NEW_COLUMN = "new column"
    CHANGED = "changed"
    """ALTER COLUMN TYPE."""
    ADDED = "added"
    """ALTER TABLE ... ADD CONSTRAINT."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a statement.

    `kind` is the name of its message (`IndexStmt`, `ColumnDef`, `Constraint`), for a subcommand
    of ALTER TABLE its subtype (`AT_SetNotNull`).
    """

    kind: str
    node: syntax.Node
    table: Name = NO_TABLE
    column: str = ""
    """The column it belongs to, where the grammar says it outside of the node."""
    origin: Origin | None = None


def parts_of(node: syntax.Node) -> Iterator[Part]:
    """The statement itself, then its subcommands, columns and constraints in their order."""
    if isinstance(node, pb.AlterTableStmt):
        yield from _alteration(node)
    elif isinstance(node, pb.CreateStmt):
        yield Part("CreateStmt", node, name_of(node.relation))
        yield from _creation(node)
    else:
        yield Part(type(node).__name__, node, _table(node))


def _table(node: syntax.Node) -> Name:
    for field in ("relation", "rel", "view", "table"):
        if field in node.DESCRIPTOR.fields_by_name and node.HasField(field):
            found = getattr(node, field)
            return name_of(found) if isinstance(found, pb.RangeVar) else NO_TABLE
    return NO_TABLE


def _alteration(node: pb.AlterTableStmt) -> Iterator[Part]:
    table = name_of(node.relation)
    yield Part("AlterTableStmt", node, table)
    for item in node.cmds:
        command = item.alter_table_cmd
        kind = pb.AlterTableType.Name(command.subtype)
        yield Part(kind, command, table, command.name)
        definition = getattr(command, "def")
        if kind == "AT_AddColumn":
            yield from _column(definition.column_def, table, Origin.NEW_COLUMN)
        elif kind == "AT_AlterColumnType":
            yield Part("ColumnDef", definition.column_def, table, command.name, Origin.CHANGED)
        elif kind == "AT_AddConstraint":
            yield Part("Constraint", definition.constraint, table, "", Origin.ADDED)


def _creation(node: pb.CreateStmt) -> Iterator[Part]:
    table = name_of(node.relation)
    for item in node.table_elts:
        element = syntax.unwrap(item)
        if isinstance(element, pb.ColumnDef):
            yield from _column(element, table, Origin.NEW_TABLE)
        elif isinstance(element, pb.Constraint):
            yield Part("Constraint", element, table, "", Origin.NEW_TABLE)


def _column(definition: pb.ColumnDef, table: Name, origin: Origin) -> Iterator[Part]:
    yield Part("ColumnDef", definition, table, definition.colname, origin)
    for item in definition.constraints:
        yield Part("Constraint", item.constraint, table, definition.colname, origin)
