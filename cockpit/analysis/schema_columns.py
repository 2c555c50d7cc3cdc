"""A column as SQL: its definition, and the commands that make one definition another."""

from collections.abc import Callable, Iterable, Iterator

from cockpit.model.schema import SchemaObject


def column(one: SchemaObject) -> str:
    """`name text NOT NULL DEFAULT ''::text`, as CREATE TABLE and ADD COLUMN take it."""
    parts = one.parts
    words = [one.name, _type(one)]
    if "not null" in parts:
        words.append("NOT NULL")
    if "default" in parts:
        words.append(f"DEFAULT {parts['default']}")
    if "generated" in parts:
        kind = "VIRTUAL" if "virtual" in parts else "STORED"
        words.append(f"GENERATED ALWAYS AS ({parts['generated']}) {kind}")
    if "identity" in parts:
        words.append(f"GENERATED {parts['identity']} AS IDENTITY")
    return " ".join(words)


def alter_column(
    before: SchemaObject,
    after: SchemaObject,
    parts: Iterable[str],
    unwritable: Callable[[str], Exception],
) -> Iterator[str]:
    """One statement for each part; raises what `unwritable` makes of the reason for none."""
    head = f"ALTER TABLE {after.parent} ALTER COLUMN {after.name}"
    done = set()
    for part in parts:
        if part in done:
            continue
        done |= {"type", "collate"} if part in ("type", "collate") else {part}
        command = _command(part, before, after)
        if command is None:
            raise unwritable(f"{part} of a column cannot be written")
        yield f"{head} {command}"


def _command(part: str, before: SchemaObject, after: SchemaObject) -> str | None:
    value = after.parts.get(part)
    match part:
        case "type" | "collate":
            return f"TYPE {_type(after)} USING {after.name}::{after.parts['type']}"
        case "not null":
            return "SET NOT NULL" if value else "DROP NOT NULL"
        case "default":
            return f"SET DEFAULT {value}" if value else "DROP DEFAULT"
        case "identity" if value is None:
            return "DROP IDENTITY IF EXISTS"
        case "identity" if "identity" in before.parts:
            return f"SET GENERATED {value}"
        case "identity":
            return f"ADD GENERATED {value} AS IDENTITY"
        case "generated" if value is None:
            return "DROP EXPRESSION IF EXISTS"
        case "statistics":
            return f"SET STATISTICS {value or -1}"
        case _:
            return None


def _type(one: SchemaObject) -> str:
    collate = f" COLLATE {one.parts['collate']}" if "collate" in one.parts else ""
    return one.parts["type"] + collate
