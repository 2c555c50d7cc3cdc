"""Which relations a script makes, changes, removes and reads, as its text names them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cockpit.sql import grammar
from cockpit.sql.tree import enum_name, strings_of, walk

_DEFAULT_SCHEMA = "public"


@dataclass(frozen=True, slots=True)
class Touched:
    """Names without the schema public; a column is `table.column` after a `:`."""

    makes: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    """Named without being changed; what the script makes itself is left out everywhere else."""

    @property
    def needs(self) -> frozenset[str]:
        """What must be there before."""
        return self.changes | self.removes | self.reads


def touched(script: str) -> Touched:
    """Everything the text says. Raises `GrammarError` where it is not SQL."""
    found: dict[str, set[str]] = {"makes": set(), "changes": set(), "removes": set()}
    named: set[str] = set()
    for span in grammar.spans(script.encode(errors="replace")):
        for effect, name in _effects(span.node):
            found[effect].add(name)
        named |= {_name(m) for m in walk(span.node) if m.DESCRIPTOR.name == "RangeVar"}
    own = found["makes"]
    own |= {f"{name}:{column}" for name, _, column in (m.partition(":") for m in own) if column}
    told = found["changes"] | found["removes"]
    return Touched(
        frozenset(own),
        frozenset(found["changes"] - own),
        frozenset(found["removes"] - own),
        frozenset(named - own - told),
    )


def _effects(node: Any) -> Iterator[tuple[str, str]]:
    held = node.WhichOneof("node")
    statement = getattr(node, held)
    match held:
        case "create_stmt":
            yield "makes", _name(statement.relation)
        case "view_stmt":
            yield "makes", _name(statement.view)
        case "create_table_as_stmt":
            yield "makes", _name(statement.into.rel)
        case "create_seq_stmt":
            yield "makes", _name(statement.sequence)
        case "index_stmt" | "create_trig_stmt" | "rule_stmt":
            yield "changes", _name(statement.relation)
        case "create_policy_stmt":
            yield "changes", _name(statement.table)
        case "create_function_stmt":
            yield "makes", f"{_joined(statement.funcname)}()"
        case "create_enum_stmt" | "create_range_stmt":
            yield "makes", _joined(statement.type_name)
        case "alter_enum_stmt":
            yield "changes", _joined(statement.type_name)
        case "insert_stmt" | "update_stmt" | "delete_stmt":
            yield "changes", _name(statement.relation)
        case "truncate_stmt":
            yield from (("changes", _name(r.range_var)) for r in statement.relations)
        case "alter_table_stmt":
            yield from _altered(statement)
        case "rename_stmt":
            yield from _renamed(statement)
        case "drop_stmt":
            yield from _dropped(statement)
        case _:
            return


def _altered(statement: Any) -> Iterator[tuple[str, str]]:
    table = _name(statement.relation)
    yield "changes", table
    for item in statement.cmds:
        command = item.alter_table_cmd
        match enum_name(command, "subtype"):
            case "AT_AddColumn":
                yield "makes", f"{table}:{getattr(command, 'def').column_def.colname}"
            case "AT_DropColumn":
                yield "removes", f"{table}:{command.name}"
            case subtype if "Column" in subtype or subtype in ("AT_SetNotNull", "AT_DropNotNull"):
                yield "changes", f"{table}:{command.name}"
            case _:
                continue


def _renamed(statement: Any) -> Iterator[tuple[str, str]]:
    if not statement.HasField("relation"):
        return
    table = _name(statement.relation)
    match enum_name(statement, "rename_type"):
        case "OBJECT_COLUMN":
            yield "changes", table
            yield "removes", f"{table}:{statement.subname}"
            yield "makes", f"{table}:{statement.newname}"
        case "OBJECT_TABLE" | "OBJECT_VIEW" | "OBJECT_MATVIEW" | "OBJECT_SEQUENCE":
            schema, dot, _ = table.rpartition(".")
            yield "removes", table
            yield "makes", f"{schema}{dot}{statement.newname}"
        case _:
            yield "changes", table


def _dropped(statement: Any) -> Iterator[tuple[str, str]]:
    if enum_name(statement, "remove_type") not in (
        "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE",
    ):  # fmt: skip
        return
    for item in statement.objects:
        yield "removes", _joined(item.list.items)


def _name(relation: Any) -> str:
    schema = relation.schemaname
    return f"{schema}.{relation.relname}" if schema not in ("", _DEFAULT_SCHEMA) else (
        str(relation.relname)
    )  # fmt: skip


def _joined(names: Any) -> str:
    parts = strings_of(names)
    return ".".join(part for part in parts if part != _DEFAULT_SCHEMA or parts[-1] == part)
