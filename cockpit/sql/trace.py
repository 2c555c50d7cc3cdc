"""What statements leave behind by name: the things to look for when nobody knows if they ran."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from postgast import pg_query_pb2 as pb


class TraceKind(StrEnum):
    """What to look for, and where."""

    RELATION = "relation"
    """A table, view, materialized view, sequence or index."""
    COLUMN = "column"
    NOT_NULL = "not null"
    CONSTRAINT = "constraint"
    TYPE = "type"
    LABEL = "label"
    """Of an enum type."""
    SCHEMA = "schema"
    VALIDATED = "validated"
    """A constraint that has been checked against every row."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that is there after a statement, or gone."""

    kind: TraceKind
    owner: str
    """The relation or type, quoted where needed, as `to_regclass` and `to_regtype` take it."""
    part: str = ""
    """The column, constraint or label, as stored."""
    there: bool = True
    """False when the statement takes it away."""
    certain: bool = True
    """False after IF [NOT] EXISTS and OR REPLACE: it may have been so before, so only the
    opposite proves anything."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about, whichever way."""
        return (self.kind, self.owner, self.part)

    @property
    def words(self) -> str:
        """`column note of orders`."""
        owner = self.owner.replace('"', "")
        if self.kind is TraceKind.NOT_NULL:
            return f"NOT NULL of {owner}.{self.part}"
        if self.kind is TraceKind.VALIDATED:
            return f"validation of {self.part} of {owner}"
        return f"{self.kind} {self.part} of {owner}" if self.part else f"{self.kind} {owner}"


def traces_of(node: pb.Node) -> tuple[Trace, ...]:
    """Everything of one statement that can be looked up by name; empty where nothing can."""
    name = node.WhichOneof("node")
    statement = getattr(node, name) if name else None
    read = _READERS.get(name or "")
    return tuple(read(statement)) if read and statement is not None else ()


def lasting(traces: Iterable[tuple[int, Trace]]) -> dict[int, list[Trace]]:
    """By statement: what is left when the whole script has run, and was not before.

    A thing that the script makes and takes away again, or takes away and makes anew, proves nothing
    and is left out.
    """
    first: dict[tuple[str, str, str], Trace] = {}
    last: dict[tuple[str, str, str], tuple[int, Trace]] = {}
    for index, trace in traces:
        first.setdefault(trace.key, trace)
        last[trace.key] = (index, trace)
    found: dict[int, list[Trace]] = {}
    for key, (index, trace) in last.items():
        if trace.there is first[key].there:
            found.setdefault(index, []).append(trace)
    return found


def _create_table(statement: pb.CreateStmt) -> Iterator[Trace]:
    certain = not statement.if_not_exists
    yield Trace(TraceKind.RELATION, _range(statement.relation), certain=certain)


def _create_view(statement: pb.ViewStmt) -> Iterator[Trace]:
    yield Trace(TraceKind.RELATION, _range(statement.view), certain=not statement.replace)


def _create_table_as(statement: pb.CreateTableAsStmt) -> Iterator[Trace]:
    certain = not statement.if_not_exists
    yield Trace(TraceKind.RELATION, _range(statement.into.rel), certain=certain)


def _create_sequence(statement: pb.CreateSeqStmt) -> Iterator[Trace]:
    certain = not statement.if_not_exists
    yield Trace(TraceKind.RELATION, _range(statement.sequence), certain=certain)


def _create_index(statement: pb.IndexStmt) -> Iterator[Trace]:
    if statement.idxname:
        parts = (statement.relation.schemaname, statement.idxname)
        yield Trace(TraceKind.RELATION, _name(parts), certain=not statement.if_not_exists)


def _create_type(statement: Any) -> Iterator[Trace]:
    names = statement.type_name if hasattr(statement, "type_name") else statement.domainname
    yield Trace(TraceKind.TYPE, _name(part.string.sval for part in names))


def _create_composite(statement: pb.CompositeTypeStmt) -> Iterator[Trace]:
    yield Trace(TraceKind.TYPE, _range(statement.typevar))


def _create_schema(statement: pb.CreateSchemaStmt) -> Iterator[Trace]:
    certain = not statement.if_not_exists
    yield Trace(TraceKind.SCHEMA, _name([statement.schemaname]), certain=certain)


