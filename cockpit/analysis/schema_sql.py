"""One object of a schema as SQL: what makes it, drops it, or turns it into what it became.

Every statement may run where the work is done already: it says IF NOT EXISTS, OR REPLACE or
IF EXISTS, so that the same migration fits the database that was changed by hand and all others.
"""

import re
from collections.abc import Iterable, Iterator

from cockpit.analysis.schema_columns import alter_column, column
from cockpit.model.schema import SchemaChange, SchemaObject

_OF_TABLE = ("trigger", "rule", "policy")
_ANEW = ("constraint", "index", "materialized view", "statistics", "policy", "trigger", "rule")
"""What is dropped and made again where no statement changes it."""
_LATER = ("index", "statistics", "trigger", "rule", "policy")
"""What of a table follows once it is there."""


class Unwritable(Exception):
    """No statement is known for this; the message says why."""


def create(one: SchemaObject, within: Iterable[SchemaChange] = ()) -> list[str]:
    """Statements that make it, with what belongs to it. Raises `Unwritable`."""
    match one.kind:
        case "table" | "partition":
            return list(_table(one, [change.object for change in within]))
        case "column":
            return [f"ALTER TABLE {one.parent} ADD COLUMN IF NOT EXISTS {column(one)}"]
        case "constraint":
            first = drop(one) if _owner_kind(one) == "DOMAIN" else []
            return [*first, _constraint(one)]
        case "view" | "materialized view":
            inner = [change.object for change in within]
            return [_view(one), *(s for other in inner for s in create(other))]
        case "type" | "domain":
            inner = [change.object for change in within]
            return [_type(one), *(s for other in inner for s in create(other))]
        case _:
            return list(_other(one))


def drop(one: SchemaObject) -> list[str]:
    """Statements that remove it. Raises `Unwritable`."""
    if one.kind == "column":
        return [f"ALTER TABLE IF EXISTS {one.parent} DROP COLUMN IF EXISTS {one.name}"]
    if one.kind == "constraint":
        there = "DOMAIN" if _owner_kind(one) == "DOMAIN" else "TABLE IF EXISTS"
        return [f"ALTER {there} {one.parent} DROP CONSTRAINT IF EXISTS {one.name}"]
    if one.kind in _OF_TABLE:
        return [f"DROP {one.kind.upper()} IF EXISTS {one.name} ON {one.parent}"]
    if one.kind == "sequence" and "identity" in one.parts:
        return []
    kind = "TABLE" if one.kind == "partition" else one.kind.upper()
    return [f"DROP {kind} IF EXISTS {one.name}"]


def alter(change: SchemaChange) -> list[str]:
    """Statements that make the older one what it is after. Raises `Unwritable`."""
    before, after = change.before, change.after
    if before is None or after is None:
        raise ValueError("only what is there before and after can be altered")
    parts = [part for part in change.parts if part not in ("number", "owner")]
    found = _owner(after) if "owner" in change.parts else []
    if not parts:
        return found
    if "enforced" in parts:
        raise Unwritable("no migration switches the enforcement of a foreign key on or off")
    match after.kind:
        case "column":
            return [*alter_column(before, after, parts, Unwritable), *found]
        case "table" | "partition":
            return [*_alter_table(before, after, parts), *found]
        case "type":
            return [*_labels(before, after, parts), *found]
        case "sequence":
            return [f"ALTER SEQUENCE {after.name} {_numbers(after)}", *found]
        case "extension" if parts == ["version"]:
            return [f"ALTER EXTENSION {after.name} UPDATE TO '{after.parts['version']}'"]
        case "view" | "function" | "procedure":
            return [*create(after), *found]
        case kind if kind in _ANEW:
            return [*drop(after), *create(after), *found]
        case _:
            raise Unwritable(f"{', '.join(parts)} of a {after.kind} cannot be written")


