"""Whether a table or a column that is there looks as a statement writes it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.predict import follow
from cockpit.model.facts import CatalogFacts, ColumnFacts, RelationFacts
from cockpit.sql.trace import TraceKind, traces_of

SHAPE = "whether it looks like this"
CONSTRAINTS = "whether its constraints look like this"
INDEX = "whether order, expressions and condition of the index look like this"
_SHAPED = frozenset(
    {TraceKind.RELATION, TraceKind.COLUMN, TraceKind.CONSTRAINT, TraceKind.TYPE}
)  # fmt: skip
"""Found by name; what it is, is another question."""
_SAID_BY_COLUMN = (
    pb.CONSTR_NULL, pb.CONSTR_NOTNULL, pb.CONSTR_DEFAULT, pb.CONSTR_IDENTITY, pb.CONSTR_GENERATED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a comparison of a statement with the catalog says."""

    unlike: tuple[str, ...] = ()
    """Each difference, as the catalog has it: `total has default 0, not 1`."""
    uncompared: str = ""
    """What nobody looked at, as a clause; empty when everything was compared."""


def likeness(sql: str, facts: CatalogFacts | None) -> Likeness:
    """Columns, types, defaults and NOT NULL of one statement against the catalog.

    Columns that only the catalog has are no difference: later statements add some.
    """
    (node,) = syntax.parse(sql)
    if not any(t.there and t.kind in _SHAPED for t in traces_of(syntax.wrap(node))):
        return Likeness()
    written = _written(node) if facts else None
    if facts is None or written is None:
        return Likeness(uncompared=SHAPE)
    name, columns = written
    there = _relation(facts, name)
    made = _made(node, facts, there, columns) if there else None
    if there is None or made is None:
        return Likeness(uncompared=SHAPE)
    wanted = [c for c in made.columns if isinstance(node, pb.CreateStmt) or c.name in columns]
    return Likeness(
        tuple(words for column in wanted for words in _differences(column, there)),
        CONSTRAINTS if _constrains(node) else "",
    )


def _written(node: syntax.Node) -> tuple[pb.RangeVar, frozenset[str]] | None:
    """The table, and the columns that are added to it; None for what is not compared."""
    if isinstance(node, pb.CreateStmt):
        elements = [syntax.unwrap(item) for item in node.table_elts]
        derived = node.inh_relations or node.HasField("of_typename")
        if derived or any(isinstance(e, pb.TableLikeClause) for e in elements):
            return None
        return node.relation, frozenset()
    if not isinstance(node, pb.AlterTableStmt):
        return None
    commands = [item.alter_table_cmd for item in node.cmds]
    if any(command.subtype != pb.AT_AddColumn for command in commands):
        return None
    return node.relation, frozenset(getattr(c, "def").column_def.colname for c in commands)


def _relation(facts: CatalogFacts, name: pb.RangeVar) -> RelationFacts | None:
    places = (name.schemaname,) if name.schemaname else facts.search_path
    known = {(r.schema, r.name): r for r in facts.relations}
    return next((known[p, name.relname] for p in places if (p, name.relname) in known), None)


def _made(
    node: syntax.Node, facts: CatalogFacts, there: RelationFacts, columns: frozenset[str]
) -> RelationFacts | None:
    """The table as the statement alone would leave it, were its own work not there yet."""
    others = tuple(r for r in facts.relations if r.oid != there.oid)
    if columns:
        kept = tuple(column for column in there.columns if column.name not in columns)
        others = (*others, replace(there, columns=kept))
    after = follow([node], replace(facts, relations=others))
    return next((r for r in after.relations if r.full_name == there.full_name), None)


def _differences(column: ColumnFacts, table: RelationFacts) -> Iterator[str]:
    there = next((c for c in table.columns if c.name == column.name), None)
    if there is None:
        yield f"there is no column {column.name}"
        return
    if (there.type, there.typmod) != (column.type, column.typmod):
        yield f"{column.name} has another type"
    if not _same_default(there.default, column.default):
        yield f"{column.name} has {_default(there)}, not {column.default or 'none'}"
    if there.not_null is not column.not_null:
        yield f"{column.name} {'is NOT NULL' if there.not_null else 'may be null'}"
    if (there.identity, there.generated) != (column.identity, column.generated):
        yield f"{column.name} is generated in another way"


def _default(column: ColumnFacts) -> str:
    return f"default {column.default}" if column.default is not None else "no default"


def _same_default(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    if one.startswith("nextval(") and other.startswith("nextval("):
        return True
    sides = [_uncast(syntax.parse_expression(text)) for text in (one, other)]
    return one == other or (None not in sides and syntax.same(sides[0], sides[1]))


def _uncast(node: syntax.Node | None) -> syntax.Node | None:
    """The catalog prints `'x'` as `'x'::text`."""
    while isinstance(node, pb.TypeCast):
        node = syntax.unwrap(node.arg)
    return node


def _constrains(node: syntax.Node) -> bool:
    """CHECK, UNIQUE, PRIMARY KEY, EXCLUDE or REFERENCES, on a column or on the table."""
    found = (part for part in syntax.walk(node) if isinstance(part, pb.Constraint))
    return any(constraint.contype not in _SAID_BY_COLUMN for constraint in found)
