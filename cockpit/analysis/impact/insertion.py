"""The rows that an INSERT or COPY brings, as far as the text tells."""

from dataclasses import dataclass
from typing import Self

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.bounds import constant
from cockpit.analysis.impact.spans import Point
from cockpit.model.facts import RelationFacts

Row = dict[str, syntax.Node]


@dataclass(frozen=True, slots=True)
class Insertion:
    """Columns that are given values, and the values where they are written out."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    """Empty when they come from a file, or from a query that does not name its columns."""
    replaced: frozenset[str] | None = None
    """Columns of ON CONFLICT DO UPDATE; None without one."""
    none: bool = False
    """A condition that is plainly false leaves no row."""
    root_indexes: bool = False
    """Those of a partitioned table itself are opened: COPY, ON CONFLICT with what may clash."""
    own_identity: bool = False
    """OVERRIDING USER VALUE: identity columns take what their sequences give."""

    @classmethod
    def of(cls, table: RelationFacts, node: pb.InsertStmt) -> Self:
        """What an INSERT writes into this table."""
        named = tuple(item.res_target.name for item in node.cols)
        replaced = None
        if node.on_conflict_clause.action == pb.ONCONFLICT_UPDATE:
            targets = node.on_conflict_clause.target_list
            replaced = frozenset(item.res_target.name for item in targets)
        own = node.override == pb.OVERRIDING_USER_VALUE
        arbitrated = node.on_conflict_clause.HasField("infer")
        if not node.HasField("select_stmt"):
            return cls(named, (), replaced, root_indexes=arbitrated, own_identity=own)
        select = node.select_stmt.select_stmt
        named = named or tuple(column.name for column in table.columns)
        rows = tuple(dict(zip(named, values, strict=False)) for values in _values(select))
        count = max((len(row) for row in rows), default=len(named))
        return cls(named[:count], rows, replaced, _is_empty(select), arbitrated, own)

    @property
    def points(self) -> list[dict[str, Point | None]]:
        """The constants among the values of each row; None for NULL."""
        return [
            {name: constant(item) for name, item in row.items() if _is_constant(item)}
            for row in self.rows
        ]

    @property
    def nulls(self) -> set[str]:
        """Columns that are given NULL in every row."""
        return {
            name for name in self.columns if self.rows and all(_is_null(r[name]) for r in self.rows)
        }

    @property
    def unchanged(self) -> set[str]:
        """Columns that are given their own value."""
        return {
            name
            for name in self.columns
            if self.rows and all(_is_column(row[name], name) for row in self.rows)
        }

    @property
    def filled(self) -> set[str]:
        """Columns that are given something else than DEFAULT in some row."""
        if not self.rows:
            return set(self.columns)
        return {
            name
            for name in self.columns
            if any(not isinstance(row[name], pb.SetToDefault) for row in self.rows)
        }

    def defaulted(self, table: RelationFacts) -> set[str]:
        """Columns that take their default in some row."""
        own = {c.name for c in table.columns if self.own_identity and c.identity}
        return self.set_to_default | own | {c.name for c in table.columns} - set(self.columns)

    @property
    def set_to_default(self) -> set[str]:
        """Columns that are given the word DEFAULT in some row."""
        return {
            name
            for row in self.rows
            for name, item in row.items()
            if isinstance(item, pb.SetToDefault)
        }

    def renamed(self, names: dict[str, str]) -> "Insertion":
        """The same rows under the names that the columns have below a view."""
        replaced = self.replaced
        return Insertion(
            tuple(names.get(name, name) for name in self.columns),
            tuple({names.get(n, n): item for n, item in row.items()} for row in self.rows),
            None if replaced is None else frozenset(names.get(n, n) for n in replaced),
            self.none,
            self.root_indexes,
            self.own_identity,
        )


def _values(select: pb.SelectStmt) -> list[list[syntax.Node]]:
    """VALUES, or a SELECT, whose rows are all written alike; none where columns are not named."""
    if select.values_lists:
        return [[syntax.unwrap(i) for i in row.list.items] for row in select.values_lists]
    if select.op != pb.SETOP_NONE or not select.target_list:
        return []
    row = [syntax.unwrap(item.res_target.val) for item in select.target_list]
    return [] if any(_is_star(value) for value in row) else [row]


def _is_star(node: syntax.Node) -> bool:
    if isinstance(node, pb.ColumnRef):
        return syntax.is_a(node.fields[-1], "a_star")
    return isinstance(node, pb.A_Indirection) and syntax.is_a(node.indirection[-1], "a_star")


def _is_constant(node: syntax.Node) -> bool:
    return _is_null(node) or constant(node) is not None


def _is_null(node: syntax.Node) -> bool:
    return isinstance(node, pb.A_Const) and bool(node.isnull)


def _is_column(node: syntax.Node, name: str) -> bool:
    return isinstance(node, pb.ColumnRef) and syntax.words(node.fields)[-1:] == (name,)


def _is_empty(select: pb.SelectStmt) -> bool:
    return syntax.is_false(syntax.unwrap(select.where_clause))
