"""The body of a PL/pgSQL function or DO block as a tree of statements."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import postgast

from cockpit.analysis.impact import syntax
from cockpit.model.facts import FunctionFacts

Tree = Any
"""libpg_query's JSON: objects with one key that names the node (`plpgsql.h`)."""

_TRIGGER_VARIABLES = (
    "new record; old record; tg_op text; tg_name text; tg_when text; tg_level text; tg_relid oid; "
    "tg_relname text; tg_table_name text; tg_table_schema text; tg_nargs int; tg_argv text[]; "
    "tg_event text; tg_tag text;"
)
_EXPRESSION = 2
"""`RawParseMode` of a bare expression; above it are assignments."""
_RESULTS = ("void", "record", "SETOF record")


@lru_cache(maxsize=512)
def block(body: str) -> Tree | None:
    """The tree of a DO block; None when it cannot be parsed."""
    return _parse(f"DO {_quoted(body)}")


@lru_cache(maxsize=512)
def routine(function: FunctionFacts) -> Tree | None:
    """The tree of a function or procedure; None when it cannot be parsed.

    libpg_query knows neither the catalog nor what the caller passes, so parameters and the
    variables of triggers are declared around the body, as text or else as records.
    """
    body = re.sub(r"^\s*#\w.*$", "", function.body, flags=re.MULTILINE).strip().rstrip(";")
    for kind in ("text", "record"):
        names = "".join(f'"{name}" {kind}; ' for name in function.names if name)
        wrapped = f"DECLARE {_TRIGGER_VARIABLES} {names} BEGIN {body}; END"
        for result in _RESULTS:
            tree = _parse(
                f"CREATE FUNCTION f() RETURNS {result} LANGUAGE plpgsql AS {_quoted(wrapped)}"
            )
            if tree is not None:
                return tree
    return None


def statements(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Name and content of the nodes directly below."""
    if isinstance(tree, list):
        for item in tree:
            yield from statements(item)
    elif isinstance(tree, dict):
        for name, content in tree.items():
            if name.startswith("PLpgSQL_"):
                yield name, content
            else:
                yield from statements(content)


def expression(content: Tree) -> str:
    """The SQL of an expression below: a whole statement, or a SELECT of the value."""
    found = content.get("PLpgSQL_expr", content)
    text = value(found)
    return f"SELECT {text}" if found.get("parseMode", 0) else text


def value(content: Tree) -> str:
    """The text of an expression below; of an assignment the right side."""
    found = content.get("PLpgSQL_expr", content)
    text = str(found["query"])
    if found.get("parseMode", 0) > _EXPRESSION:
        text = re.split(r":=|=", text, maxsplit=1)[-1]
    return text


def variables(function: Tree) -> list[str]:
    """The names of a function's variables, by their number; empty for parts of a record."""
    return [str(content.get("refname", "")) for content in _contents(function["datums"])]


def _contents(datums: Tree) -> Iterator[Tree]:
    for datum in datums:
        yield next(iter(datum.values())) if datum else {}


_DECLARED = re.compile(r"\bDECLARE\b(.*?)\bBEGIN\b", re.DOTALL | re.IGNORECASE)
_VARIABLE = re.compile(
    r"(\w+)\s+(?:CONSTANT\s+)?((?:\w+\.)?\w+)\s*(?:%ROWTYPE\s*)?(?:;|:=|=|DEFAULT\b)", re.IGNORECASE
)

_CURSOR = re.compile(r"\bCURSOR\b[^;]*", re.IGNORECASE)
"""A declared cursor: what follows is its query."""
_ASSIGNED = re.compile(r"\bNEW\.\"?(\w+)\"?\s*(?::=|=(?!=))", re.IGNORECASE)


def assigned_columns(body: str) -> set[str]:
    """Columns that a trigger's body may give another value, as `NEW.x := ...`."""
    return {name.lower() for name in _ASSIGNED.findall(body)}


def declared_rows(body: str) -> list[postgast.pg_query_pb2.RangeVar]:
    """Names that stand for the types of variables and may be those of tables."""
    declared = [_CURSOR.sub("", part) for part in _DECLARED.findall(body)]
    found = [match[2] for part in declared for match in _VARIABLE.finditer(part)]
    names = (syntax.relation_name(text) for text in found)
    return [name for name in names if name is not None]


def cursors(function: Tree) -> dict[int, str]:
    """The queries of declared cursors, by the number of their variable."""
    key = "cursor_explicit_expr"
    contents = enumerate(_contents(function["datums"]))
    return {number: value(content[key]) for number, content in contents if key in content}


def constants(function: Tree) -> Iterator[tuple[str, str]]:
    """Variables that are declared with a value, and the text of its expression."""
    for datum in function["datums"]:
        found = datum.get("PLpgSQL_var", {})
        if "default_val" in found:
            yield str(found["refname"]), value(found["default_val"])


def _parse(sql: str) -> Tree | None:
    try:
        return postgast.parse_plpgsql(sql)
    except (postgast.PgQueryError, ValueError):
        return None


def _quoted(body: str) -> str:
    tag = "$b$"
    while tag in body:
        tag = tag[:-1] + "b$"
    return tag + body + tag
