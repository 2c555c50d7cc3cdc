"""Reading PostgreSQL's parse tree: names, options, expressions."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import postgast
from postgast import pg_query_pb2 as pb

Node = Any
"""A message of libpg_query's schema; its fields are PostgreSQL's own (`parsenodes.h`)."""


def unwrap(node: Node) -> Node:
    """The message inside a `Node`; None when it is empty."""
    kind = node.WhichOneof("node")
    return getattr(node, kind) if kind else None


def is_a(node: Node, kind: str) -> bool:
    """Whether a `Node` holds this kind of message, as in `column_ref`."""
    return bool(node.WhichOneof("node") == kind)


def words(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The strings of a list of `Node`s, as names are written."""
    return tuple(node.string.sval for node in nodes if is_a(node, "string"))


def name_of(nodes: Iterable[Node]) -> pb.RangeVar:
    """A qualified name, given as a list of strings, as a relation's name."""
    parts = words(nodes)
    schema = parts[-2] if len(parts) > 1 else ""
    return pb.RangeVar(schemaname=schema, relname=parts[-1] if parts else "", inh=True)


def object_name(node: Node) -> pb.RangeVar:
    """The name in a DROP or COMMENT, whichever shape the grammar gave it."""
    inner = unwrap(node)
    if isinstance(inner, pb.List):
        return name_of(inner.items)
    if isinstance(inner, pb.TypeName):
        return name_of(inner.names)
    if isinstance(inner, pb.ObjectWithArgs):
        return name_of(inner.objname)
    return name_of([node])


def option(options: Iterable[Node], name: str) -> Node | None:
    """The DefElem of that name, or None."""
    found = (node.def_elem for node in options if is_a(node, "def_elem"))
    return next((element for element in found if element.defname == name), None)


def switched_on(options: Iterable[Node], name: str) -> bool:
    """Whether a boolean option is there and not switched off."""
    element = option(options, name)
    return element is not None and value_of(element) not in ("false", "off", "0", "no")


def value_of(element: Node) -> str:
    """The text of an option's value; empty when it stands alone."""
    if not element.HasField("arg"):
        return ""
    inner = unwrap(element.arg)
    if isinstance(inner, pb.TypeName):
        return words(inner.names)[-1]
    if isinstance(inner, pb.List):
        return ",".join(words(inner.items))
    return constant_text(inner)


def constant_text(node: Node) -> str:
    """A literal as text, lower case for words; empty for anything else."""
    if isinstance(node, pb.A_Const):
        node = getattr(node, node.WhichOneof("val") or "sval")
    if isinstance(node, pb.TypeCast):
        return constant_text(unwrap(node.arg))
    if isinstance(node, pb.Integer):
        return str(node.ival)
    if isinstance(node, pb.Boolean):
        return "true" if node.boolval else "false"
    if isinstance(node, pb.Float):
        return str(node.fval)
    return str(node.sval) if isinstance(node, pb.String) else ""


def children(message: Node) -> Iterator[Node]:
    """The messages directly below, without their `Node` wrappers."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for item in value if field.is_repeated else (value,):
            inner = unwrap(item) if isinstance(item, pb.Node) else item
            if inner is not None:
                yield inner


def walk(message: Node) -> Iterator[Node]:
    """The message and everything below it, outermost first."""
    yield message
    for child in children(message):
        yield from walk(child)


def column_names(message: Node) -> set[str]:
    """The last names of all column references in an expression."""
    found = (node for node in walk(message) if isinstance(node, pb.ColumnRef))
    return {names[-1] for node in found if (names := words(node.fields))}


def with_columns(message: Node, renamed: Mapping[str, str]) -> Node:
    """The same expression about columns of other names, which carry no alias."""
    copied = type(message)()
    copied.CopyFrom(message)
    for part in list(walk(copied)):
        if isinstance(part, pb.ColumnRef):
            name = renamed[words(part.fields)[-1]]
            del part.fields[:]
            part.fields.append(pb.Node(string=pb.String(sval=name)))
    return copied


def is_about(message: Node, alias: str) -> bool:
    """Whether no column in an expression is said to be of another relation than this one."""
    found = (words(node.fields) for node in walk(message) if isinstance(node, pb.ColumnRef))
    return all(names[-2:-1] in ((), (alias,)) for names in found)


_FIELDS = {
    field.message_type.name: field.name for field in pb.Node.DESCRIPTOR.fields if field.message_type
}


@lru_cache(maxsize=4096)
def parse(sql: str) -> tuple[Node, ...]:
    """The statements of a script, unwrapped. Raises postgast's PgQueryError on a syntax error."""
    return tuple(unwrap(raw.stmt) for raw in postgast.parse(sql).stmts)


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Node | None:
    """An expression as the catalog prints it; None when it cannot be read."""
    try:
        (select,) = parse(f"SELECT {text}")
    except (postgast.PgQueryError, ValueError):
        return None
    return unwrap(select.target_list[0].res_target.val)


