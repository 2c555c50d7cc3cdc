"""Which relations a statement changes in a way that only their owner may."""

from collections.abc import Iterator
from typing import Any

from cockpit.sql import grammar
from cockpit.sql.tree import enum_name, strings_of

_RELATIONS = (
    "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_INDEX", "OBJECT_SEQUENCE",
    "OBJECT_FOREIGN_TABLE",
)  # fmt: skip
_NAMED = {
    "alter_table_stmt": "relation",
    "index_stmt": "relation",
    "rule_stmt": "relation",
    "rename_stmt": "relation",
    "create_policy_stmt": "table",
    "alter_policy_stmt": "table",
    "refresh_mat_view_stmt": "relation",
}
"""Statement to its field that names the relation."""


def owned(script: str) -> tuple[tuple[str, str], ...]:
    """Schema, empty where none is said, and name of each; nothing where it is not SQL."""
    try:
        nodes = [span.node for span in grammar.spans(script.encode(errors="replace"))]
    except grammar.GrammarError:
        return ()
    return tuple(name for node in nodes for name in _names(node))


def _names(node: Any) -> Iterator[tuple[str, str]]:
    held = node.WhichOneof("node")
    statement = getattr(node, held)
    if held in _NAMED and statement.HasField(_NAMED[held]):
        relation = getattr(statement, _NAMED[held])
        yield relation.schemaname, relation.relname
    elif held == "drop_stmt" and enum_name(statement, "remove_type") in _RELATIONS:
        for item in statement.objects:
            *schema, name = strings_of(item.list.items)
            yield (schema[-1] if schema else ""), name
