"""Tables and columns that a statement makes: where something of the attic may belong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax


@dataclass(frozen=True, slots=True)
class Made:
    """A table, or a column of one."""

    tables: frozenset[tuple[str, str]]
    """Schema and name; one for every schema that an unqualified name may mean."""
    column: str | None = None


def made_by(sql: str, search_path: Sequence[str]) -> tuple[Made, ...]:
    """What the statement makes, in order; nothing of one that cannot be read."""
    try:
        nodes = syntax.parse(sql)
    except PgQueryError:
        return ()
    return tuple(made for node in nodes for made in _made(node, search_path))


def _made(node: syntax.Node, search_path: Sequence[str]) -> Iterator[Made]:
    if isinstance(node, pb.CreateStmt):
        yield Made(_places(node.relation, search_path[:1]))
    elif isinstance(node, pb.CreateTableAsStmt):
        yield Made(_places(node.into.rel, search_path[:1]))
    elif isinstance(node, pb.AlterTableStmt):
        for item in node.cmds:
            command = item.alter_table_cmd
            if command.subtype == pb.AT_AddColumn:
                # `def` is a keyword in Python, so the field cannot be written with a dot.
                name = getattr(command, "def").column_def.colname
                yield Made(_places(node.relation, search_path), name)


def _places(relation: pb.RangeVar, search_path: Sequence[str]) -> frozenset[tuple[str, str]]:
    schemas = [relation.schemaname] if relation.schemaname else search_path
    return frozenset((schema, relation.relname) for schema in schemas)
