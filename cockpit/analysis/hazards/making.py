"""What a statement makes, by the catalog that its name is looked up in."""

from collections.abc import Iterator
from dataclasses import dataclass

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import Name, name_from, name_in, name_of
from cockpit.analysis.impact import syntax


@dataclass(frozen=True, slots=True)
class Made:
    """An object that a statement makes, or gives another name."""

    catalog: str
    """`pg_class`, `pg_proc`, `pg_type`, `pg_namespace`, `pg_trigger`, `pg_rewrite`."""
    name: Name
    """Of a trigger or rule: its own name, without its table."""
    before: Name | None = None
    """What it was called until now."""


def made(node: syntax.Node) -> Made | None:
    """The object; None for a statement that makes nothing which has a name."""
    match node:
        case pb.CreateStmt():
            return Made("pg_class", name_of(node.relation))
        case pb.ViewStmt():
            return Made("pg_class", name_of(node.view))
        case pb.CreateTableAsStmt():
            return Made("pg_class", name_of(node.into.rel))
        case pb.CreateSeqStmt():
            return Made("pg_class", name_of(node.sequence))
        case pb.CreateForeignTableStmt():
            return Made("pg_class", name_of(node.base_stmt.relation))
        case pb.CreateFunctionStmt():
            return Made("pg_proc", name_in(node.funcname))
        case pb.CreateEnumStmt() | pb.CreateRangeStmt():
            return Made("pg_type", name_in(node.type_name))
        case pb.CompositeTypeStmt():
            return Made("pg_type", name_of(node.typevar))
        case pb.CreateDomainStmt():
            return Made("pg_type", name_in(node.domainname))
        case pb.CreateSchemaStmt():
            return Made("pg_namespace", Name("", node.schemaname))
        case pb.CreateTrigStmt():
            return Made("pg_trigger", Name("", node.trigname))
        case pb.RuleStmt():
            return Made("pg_rewrite", Name("", node.rulename))
        case pb.RenameStmt():
            return _renamed(node)
        case _:
            return None


_RELATIONS = (
    pb.OBJECT_TABLE, pb.OBJECT_VIEW, pb.OBJECT_MATVIEW, pb.OBJECT_SEQUENCE, pb.OBJECT_FOREIGN_TABLE,
)  # fmt: skip
_ROUTINES = (pb.OBJECT_FUNCTION, pb.OBJECT_PROCEDURE, pb.OBJECT_ROUTINE)
_TYPES = (pb.OBJECT_TYPE, pb.OBJECT_DOMAIN)


def _renamed(node: pb.RenameStmt) -> Made | None:
    if node.rename_type in _RELATIONS:
        before, catalog = name_of(node.relation), "pg_class"
    elif node.rename_type in _ROUTINES:
        before, catalog = name_from(node.object), "pg_proc"
    elif node.rename_type in _TYPES:
        before, catalog = name_from(node.object), "pg_type"
    elif node.rename_type == pb.OBJECT_SCHEMA:
        before, catalog = Name("", node.subname), "pg_namespace"
    else:
        return None
    return Made(catalog, before.sibling(node.newname), before)


def dropped(node: syntax.Node) -> Iterator[Made]:
    """The objects that a DROP names, of the kinds that `made` knows except triggers and rules."""
    catalog = _DROPS.get(node.remove_type) if isinstance(node, pb.DropStmt) else None
    if catalog is not None:
        yield from (Made(catalog, name_from(item)) for item in node.objects)


_DROPS = {
    **dict.fromkeys(_RELATIONS, "pg_class"),
    **dict.fromkeys(_ROUTINES, "pg_proc"),
    **dict.fromkeys(_TYPES, "pg_type"),
    pb.OBJECT_SCHEMA: "pg_namespace",
}
