"""Which objects of the schema a script speaks of by name, whether or not it finds work to do."""

import re
from collections.abc import Iterator
from typing import Any

from cockpit.sql import grammar
from cockpit.sql.tree import enum_name, string_nodes, strings_of

Name = tuple[str, str]
"""What it belongs to, empty where it stands for itself, and its own name; both without schema and
quotes, as the catalog has them."""
_OF_A_TABLE = (
    "OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY", "OBJECT_COLUMN", "OBJECT_TABCONSTRAINT",
)  # fmt: skip
_OF_THE_TABLE_ITSELF = (
    "AT_SetRelOptions", "AT_ResetRelOptions", "AT_ReplaceRelOptions", "AT_EnableRowSecurity",
    "AT_DisableRowSecurity", "AT_ForceRowSecurity", "AT_NoForceRowSecurity", "AT_ReplicaIdentity",
    "AT_SetLogged", "AT_SetUnLogged", "AT_ChangeOwner", "AT_SetTableSpace", "AT_SetAccessMethod",
)  # fmt: skip
_IN_A_BLOCK = re.compile(r"\b(?:CREATE|ALTER|DROP)\b[^;]*", re.IGNORECASE)
"""A statement within the body of a DO block, to be tried as SQL."""


def named(script: str) -> frozenset[Name]:
    """Every object that a statement makes, alters or drops by its name; none where it is not SQL.

    `CREATE INDEX IF NOT EXISTS` and `DROP ... IF EXISTS` name what they may leave as it is.
    """
    try:
        nodes = [span.node for span in grammar.spans(script.encode(errors="replace"))]
    except grammar.GrammarError:
        return frozenset()
    return frozenset(name for node in nodes for name in _names(node) if name[1])


def _names(node: Any) -> Iterator[Name]:
    held = node.WhichOneof("node")
    statement = getattr(node, held)
    match held:
        case "create_stmt" | "create_foreign_table_stmt":
            table = statement if held == "create_stmt" else statement.base_stmt
            yield "", table.relation.relname
        case "view_stmt":
            yield "", statement.view.relname
        case "create_table_as_stmt":
            yield "", statement.into.rel.relname
        case "create_seq_stmt" | "alter_seq_stmt":
            yield "", statement.sequence.relname
        case "index_stmt":
            yield "", statement.idxname
        case "create_trig_stmt":
            yield statement.relation.relname, statement.trigname
        case "rule_stmt":
            yield statement.relation.relname, statement.rulename
        case "create_policy_stmt" | "alter_policy_stmt":
            yield statement.table.relname, statement.policy_name
        case "create_function_stmt":
            yield "", _last(statement.funcname)
        case "define_stmt":
            yield "", _last(statement.defnames)
        case "create_enum_stmt" | "create_range_stmt" | "alter_enum_stmt" | "alter_type_stmt":
            yield "", _last(statement.type_name)
        case "composite_type_stmt":
            yield "", statement.typevar.relname
        case "create_domain_stmt":
            yield "", _last(statement.domainname)
        case "create_schema_stmt":
            yield "", statement.schemaname
        case "create_extension_stmt" | "alter_extension_stmt":
            yield "", statement.extname
        case "create_stats_stmt":
            yield "", _last(statement.defnames)
        case "alter_table_stmt":
            yield from _altered(statement)
        case "alter_domain_stmt":
            domain = _last(statement.type_name)
            constraint = getattr(statement, "def").constraint.conname or statement.name
            yield (domain, constraint) if constraint else ("", domain)
        case "alter_function_stmt":
            yield "", _last(statement.func.objname)
        case "alter_owner_stmt":
            yield "", _object_name(statement.object)
        case "drop_stmt":
            yield from _dropped(statement)
        case "do_stmt":
            for body in string_nodes(statement):
                for match in _IN_A_BLOCK.finditer(body):
                    yield from named(match[0])
        case _:
            return


def _altered(statement: Any) -> Iterator[Name]:
    table = statement.relation.relname
    for item in statement.cmds:
        command = item.alter_table_cmd
        kind = enum_name(command, "subtype")
        definition = getattr(command, "def")
        if kind in _OF_THE_TABLE_ITSELF:
            yield "", table
        elif definition.HasField("column_def") and definition.column_def.colname:
            yield table, definition.column_def.colname
        elif definition.HasField("constraint") and definition.constraint.conname:
            yield table, definition.constraint.conname
        else:
            yield table, command.name


def _dropped(statement: Any) -> Iterator[Name]:
    kind = enum_name(statement, "remove_type")
    for item in statement.objects:
        parts = strings_of(item.list.items) if item.HasField("list") else ()
        if kind in _OF_A_TABLE and len(parts) > 1:
            yield parts[-2], parts[-1]
        else:
            yield "", parts[-1] if parts else _object_name(item)


def _object_name(node: Any) -> str:
    """Of an object whose name is not a plain list: a function with arguments, a type, a schema."""
    held = node.WhichOneof("node")
    match held:
        case "object_with_args":
            return _last(node.object_with_args.objname)
        case "type_name":
            return _last(node.type_name.names)
        case "string":
            return str(node.string.sval)
        case "list":
            return _last(node.list.items)
        case _:
            return ""


def _last(names: Any) -> str:
    parts = strings_of(names)
    return parts[-1] if parts else ""
