"""What one statement leaves in the catalog, where that can be looked up by name afterwards."""

from dataclasses import dataclass
from enum import StrEnum

from postgast import PgQueryError, parse
from postgast import pg_query_pb2 as pb


class EffectKind(StrEnum):
    """Effects of statements that cannot share a transaction with their ledger event."""

    CREATES_INDEX = "creates index"
    DROPS_INDEX = "drops index"
    ADDS_LABEL = "adds label"
    DETACHES_PARTITION = "detaches partition"
    REPEATABLE = "repeatable"
    """Maintenance that leaves the same whether it ran once or twice."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing to look for."""

    kind: EffectKind
    relation: str
    """Name as `to_regclass` or `to_regtype` takes it, quoted where needed."""
    label: str = ""
    """The enum label; for a partition its parent's name."""
    shape: tuple[str, ...] = ()
    """An index: its table, what kind it is and its columns, to tell it from a namesake."""


def effect_of(sql: str) -> Effect | None:
    """The effect of a single statement; None when nothing can be looked up by name."""
    try:
        statements = parse(sql).stmts
    except PgQueryError:
        return None
    if len(statements) != 1:
        return None
    node = statements[0].stmt
    match node.WhichOneof("node"):
        case "index_stmt":
            return _index(node.index_stmt)
        case "drop_stmt":
            return _drop(node.drop_stmt)
        case "alter_enum_stmt":
            return _label(node.alter_enum_stmt)
        case "alter_table_stmt":
            return _detach(node.alter_table_stmt)
        case "vacuum_stmt" | "reindex_stmt" | "cluster_stmt" | "refresh_mat_view_stmt":
            return Effect(EffectKind.REPEATABLE, "")
        case _:
            return None


def _index(statement: pb.IndexStmt) -> Effect | None:
    """An index lives in the schema of its table; without a name the server invents one."""
    if not statement.idxname:
        return None
    name = _name([statement.relation.schemaname, statement.idxname])
    return Effect(EffectKind.CREATES_INDEX, name, shape=_shape(statement))


def _shape(statement: pb.IndexStmt) -> tuple[str, ...]:
    """What CREATE INDEX and `pg_get_indexdef` say alike; expressions only count."""
    columns = [item.index_elem.name or "(expression)" for item in statement.index_params]
    included = [f"include {item.index_elem.name}" for item in statement.index_including_params]
    unique = "unique" if statement.unique else ""
    partial = "partial" if statement.HasField("where_clause") else ""
    method = statement.access_method
    return (statement.relation.relname, unique, partial, method, *columns, *included)


def _drop(statement: pb.DropStmt) -> Effect | None:
    if statement.remove_type != pb.OBJECT_INDEX or len(statement.objects) != 1:
        return None
    parts = [item.string.sval for item in statement.objects[0].list.items]
    return Effect(EffectKind.DROPS_INDEX, _name(parts))


def _label(statement: pb.AlterEnumStmt) -> Effect | None:
    if statement.old_val:
        return None
    parts = [part.string.sval for part in statement.type_name]
    return Effect(EffectKind.ADDS_LABEL, _name(parts), statement.new_val)


def _detach(statement: pb.AlterTableStmt) -> Effect | None:
    for command in statement.cmds:
        if command.alter_table_cmd.subtype == pb.AT_DetachPartition:
            # `def` is a keyword in Python, so the field cannot be written with a dot.
            named = getattr(command.alter_table_cmd, "def").partition_cmd.name
            child = _name([named.schemaname, named.relname])
            parent = _name([statement.relation.schemaname, statement.relation.relname])
            return Effect(EffectKind.DETACHES_PARTITION, child, parent)
    return None


def _name(parts: list[str]) -> str:
    return ".".join(_quoted(part) for part in parts if part)


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'
