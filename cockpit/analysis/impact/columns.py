"""Columns as a statement writes them."""

from collections.abc import Iterable

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ColumnFacts, RelationFacts

_SYSTEM_COLUMNS = ("ctid", "tableoid", "xmin", "xmax", "cmin", "cmax")

_SERIALS = {
    "smallserial": "int2", "serial2": "int2", "serial": "int4", "serial4": "int4",
    "bigserial": "int8", "serial8": "int8",
}  # fmt: skip


def column_of(world: World, definition: pb.ColumnDef) -> ColumnFacts:
    """The column that a definition makes; its number is given when it is added."""
    written = syntax.words(definition.type_name.names)
    serial = _SERIALS.get(written[-1]) if len(written) == 1 else None
    types = DataTypes(world)
    type_name = serial_type(serial) if serial else definition.type_name
    oid, typmod = types.resolve(type_name)
    generated, identity, default = _origin(world, definition)
    if serial:
        default = "nextval(the new sequence)"
    return ColumnFacts(
        number=0,
        name=definition.colname,
        type=oid,
        typmod=typmod,
        not_null=bool(serial) or _refuses_nulls(definition),
        default=default,
        generated=generated,
        identity=identity,
    )


def serial_type(name: str) -> pb.TypeName:
    """The integer type behind a serial."""
    names = [pb.Node(string=pb.String(sval=part)) for part in ("pg_catalog", name)]
    return pb.TypeName(names=names, typemod=-1)


def _refuses_nulls(definition: pb.ColumnDef) -> bool:
    kinds = {node.constraint.contype for node in definition.constraints}
    return definition.is_not_null or bool(
        kinds & {pb.CONSTR_NOTNULL, pb.CONSTR_PRIMARY, pb.CONSTR_IDENTITY}
    )


def _origin(world: World, definition: pb.ColumnDef) -> tuple[str, str, str | None]:
    """Generated kind, identity kind and default text."""
    generated, identity, default = "", "", None
    for node in definition.constraints:
        constraint = node.constraint
        if constraint.contype == pb.CONSTR_GENERATED:
            generated = constraint.generated_kind or ("v" if world.major >= 18 else "s")
        elif constraint.contype == pb.CONSTR_IDENTITY:
            identity = constraint.generated_when or "d"
        elif constraint.contype == pb.CONSTR_DEFAULT:
            default = syntax.to_text(syntax.unwrap(constraint.raw_expr))
    if default and _is_null(definition):
        default = None
    return generated, identity, default


def _is_null(definition: pb.ColumnDef) -> bool:
    """DEFAULT NULL is no default."""
    for node in definition.constraints:
        if node.constraint.contype == pb.CONSTR_DEFAULT:
            value = syntax.unwrap(node.constraint.raw_expr)
            return isinstance(value, pb.A_Const) and value.isnull
    return False


def refuse_unknown(scene: Scene, table: RelationFacts | None, names: Iterable[str]) -> None:
    """A table without one of these columns is locked already, and nothing else is looked at."""
    if table is None or table.kind not in "rpf":
        return
    known = {column.name for column in table.columns} | {table.name, *_SYSTEM_COLUMNS}
    for name in names:
        if name not in known:
            scene.refuse(f"column {name} of {table.name} does not exist")