def with_column(expression: Node, name: str, value: Node) -> Node:
    """A copy in which the value stands wherever the expression says that column."""
    if isinstance(expression, pb.ColumnRef) and words(expression.fields)[-1:] == (name,):
        return value
    copy = type(expression)()
    copy.CopyFrom(expression)
    for message in list(walk(copy)):
        for field, held in message.ListFields():
            nodes = held if field.is_repeated else [held]
            for node in nodes if field.message_type else ():
                inner = unwrap(node) if isinstance(node, pb.Node) else None
                if isinstance(inner, pb.ColumnRef) and words(inner.fields)[-1:] == (name,):
                    node.CopyFrom(wrap(value))
    return copy


def to_text(expression: Node) -> str:
    """An expression as SQL."""
    target = pb.Node(res_target=pb.ResTarget(val=wrap(expression)))
    select = pb.SelectStmt(
        target_list=[target], limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE
    )
    return to_statement(select).removeprefix("SELECT ")


def to_statement(message: Node) -> str:
    """A statement as SQL."""
    tree = pb.ParseResult(stmts=[pb.RawStmt(stmt=wrap(message))])
    return str(postgast.deparse(tree))


def wrap(message: Node) -> pb.Node:
    """The message inside a `Node` again."""
    return pb.Node(**{_FIELDS[type(message).__name__]: message})


def conjuncts(expression: Node) -> Iterator[Node]:
    """The parts of an expression that must all be true."""
    if isinstance(expression, pb.BoolExpr) and expression.boolop == pb.AND_EXPR:
        for part in expression.args:
            yield from conjuncts(unwrap(part))
    else:
        yield expression


def relation_name(text: str) -> pb.RangeVar | None:
    """A relation's name as it stands in a string, as in `'app.orders'::regclass`."""
    try:
        (select,) = parse(f"TABLE {text}")
    except (postgast.PgQueryError, ValueError):
        return None
    return select.from_clause[0].range_var


def parse_body(body: str) -> tuple[Node, ...]:
    """The statements of an SQL function, also of one with a SQL-standard body.

    Raises postgast's PgQueryError on a syntax error.
    """
    if not body.lstrip().upper().startswith(("BEGIN ATOMIC", "RETURN ")):
        return parse(body)
    (function,) = parse(f"CREATE FUNCTION f() RETURNS int LANGUAGE sql {body}")
    return tuple(flattened(unwrap(function.sql_body)))


def flattened(body: Node) -> Iterator[Node]:
    """The statements in the lists of a SQL-standard body."""
    if isinstance(body, pb.List):
        for item in body.items:
            yield from flattened(unwrap(item))
    else:
        yield body


def is_false(node: Node) -> bool:
    """Whether an expression is the word `false`."""
    constant = isinstance(node, pb.A_Const) and node.WhichOneof("val") == "boolval"
    return constant and not node.boolval.boolval


def same(one: Node, other: Node) -> bool:
    """Whether two expressions say the same, whatever alias their columns carry."""
    return type(one) is type(other) and _plain(one) == _plain(other)


def _plain(node: Node) -> tuple[object, ...]:
    """The words of an expression in order, without casts and places."""
    if isinstance(node, pb.TypeCast):
        return _plain(unwrap(node.arg))
    if isinstance(node, pb.ColumnRef):
        return ("column", *words(node.fields)[-1:])
    if isinstance(node, pb.A_Const):
        return ("constant", constant_text(node))
    head = (type(node).__name__, getattr(node, "sval", ""), getattr(node, "kind", 0))
    return (*head, *(part for child in children(node) for part in _plain(child)))
