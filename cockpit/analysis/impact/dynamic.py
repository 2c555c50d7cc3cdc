"""The text that EXECUTE runs, where it is put together from constants."""

from collections.abc import Callable, Mapping

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax


def text_of(expression: str, known: Mapping[str, str]) -> str | None:
    """The value of a text expression; None when it is known only at run time."""
    try:
        (select,) = syntax.parse(f"SELECT {expression}")
    except (PgQueryError, ValueError):
        return None
    return value_of(syntax.unwrap(select.target_list[0].res_target.val), known)


def value_of(node: syntax.Node, known: Mapping[str, str]) -> str | None:
    """The text that an expression yields; None when it is known only at run time."""
    if isinstance(node, pb.A_Const):
        return syntax.constant_text(node)
    if isinstance(node, pb.TypeCast):
        return value_of(syntax.unwrap(node.arg), known)
    if isinstance(node, pb.ColumnRef):
        return known.get(syntax.words(node.fields)[-1])
    if isinstance(node, pb.A_Indirection):
        return _element(node, known)
    if isinstance(node, pb.A_Expr) and syntax.words(node.name) == ("||",):
        parts = [value_of(syntax.unwrap(side), known) for side in (node.lexpr, node.rexpr)]
        return None if None in parts else "".join(part for part in parts if part)
    if isinstance(node, pb.FuncCall):
        return _called(node, known)
    return None


def _element(node: pb.A_Indirection, known: Mapping[str, str]) -> str | None:
    """`TG_ARGV[0]`."""
    array, (first, *more) = syntax.unwrap(node.arg), node.indirection
    if more or not isinstance(array, pb.ColumnRef) or not syntax.is_a(first, "a_indices"):
        return None
    place = syntax.constant_text(syntax.unwrap(first.a_indices.uidx))
    return known.get(f"{syntax.words(array.fields)[-1].lower()}[{place}]")


def _called(node: pb.FuncCall, known: Mapping[str, str]) -> str | None:
    values = [value_of(syntax.unwrap(item), known) for item in node.args]
    texts = [value for value in values if value is not None]
    if len(texts) < len(values) or not texts:
        return None
    name = syntax.words(node.funcname)[-1]
    if name == "format":
        return _formatted(texts[0], texts[1:])
    if name == "quote_ident":
        return _identifier(texts[0])
    if name == "quote_literal":
        return _literal(texts[0])
    return "".join(texts) if name == "concat" else None


def _formatted(pattern: str, values: list[str]) -> str | None:
    """`format` with `%s`, `%I`, `%L` and `%%`."""
    parts = pattern.split("%")
    found, rest, position = [parts[0]], iter(values), 1
    while position < len(parts):
        part = parts[position]
        if part == "":
            found.append("%" + (parts[position + 1] if position + 1 < len(parts) else ""))
            position += 2
            continue
        writer = _WRITERS.get(part[0])
        value = next(rest, None)
        if writer is None or value is None:
            return None
        found.append(writer(value) + part[1:])
        position += 1
    return "".join(found)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_WRITERS: dict[str, Callable[[str], str]] = {"s": str, "I": _identifier, "L": _literal}