def _table(one: SchemaObject, inner: list[SchemaObject]) -> Iterator[str]:
    """Sequences first, the table, then whatever hangs on it."""
    if "server" in one.parts or "of type" in one.parts:
        raise Unwritable("a table of a type cannot be written")
    sequences = [o for o in inner if o.kind == "sequence" and "identity" not in o.parts]
    yield from (_sequence(sequence) for sequence in sequences)
    columns = sorted(
        (o for o in inner if o.kind == "column"), key=lambda o: int(o.parts.get("number", 0))
    )
    constraints = [o for o in inner if o.kind == "constraint"]
    valid = [o for o in constraints if _simple(o)]
    lines = [*(column(o) for o in columns), *(f"CONSTRAINT {_named(o)}" for o in valid)]
    unlogged = "UNLOGGED " if "unlogged" in one.parts else ""
    body = "(\n  " + ",\n  ".join(lines) + "\n)" if lines or "bound" not in one.parts else ""
    yield f"CREATE {unlogged}TABLE IF NOT EXISTS {one.name} {_frame(one, body)}"
    yield from (
        f"ALTER SEQUENCE {sequence.name} OWNED BY {sequence.parts['owned by']}"
        for sequence in sequences
    )
    yield from (_constraint(o) for o in constraints if not _simple(o))
    yield from (s for o in inner if o.kind in _LATER for s in create(o))
    if "row security" in one.parts:
        yield f"ALTER TABLE {one.name} ENABLE ROW LEVEL SECURITY"
    if "forced row security" in one.parts:
        yield f"ALTER TABLE {one.name} FORCE ROW LEVEL SECURITY"


def _simple(constraint: SchemaObject) -> bool:
    """It can stand within CREATE TABLE: another table need not be there yet."""
    return constraint.parts["class"] != "f" and "NOT VALID" not in constraint.parts["definition"]


def _frame(one: SchemaObject, body: str) -> str:
    """What stands around the columns."""
    parts = one.parts
    if "bound" in parts:
        words = f"PARTITION OF {parts['inherits']} {body} {parts['bound']}".replace("  ", " ")
    else:
        words = body + (f" INHERITS ({parts['inherits']})" if "inherits" in parts else "")
    if "partition by" in parts:
        words += f" PARTITION BY {parts['partition by']}"
    return words + (f" WITH ({parts['options']})" if "options" in parts else "")


def _named(constraint: SchemaObject) -> str:
    return f"{constraint.name} {constraint.parts['definition']}"


def _constraint(one: SchemaObject) -> str:
    kind = _owner_kind(one)
    if kind == "DOMAIN":
        return f"ALTER DOMAIN {one.parent} ADD CONSTRAINT {_named(one)}"
    return (
        f"ALTER TABLE {one.parent} DROP CONSTRAINT IF EXISTS {one.name}, "
        f"ADD CONSTRAINT {_named(one)}"
    )


def _owner_kind(constraint: SchemaObject) -> str:
    return "DOMAIN" if constraint.parts.get("of") == "domain" else "TABLE"


def _view(one: SchemaObject) -> str:
    options = f" WITH ({one.parts['options']})" if "options" in one.parts else ""
    body = one.parts["definition"].strip().removesuffix(";")
    head = "OR REPLACE VIEW" if one.kind == "view" else "MATERIALIZED VIEW IF NOT EXISTS"
    return f"CREATE {head} {one.name}{options} AS\n{body}"


def _type(one: SchemaObject) -> str:
    parts = one.parts
    if one.kind == "domain":
        default = f" DEFAULT {parts['default']}" if "default" in parts else ""
        words = f"DOMAIN {one.name} AS {parts['base']}{default}"
        return _once(words + (" NOT NULL" if "not null" in parts else ""))
    bodies = {
        "enum": f"ENUM ({parts.get('labels', '')})",
        "composite": f"({parts.get('attributes', '')})",
        "range": f"RANGE (subtype = {parts.get('subtype', '')})",
    }
    if parts["class"] not in bodies:
        raise Unwritable(f"a {parts['class']} type cannot be written")
    return _once(f"TYPE {one.name} AS {bodies[parts['class']]}")


def _once(words: str) -> str:
    """CREATE, where it is not there yet: types know no IF NOT EXISTS."""
    return (
        f"DO $once$ BEGIN\n  CREATE {words};\n"
        "EXCEPTION WHEN duplicate_object THEN NULL;\nEND $once$"
    )


