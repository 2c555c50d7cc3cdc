"""Reading libpg_query's tree: enum names, options, values at any depth.

The messages are protobuf without type stubs, so they are `Any` here; the schema is
`pg_query.proto` of libpg_query.
"""

from collections.abc import Iterator
from typing import Any


def enum_name(message: Any, field: str) -> str:
    """The name of an enum field's value, as the schema has it: `OBJECT_TABLE`."""
    values = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number
    return str(values[getattr(message, field)].name)


def option(definitions: Any, name: str, default: bool = False) -> bool:
    """A boolean out of a list of options, read as the server's `defGetBoolean` does."""
    for item in definitions:
        if item.def_elem.defname == name:
            return _truth(item.def_elem.arg)
    return default


def _truth(argument: Any) -> bool:
    held = argument.WhichOneof("node")
    if held is None:
        return True
    if held == "string":
        return str(argument.string.sval).lower() in ("true", "on", "yes", "1")
    return bool(argument.integer.ival if held == "integer" else argument.boolean.boolval)


def strings_of(names: Any) -> tuple[str, ...]:
    """The parts of a qualified name: `("public", "mood")`."""
    return tuple(str(part.string.sval) for part in names)


def constants(message: Any) -> Iterator[str]:
    """Every string constant of an expression, at any depth."""
    for found in walk(message):
        if found.DESCRIPTOR.name == "A_Const" and found.HasField("sval"):
            yield str(found.sval.sval)


def string_nodes(message: Any) -> Iterator[str]:
    """Every string that stands for itself, as in the options of a function."""
    for found in walk(message):
        if found.DESCRIPTOR.name == "String":
            yield str(found.sval)


def walk(message: Any) -> Iterator[Any]:
    """The message and all below it, in the order of the text as far as the tree keeps it."""
    stack = [message]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(reversed(list(children(found))))


def children(message: Any) -> Iterator[Any]:
    """The messages directly under one message."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if hasattr(value, "DESCRIPTOR"):
            yield value
        else:
            yield from value
