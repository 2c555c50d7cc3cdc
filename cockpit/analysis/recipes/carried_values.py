"""What a column has of its own: where its values come from, who may read it, what is said of it."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import Name, quoted, suffixed
from cockpit.analysis.impact import syntax
from cockpit.analysis.recipes.carried import Handover, remark
from cockpit.model.column import ColumnGrant, ColumnSequence

_TEXTS = ("text", "varchar", "bpchar", "char", "citext", "name")
_LONG = (*_TEXTS, "bytea", "json", "jsonb", "xml", "numeric", "tsvector")
_WHOLE = {"int2": "smallint", "int4": "integer", "int8": "bigint"}
_GO_ON = "SELECT pg_catalog.setval('{made}', last_value, is_called) FROM {name}"
_ALIASES = {"smallint": "int2", "integer": "int4", "int": "int4", "bigint": "int8"}


def collation(over: Handover, kind: str) -> str:
    """` COLLATE ...` for ADD COLUMN, where the new type has collations at all."""
    if over.live.collation is None or _base(kind) not in _TEXTS:
        return ""
    return f" COLLATE {over.live.collation}"


def carry_settings(over: Handover, kind: str) -> None:
    """Comment, privileges, statistics target, storage: on the new column from the beginning."""
    live, made, (_, _, new) = over.live, over.made, over.columns
    column = f"{over.alter} ALTER COLUMN {new}"
    made.columns += remark(f"COLUMN {over.table}.{new}", live.comment)
    for grant in live.grants:
        made.columns.append(_granted(grant, f" ({new}) ON {over.table}"))
    if live.statistics is not None:
        made.columns.append(f"{column} SET STATISTICS {live.statistics}")
    if live.options:
        made.columns.append(f"{column} SET ({', '.join(live.options)})")
    for what, value in (("STORAGE", live.storage), ("COMPRESSION", live.compression)):
        if value and _base(kind) in _LONG:
            made.columns.append(f"{column} SET {what} {value}")
        elif value:
            made.left.append(f"{what} {value}, which {kind} may not have")


def _granted(grant: ColumnGrant, what: str) -> str:
    option = " WITH GRANT OPTION" if grant.grantable else ""
    return f"GRANT {grant.privilege}{what} TO {grant.grantee}{option}"


def carry_values(over: Handover, kind: str, default: str | None) -> None:
    """Default, sequence and identity pass to the new column at the swap.

    Before it the trigger gives the new column its value; a second default would use up a second
    number. `default`: the one of the new column.
    """
    made, (column, old, new) = over.made, over.columns
    if over.live.identity:
        _identity(over, kind)
    elif default is not None and over.live.default is not None:
        made.arrive += _default(over, column, default, old)
        made.restore += _default(over, column, over.live.default, new)
        if over.live.sequence is not None:
            _sequence(over, over.live.sequence, kind)


def _default(over: Handover, taker: str, default: str, giver: str) -> list[str]:
    return [
        f"{over.alter} ALTER COLUMN {taker} SET DEFAULT {default}",
        f"{over.alter} ALTER COLUMN {giver} DROP DEFAULT",
    ]


def _sequence(over: Handover, sequence: ColumnSequence, kind: str) -> None:
    """It belongs to whichever column has the name, and counts as far as its type goes."""
    name, column = Name(sequence.schema, sequence.name), over.columns[0]
    owned = f"ALTER SEQUENCE {name} OWNED BY {over.table}.{column}"
    over.made.arrive.append(owned)
    over.made.restore.append(owned)
    wider = _WHOLE.get(_base(kind))
    if wider and sequence.type == over.live.type != wider:
        over.made.arrive.append(f"ALTER SEQUENCE {name} AS {wider}")
        over.made.restore.append(f"ALTER SEQUENCE {name} AS {sequence.type}")


def _identity(over: Handover, kind: str) -> None:
    made, (column, old, new) = over.made, over.columns
    if over.live.sequence is None or _base(kind) not in _WHOLE:
        made.left.append(f"GENERATED {over.live.identity} AS IDENTITY, which {kind} cannot be")
        return
    made.arrive += _numbered(over, over.live.sequence, column, old)
    made.restore += _numbered(over, over.live.sequence, column, new)


def _numbered(over: Handover, sequence: ColumnSequence, taker: str, giver: str) -> list[str]:
    """A sequence of its own that goes on where the old one is, and then has its name.

    With the privileges and the comment of the old one, which went with it.
    """
    name = Name(sequence.schema, sequence.name)
    made = name.sibling(suffixed(sequence.name, "new"))
    literal = str(made).replace("'", "''")
    return [
        f"{over.alter} ALTER COLUMN {taker} ADD GENERATED {over.live.identity} AS IDENTITY "
        f"(SEQUENCE NAME {made} {sequence.options})",
        _GO_ON.format(made=literal, name=name),
        f"{over.alter} ALTER COLUMN {giver} DROP IDENTITY",
        f"ALTER SEQUENCE {made} RENAME TO {quoted(sequence.name)}",
        *(_granted(grant, f" ON SEQUENCE {name}") for grant in sequence.grants),
        *remark(f"SEQUENCE {name}", sequence.comment),
    ]


def _base(kind: str) -> str:
    """`varchar` of `character varying(20)`; empty for what is not a type."""
    cast = syntax.parse_expression(f"NULL::{kind}")
    names = syntax.words(cast.type_name.names) if isinstance(cast, pb.TypeCast) else ()
    last = names[-1] if names else ""
    return _ALIASES.get(last, last)