def _other(one: SchemaObject) -> Iterator[str]:
    definition = one.parts.get("definition", "").strip().removesuffix(";")
    match one.kind:
        case "schema":
            yield f"CREATE SCHEMA IF NOT EXISTS {one.name}"
        case "extension":
            yield f"CREATE EXTENSION IF NOT EXISTS {one.name} WITH SCHEMA {one.parts['schema']}"
        case "sequence":
            if "identity" not in one.parts:
                yield _sequence(one)
        case "index" if "invalid" in one.parts:
            raise Unwritable("the index is invalid: build it anew, or drop it")
        case "index":
            yield re.sub(r"^CREATE (UNIQUE )?INDEX ", r"CREATE \1INDEX IF NOT EXISTS ", definition)
        case "statistics":
            yield definition.replace("CREATE STATISTICS ", "CREATE STATISTICS IF NOT EXISTS ", 1)
        case "function" | "procedure":
            yield definition
        case "trigger":
            yield from _trigger(one, definition)
        case "rule":
            yield definition.replace("CREATE RULE", "CREATE OR REPLACE RULE", 1)
        case "policy":
            yield from drop(one)
            yield _policy(one)
        case _:
            raise Unwritable(f"no statement is known for: {one.kind}")


def _sequence(one: SchemaObject) -> str:
    return f"CREATE SEQUENCE IF NOT EXISTS {one.name} {_numbers(one)}"


def _numbers(one: SchemaObject) -> str:
    parts = one.parts
    return (
        f"AS {parts['type']} INCREMENT BY {parts['increment']} MINVALUE {parts['minimum']} "
        f"MAXVALUE {parts['maximum']} START WITH {parts['start']} CACHE {parts['cache']} "
        + ("CYCLE" if "cycle" in parts else "NO CYCLE")
    )


def _trigger(one: SchemaObject, definition: str) -> Iterator[str]:
    if definition.startswith("CREATE CONSTRAINT"):
        yield from drop(one)
        yield definition
    else:
        yield definition.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1)
    words = {"no": "DISABLE", "always": "ENABLE ALWAYS", "replica": "ENABLE REPLICA"}
    enabled = one.parts.get("enabled")
    if enabled is not None:
        yield f"ALTER TABLE {one.parent} {words[enabled]} TRIGGER {one.name}"


def _policy(one: SchemaObject) -> str:
    parts = one.parts
    kind = "RESTRICTIVE" if "restrictive" in parts else "PERMISSIVE"
    words = f"CREATE POLICY {one.name} ON {one.parent} AS {kind} FOR {parts['for']}"
    words += f" TO {parts['to']}"
    words += f" USING ({parts['using']})" if "using" in parts else ""
    return words + (f" WITH CHECK ({parts['with check']})" if "with check" in parts else "")


def _owner(one: SchemaObject) -> list[str]:
    kind = "TABLE" if one.kind == "partition" else one.kind.upper()
    return [f'ALTER {kind} {one.name} OWNER TO "{one.parts["owner"]}"']


_SWITCHES = {
    "row security": ("ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
    "forced row security": ("FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
    "unlogged": ("SET UNLOGGED", "SET LOGGED"),
}


def _alter_table(before: SchemaObject, after: SchemaObject, parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        if part in _SWITCHES:
            words = _SWITCHES[part][0 if part in after.parts else 1]
            yield f"ALTER TABLE {after.name} {words}"
        elif part == "options":
            yield from _options(before, after)
        else:
            raise Unwritable(f"{part} of a table cannot be written")


def _options(before: SchemaObject, after: SchemaObject) -> Iterator[str]:
    new = after.parts.get("options", "")
    if new:
        yield f"ALTER TABLE {after.name} SET ({new})"
    kept = {option.partition("=")[0] for option in new.split(", ")}
    gone = [option.partition("=")[0] for option in before.parts.get("options", "").split(", ")]
    lost = [name for name in gone if name and name not in kept]
    if lost:
        yield f"ALTER TABLE {after.name} RESET ({', '.join(lost)})"


def _labels(before: SchemaObject, after: SchemaObject, parts: list[str]) -> Iterator[str]:
    """Labels can be added to an enum, never taken away."""
    old = before.parts.get("labels", "").split(",\n")
    new = after.parts.get("labels", "").split(",\n")
    if parts != ["labels"] or [label for label in new if label in old] != old:
        raise Unwritable("labels can only be added to a type")
    for index, label in enumerate(new):
        if label not in old:
            place = f" AFTER {new[index - 1]}" if index else f" BEFORE {new[1]}"
            yield f"ALTER TYPE {after.name} ADD VALUE IF NOT EXISTS {label}{place}"
