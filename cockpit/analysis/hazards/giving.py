"""What a statement gives to an object that exists: rights, an owner, words, triggers, ..."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import Name, name_from, name_in, name_of
from cockpit.analysis.hazards.rights import PRIVILEGES, PUBLIC
from cockpit.analysis.impact import syntax

Gift: TypeAlias = tuple[str, ...]
"""What it is first: `("right", "SELECT", column, grantee)`, `("owner",)`, `("comment", column)`,
`("trigger", its name)`; an empty column stands for the object itself."""
ANY = ""
"""As a name: every object of the schema."""


def gifts(node: syntax.Node) -> Iterator[tuple[Name, Gift]]:
    """Pairs of whom it is given to and what it is."""
    known = _HANDLERS.get(type(node).__name__)
    if known is not None:
        yield from known(node)


def _grant(node: pb.GrantStmt) -> Iterator[tuple[Name, Gift]]:
    kind = "right" if node.is_grant else "withheld"
    roles = [
        PUBLIC if r.role_spec.roletype == pb.ROLESPEC_PUBLIC else r.role_spec.rolename
        for r in node.grantees
    ]
    for target in _targets(node):
        for privilege, column in _privileges(node.privileges):
            yield from ((target, (kind, privilege, column, role)) for role in roles)


def _targets(node: pb.GrantStmt) -> Iterator[Name]:
    for item in node.objects:
        inner = syntax.unwrap(item)
        if node.targtype == pb.ACL_TARGET_ALL_IN_SCHEMA:
            yield Name(inner.sval, ANY)
        else:
            yield name_of(inner) if isinstance(inner, pb.RangeVar) else name_from(item)


def _privileges(nodes: Iterable[pb.Node]) -> Iterator[tuple[str, str]]:
    """Pairs of privilege and column; all there are where none is named."""
    asked = [node.access_priv for node in nodes] or [pb.AccessPriv()]
    for one in asked:
        names = [one.priv_name.upper()] if one.priv_name else list(PRIVILEGES.values())
        for name in names:
            yield from ((name, column) for column in syntax.words(one.cols) or ("",))


def _alteration(node: pb.AlterTableStmt) -> Iterator[tuple[Name, Gift]]:
    table = name_of(node.relation)
    for item in node.cmds:
        command = item.alter_table_cmd
        kind = _OF_ALTER.get(command.subtype)
        if kind is not None:
            yield table, (kind, command.name) if kind == "statistics" else (kind,)
        elif command.subtype == pb.AT_SetRelOptions:
            # `def` is a keyword in Python, so the field cannot be written with a dot.
            yield from _options(table, getattr(command, "def").list.items)


_OF_ALTER = {
    pb.AT_ChangeOwner: "owner",
    pb.AT_EnableRowSecurity: "row security",
    pb.AT_SetStatistics: "statistics",
}


def _options(target: Name, items: Iterable[pb.Node]) -> Iterator[tuple[Name, Gift]]:
    yield from ((target, ("option", item.def_elem.defname)) for item in items)


def _words(kind: str) -> "Callable[[syntax.Node], Iterator[tuple[Name, Gift]]]":
    def give(node: syntax.Node) -> Iterator[tuple[Name, Gift]]:
        if node.objtype == pb.OBJECT_COLUMN:
            *table, column = node.object.list.items
            yield name_in(table), (kind, column.string.sval)
        else:
            yield name_from(node.object), (kind, "")

    return give


def _publication(node: syntax.Node) -> Iterator[tuple[Name, Gift]]:
    if isinstance(node, pb.AlterPublicationStmt) and node.action == pb.AP_DropObjects:
        return
    for item in node.pubobjects:
        table = item.publication_obj_spec.pubtable.relation
        yield name_of(table), ("publication", node.pubname)


def _sequence(node: syntax.Node) -> Iterator[tuple[Name, Gift]]:
    if syntax.option(node.options, "start") or syntax.option(node.options, "restart"):
        yield name_of(node.sequence), ("value",)


def _set_value(node: pb.SelectStmt) -> Iterator[tuple[Name, Gift]]:
    """`SELECT setval('orders_id_seq', ...)`."""
    for call in syntax.walk(node):
        if isinstance(call, pb.FuncCall) and syntax.words(call.funcname)[-1:] == ("setval",):
            written = syntax.constant_text(syntax.unwrap(call.args[0])) if call.args else ""
            if named := syntax.relation_name(written):
                yield name_of(named), ("value",)


_HANDLERS: dict[str, Callable[[syntax.Node], Iterator[tuple[Name, Gift]]]] = {
    "GrantStmt": _grant,
    "AlterTableStmt": _alteration,
    "AlterOwnerStmt": lambda node: iter([(name_from(node.object), ("owner",))]),
    "CommentStmt": _words("comment"),
    "SecLabelStmt": _words("label"),
    "CreateTrigStmt": lambda node: iter([(name_of(node.relation), ("trigger", node.trigname))]),
    "RuleStmt": lambda node: iter([(name_of(node.relation), ("rule", node.rulename))]),
    "CreatePolicyStmt": lambda node: iter([(name_of(node.table), ("policy", node.policy_name))]),
    "IndexStmt": lambda node: iter([(name_of(node.relation), ("index", node.idxname))]),
    "CreatePublicationStmt": _publication,
    "AlterPublicationStmt": _publication,
    "CreateSeqStmt": _sequence,
    "AlterSeqStmt": _sequence,
    "SelectStmt": _set_value,
    "ViewStmt": lambda node: _options(name_of(node.view), node.options),
    "CreateStmt": lambda node: _options(name_of(node.relation), node.options),
    "CreateTableAsStmt": lambda node: _options(name_of(node.into.rel), node.into.options),
}
