"""Whether a table is read from end to end, as far as text, indexes and size tell."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.bounds import spans_of
from cockpit.analysis.impact.world import World
from cockpit.model.facts import IndexFacts, RelationFacts

_INDEXABLE = {"=", "<", ">", "<=", ">="}
_KINDS = (pb.AEXPR_OP, pb.AEXPR_IN, pb.AEXPR_BETWEEN, pb.AEXPR_OP_ANY)
_INDEX_COST = 8.17
"""Of finding one row by an index, with the planner's default costs: two pages out of order."""
_ROW_COST = 0.0125


@dataclass(frozen=True, slots=True)
class Source:
    """One relation in a FROM list."""

    relation: RelationFacts
    alias: str
    tree: bool
    """Its descendants are meant too: no ONLY."""
    sampled: bool = False
    """TABLESAMPLE: some pages of it."""


def reads_small(world: World, table: RelationFacts) -> bool:
    """Whether reading all of a table costs less than one look into an index."""
    if table.rows < 0 or not table.stored or table.oid not in world.committed:
        return False
    return table.pages + table.rows * _ROW_COST < _INDEX_COST


def finds_few(world: World, source: Source, conditions: list[syntax.Node]) -> bool:
    """Whether a unique index with a value for its every column leads to the rows."""
    fixed = Access(world, source.relation, source.alias, conditions).equal_columns()
    numbers = set(source.relation.numbers(tuple(fixed)))
    return any(
        index.unique and index.keys and set(index.columns[: index.keys]) <= numbers
        for index in world.indexes.of(source.relation.oid)
    )


@dataclass(frozen=True, slots=True)
class Access:
    """How rows of one table are found."""

    world: World
    table: RelationFacts
    alias: str
    conditions: list[syntax.Node]
    few: AbstractSet[str] = field(default=frozenset())
    """Other tables of the query that give few rows, so that their columns count as values."""

    def reads_whole(self, select: pb.SelectStmt | None) -> bool:
        """True unless an index leads to the wanted rows, or the first ones are enough.

        `select` is the query when this table is all it reads.
        """
        if any(syntax.is_false(condition) for condition in self.conditions):
            return False
        if self.world.is_assumed(self.table):
            return not self.conditions
        if select is not None and self._ends_early(select):
            return False
        wanted = self._fixed_columns(_INDEXABLE)
        if "ctid" in wanted:
            return False
        useful = [i for i in self.world.indexes.of(self.table.oid) if self._leads(i, wanted)]
        return not useful or reads_small(self.world, self.table)

    def equal_columns(self) -> set[str]:
        """Columns that must equal a value."""
        return self._fixed_columns({"="})

    def _leads(self, index: IndexFacts, wanted: set[str]) -> bool:
        if not index.valid or not index.keys:
            return False
        if index.predicate:
            return self._implies(index.predicate)
        return self._column(index.columns[0]) in wanted

    def _implies(self, predicate: str) -> bool:
        """Whether the conditions ask only for rows that a partial index holds."""
        expression = syntax.parse_expression(predicate)
        return expression is not None and all(
            self._demands(part) for part in syntax.conjuncts(expression)
        )

    def _demands(self, part: syntax.Node) -> bool:
        if any(syntax.same(part, condition) for condition in self.conditions):
            return True
        return any(
            asked.within(held)
            for column in syntax.column_names(part)
            for held in spans_of([part], column)
            for asked in spans_of(self.conditions, column)
        )

    def _column(self, number: int) -> str:
        return next((c.name for c in self.table.columns if c.number == number), "")

    def _fixed_columns(self, operators: set[str]) -> set[str]:
        return {name for c in self.conditions for name in self._fixed_by(c, operators)}

    def _fixed_by(self, condition: syntax.Node, operators: set[str]) -> list[str]:
        """Columns of the table that a condition compares with values known beforehand."""
        if not isinstance(condition, pb.A_Expr) or condition.kind not in _KINDS:
            return []
        named = set(syntax.words(condition.name))
        if condition.kind == pb.AEXPR_BETWEEN:
            named = {"<"}
        if not named & operators or (condition.kind == pb.AEXPR_IN and "=" not in named):
            return []
        left, right = syntax.unwrap(condition.lexpr), syntax.unwrap(condition.rexpr)
        pairs = ((left, right), (right, left))
        return [
            name
            for side, other in pairs
            if (name := self._own_column(side)) and self._is_known(other)
        ]

    def _own_column(self, node: syntax.Node) -> str:
        while isinstance(node, pb.TypeCast):
            node = syntax.unwrap(node.arg)
        if not isinstance(node, pb.ColumnRef):
            return ""
        names = syntax.words(node.fields)
        return names[-1] if names and (len(names) == 1 or names[-2] == self.alias) else ""

    def _is_known(self, node: syntax.Node) -> bool:
        """Constants, and columns of tables that give few rows."""
        found = [part for part in syntax.walk(node) if isinstance(part, pb.ColumnRef)]
        owners = [syntax.words(part.fields)[:-1][-1:] for part in found]
        return all(owner and owner[0] in self.few for owner in owners)

    def _ends_early(self, select: pb.SelectStmt) -> bool:
        """ORDER BY an indexed column with LIMIT, or min and max of one."""
        indexes = self.world.indexes.of(self.table.oid)
        indexed = {self._column(index.columns[0]) for index in indexes if index.columns}
        if select.HasField("limit_count") and select.sort_clause:
            key = syntax.unwrap(select.sort_clause[0].sort_by.node)
            return bool(syntax.column_names(key) & indexed)
        if select.group_clause or len(select.target_list) != 1:
            return False
        target = syntax.unwrap(select.target_list[0].res_target.val)
        extremes = [part for part in syntax.walk(target) if _is_extreme(part)]
        named = [syntax.column_names(part) for part in extremes]
        outside = syntax.column_names(target) - set().union(*named)
        return bool(named) and not outside and all(columns & indexed for columns in named)


def _is_extreme(node: syntax.Node) -> bool:
    return isinstance(node, pb.FuncCall) and syntax.words(node.funcname)[-1] in ("min", "max")
