"""Enum labels: a label cannot be used in the transaction that adds it.

PostgreSQL lets it be when the type itself is younger than the transaction ("unsafe use of new
value of enum type", SQLSTATE 55P04).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cockpit.sql.tree import constants, string_nodes, strings_of

if TYPE_CHECKING:
    from cockpit.sql.statements import Statement


@dataclass(frozen=True, slots=True)
class AddedLabel:
    """What one ALTER TYPE ... ADD VALUE adds."""

    type_name: tuple[str, ...]
    label: str


def added_label(statement: "Statement") -> AddedLabel | None:
    """The label that this statement adds; None for anything else, RENAME VALUE included."""
    if statement.node.WhichOneof("node") != "alter_enum_stmt":
        return None
    node = statement.node.alter_enum_stmt
    return None if node.old_val else AddedLabel(strings_of(node.type_name), node.new_val)


def creates_type(statement: "Statement", name: tuple[str, ...]) -> bool:
    """Whether it creates the enum of that name; a missing schema matches any."""
    if statement.node.WhichOneof("node") != "create_enum_stmt":
        return False
    created = strings_of(statement.node.create_enum_stmt.type_name)
    shared = min(len(created), len(name))
    return created[-shared:] == name[-shared:]


def mentions(statement: "Statement", labels: Iterable[str]) -> frozenset[str]:
    """Which of the labels stand in it as string constants, or in code that it runs or checks."""
    wanted = frozenset(labels)
    if not wanted:
        return wanted
    body = _checked_body(statement.node)
    quoted = {label for label in wanted if f"'{label.replace(chr(39), chr(39) * 2)}'" in body}
    return frozenset(wanted.intersection(constants(statement.node)) | quoted)


def _checked_body(node: Any) -> str:
    """Text of a DO block or of an SQL function: run, or checked, when the statement runs."""
    if node.WhichOneof("node") == "do_stmt":
        return _option_text(node.do_stmt.args, "as")
    if node.WhichOneof("node") != "create_function_stmt":
        return ""
    options = node.create_function_stmt.options
    return _option_text(options, "as") if _option_text(options, "language") == "sql" else ""


def _option_text(options: Any, name: str) -> str:
    found = [item.def_elem.arg for item in options if item.def_elem.defname == name]
    return "\n".join(text for argument in found for text in string_nodes(argument))
