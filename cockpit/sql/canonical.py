"""What a script says, apart from how it is written: trees without positions.

Two scripts with the same canonical form are the same to PostgreSQL, statement by statement. The
reverse is not promised.
"""

import re
from typing import Any

from cockpit.sql import grammar
from cockpit.sql.tree import walk

_POSITIONS = frozenset(
    {
        "location", "stmt_location", "stmt_len", "list_start", "list_end",
        "rexpr_list_start", "rexpr_list_end", "name_location",
    }
)  # fmt: skip
_FREE_FORM = ("sql", "plpgsql")
_QUOTING = re.compile(rb"""['"$]""")


def canonical(script: str) -> tuple[bytes, ...]:
    """One value a statement. Raises `GrammarError` where the script is not SQL."""
    text = script.removeprefix("\N{BYTE ORDER MARK}").encode(errors="replace")
    return tuple(_canonical(span.node) for span in grammar.spans(text))


def same_meaning(one: str, other: str) -> bool:
    """Whether PostgreSQL's grammar reads the same in both; False when it reads nothing in one."""
    try:
        return canonical(one) == canonical(other)
    except grammar.GrammarError:
        return False


def _canonical(node: Any) -> bytes:
    for message in walk(node):
        _forget_positions(message)
    for body in _free_form_bodies(node):
        body.sval = _reformatted(body.sval)
    return bytes(node.SerializeToString(deterministic=True))


def _forget_positions(message: Any) -> None:
    for field in message.DESCRIPTOR.fields:
        if field.name in _POSITIONS and field.type == field.TYPE_INT32:
            message.ClearField(field.name)


def _free_form_bodies(node: Any) -> list[Any]:
    """String nodes that hold code in which spaces and comments mean nothing."""
    held = node.WhichOneof("node")
    if held == "do_stmt":
        options, language = node.do_stmt.args, "plpgsql"
    elif held == "create_function_stmt":
        options, language = node.create_function_stmt.options, "sql"
    else:
        return []
    found = {item.def_elem.defname: item.def_elem.arg for item in options}
    if "language" in found:
        language = found["language"].string.sval.lower()
    if language not in _FREE_FORM or "as" not in found:
        return []
    return [message for message in walk(found["as"]) if message.DESCRIPTOR.name == "String"]


def _reformatted(body: str) -> str:
    """The tokens of a body with one space between; unchanged when they cannot be told."""
    text = body.encode()
    try:
        tokens = grammar.tokens(text)
    except grammar.GrammarError:
        return body
    words = (text[token.start : token.end] for token in tokens)
    return b" ".join(w if _QUOTING.search(w) else w.lower() for w in words).decode()