def _alter_enum(statement: pb.AlterEnumStmt) -> Iterator[Trace]:
    owner = _name(part.string.sval for part in statement.type_name)
    certain = not statement.skip_if_new_val_exists
    yield Trace(TraceKind.LABEL, owner, statement.new_val, certain=certain)
    if statement.old_val:
        yield Trace(TraceKind.LABEL, owner, statement.old_val, there=False)


def _drop(statement: pb.DropStmt) -> Iterator[Trace]:
    kind = _DROPPED.get(statement.remove_type)
    for item in statement.objects if kind else ():
        if kind is TraceKind.TYPE:
            parts = [part.string.sval for part in item.type_name.names]
        elif kind is TraceKind.SCHEMA:
            parts = [item.string.sval]
        else:
            parts = [part.string.sval for part in item.list.items]
        certain = not statement.missing_ok
        yield Trace(kind or TraceKind.RELATION, _name(parts), there=False, certain=certain)


def _rename(statement: pb.RenameStmt) -> Iterator[Trace]:
    relation = statement.relation
    if statement.rename_type == pb.OBJECT_COLUMN:
        owner = _range(relation)
        yield Trace(TraceKind.COLUMN, owner, statement.newname)
        yield Trace(TraceKind.COLUMN, owner, statement.subname, there=False)
    elif statement.rename_type in _RELATIONS:
        yield Trace(TraceKind.RELATION, _name([relation.schemaname, statement.newname]))
        yield Trace(TraceKind.RELATION, _range(relation), there=False)


def _alter_table(statement: pb.AlterTableStmt) -> Iterator[Trace]:
    owner = _range(statement.relation)
    for item in statement.cmds:
        command = item.alter_table_cmd
        # `def` is a keyword in Python, so the field cannot be written with a dot.
        definition = getattr(command, "def")
        certain = not command.missing_ok
        match command.subtype:
            case pb.AT_AddColumn:
                name = definition.column_def.colname
                yield Trace(TraceKind.COLUMN, owner, name, certain=certain)
            case pb.AT_DropColumn:
                yield Trace(TraceKind.COLUMN, owner, command.name, there=False, certain=certain)
            case pb.AT_SetNotNull | pb.AT_DropNotNull:
                there = command.subtype == pb.AT_SetNotNull
                yield Trace(TraceKind.NOT_NULL, owner, command.name, there=there)
            case pb.AT_AddConstraint if definition.constraint.conname:
                yield Trace(TraceKind.CONSTRAINT, owner, definition.constraint.conname)
            case pb.AT_DropConstraint:
                name = command.name
                yield Trace(TraceKind.CONSTRAINT, owner, name, there=False, certain=certain)
            case pb.AT_ValidateConstraint:
                yield Trace(TraceKind.VALIDATED, owner, command.name)


_RELATIONS = (
    pb.OBJECT_TABLE,
    pb.OBJECT_VIEW,
    pb.OBJECT_MATVIEW,
    pb.OBJECT_SEQUENCE,
    pb.OBJECT_INDEX,
)
_DROPPED = {
    **dict.fromkeys(_RELATIONS, TraceKind.RELATION),
    pb.OBJECT_FOREIGN_TABLE: TraceKind.RELATION,
    pb.OBJECT_TYPE: TraceKind.TYPE,
    pb.OBJECT_DOMAIN: TraceKind.TYPE,
    pb.OBJECT_SCHEMA: TraceKind.SCHEMA,
}
_READERS: dict[str, Any] = {
    "create_stmt": _create_table,
    "create_table_as_stmt": _create_table_as,
    "view_stmt": _create_view,
    "create_seq_stmt": _create_sequence,
    "index_stmt": _create_index,
    "create_enum_stmt": _create_type,
    "create_domain_stmt": _create_type,
    "create_range_stmt": _create_type,
    "composite_type_stmt": _create_composite,
    "create_schema_stmt": _create_schema,
    "alter_enum_stmt": _alter_enum,
    "drop_stmt": _drop,
    "rename_stmt": _rename,
    "alter_table_stmt": _alter_table,
}


def _range(relation: pb.RangeVar) -> str:
    return _name([relation.schemaname, relation.relname])


def _name(parts: Iterable[str]) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts if part)
