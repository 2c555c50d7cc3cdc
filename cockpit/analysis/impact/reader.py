"""What a query locks and reads: in parse analysis, rewriting, planning and execution."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from enum import IntEnum

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import access, syntax
from cockpit.analysis.impact.access import Source
from cockpit.analysis.impact.partitioning import surviving
from cockpit.analysis.impact.pushdown import handed_down
from cockpit.analysis.impact.rewriting import WRITES, look_through
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

Names = frozenset[str]


_FOLLOWED = (
    pb.WithClause, pb.RangeVar, pb.JoinExpr, pb.RangeSubselect, pb.RangeTableSample, pb.IntoClause
)  # fmt: skip
"""Parts of a query that are no expressions and followed on their own."""


class Depth(IntEnum):
    """How far the server takes a query."""

    PARSE = 1
    """CREATE VIEW: only the relations it names."""
    REWRITE = 2
    """The check of an SQL function's body: also what views stand for."""
    PLAN = 3
    """EXPLAIN: also partitions and indexes."""
    RUN = 4
    """Also reading, triggers and foreign keys."""


class Reader:
    """Follows queries of one statement."""

    def __init__(self, scene: Scene, depth: Depth = Depth.RUN) -> None:
        self.scene = scene
        self.depth = depth
        self._views: set[tuple[int, LockMode, bytes]] = set()
        self._wanted: list[syntax.Node] = []
        """What the query around a view asks of its rows."""
        self._obeyed: set[int] = set()
        self._reading_as = ""
        """The owner of the view that is being looked through."""
        self.outer: Names = frozenset()
        """Relations of the queries around a subquery: one row of theirs is at hand."""

    def query(self, node: syntax.Node, known: Names = frozenset()) -> None:
        """A SELECT, or a statement that writes, as far as the server takes it."""
        if isinstance(node, pb.SelectStmt):
            self.select(node, known)
        elif self.depth == Depth.RUN and node is not None:
            self.scene.study(node)
        elif isinstance(node, WRITES):
            look_through(self, node, known)
        else:
            self.expressions([node], known)

    @property
    def rewrites(self) -> bool:
        """Views are replaced by what they stand for."""
        return self.depth >= Depth.REWRITE

    def select(
        self,
        select: pb.SelectStmt,
        known: Names = frozenset(),
        mode: LockMode | None = None,
        also: Iterable[syntax.Node] = (),
    ) -> None:
        """Every relation of a SELECT, of its subqueries and of the views it reads.

        `also`: what is asked of its rows beyond what it says itself.
        """
        known = self.with_clause(select.with_clause, known, select)
        if select.op != pb.SETOP_NONE:
            self.select(select.larg, known, mode)
            self.select(select.rarg, known, mode)
            return
        conditions = [*self.conditions(select.where_clause, select.from_clause), *also]
        wanted, self._wanted = self._wanted, conditions
        sources = [s for item in select.from_clause for s in self.source(item, known, mode)]
        self._lock_rows(select)
        self._wanted = wanted
        around = self.outer
        self.outer |= {source.alias for source in sources}
        self.expressions(syntax.children(select), known)
        self.outer = around
        few = {s.alias for s in sources if access.finds_few(self.scene.world, s, conditions)}
        for source in sources:
            self.read(
                source,
                conditions,
                select if len(sources) == 1 else None,
                few=(few | around) - {source.alias},
                mode=mode or LockMode.ACCESS_SHARE,
            )

    def with_clause(
        self, clause: pb.WithClause, known: Names, statement: syntax.Node = None
    ) -> Names:
        """Follow the queries of WITH; what they are called hides relations of that name.

        One that the rest of the statement never reads is not run.
        """
        for node in clause.ctes:
            cte = node.common_table_expr
            if clause.recursive:
                known |= {cte.ctename}
            depth = self.depth
            if statement is not None and not _is_read(statement, cte):
                self.depth = min(depth, Depth.REWRITE)
            self.query(syntax.unwrap(cte.ctequery), known)
            self.depth = depth
            known |= {cte.ctename}
        return known

    def source(self, item: syntax.Node, known: Names, mode: LockMode | None = None) -> list[Source]:
        """Lock what one FROM item names; the tables among it are returned."""
        inner = syntax.unwrap(item) if isinstance(item, pb.Node) else item
        if isinstance(inner, pb.JoinExpr):
            self.expressions([syntax.unwrap(inner.quals)], known)
            return self.source(inner.larg, known, mode) + self.source(inner.rarg, known, mode)
        if isinstance(inner, pb.RangeSubselect):
            self.select(inner.subquery.select_stmt, known, mode)
            return []
        if isinstance(inner, pb.RangeTableSample):
            found = self.source(inner.relation, known, mode)
            return [replace(source, sampled=True) for source in found]
        if isinstance(inner, pb.RangeVar):
            return self._named(inner, known, mode or LockMode.ACCESS_SHARE)
        self.expressions([inner], known)
        return []

    def conditions(
        self, where: syntax.Node, items: Iterable[syntax.Node] = ()
    ) -> Iterable[syntax.Node]:
        """What must hold for a row to be wanted: WHERE, and the ON of inner joins."""
        if where.WhichOneof("node"):
            yield from syntax.conjuncts(syntax.unwrap(where))
        for item in items:
            inner = syntax.unwrap(item)
            if isinstance(inner, pb.JoinExpr) and inner.jointype == pb.JOIN_INNER:
                yield from self.conditions(inner.quals, (inner.larg, inner.rarg))

    def expressions(self, nodes: Iterable[syntax.Node], known: Names) -> None:
        """Subqueries and function calls anywhere in these expressions."""
        for node in nodes:
            if isinstance(node, pb.SelectStmt):
                self.select(node, known)
            elif node is None or isinstance(node, _FOLLOWED):
                continue
            else:
                if isinstance(node, pb.FuncCall) and self.depth == Depth.RUN:
                    self.scene.study(node)
                self.expressions(syntax.children(node), known)

    def read(
        self,
        source: Source,
        conditions: list[syntax.Node],
        select: pb.SelectStmt | None = None,
        *,
        few: AbstractSet[str] = frozenset(),
        mode: LockMode = LockMode.ACCESS_SHARE,
    ) -> None:
        """Plan and run the access to one table: its partitions, its indexes, a scan.

        `select` is the query when this table is all it reads.
        """
        if self.depth < Depth.PLAN or source.relation.kind not in "rpmf":
            return
        world = self.scene.world
        about = [c for c in conditions if syntax.is_about(c, source.alias)]
        tables = surviving(world, source.relation, about) if source.tree else [source.relation]
        if source.relation.kind == "p":
            self.scene.lock_ancestors(source.relation)
        for table in tables:
            self.scene.lock(table, mode)
            if table.kind != "p" or self.scene.major >= 16 or not source.tree:
                self.scene.lock_indexes(table, mode)
            if self.depth < Depth.RUN:
                continue
            wanted = access.Access(world, table, source.alias, conditions, few)
            if not source.sampled and wanted.reads_whole(select):
                self.scene.scan(table)

    def _named(self, name: pb.RangeVar, known: Names, mode: LockMode) -> list[Source]:
        if not name.schemaname and name.relname in known:
            return []
        relation = self.scene.find(name)
        if relation is None:
            if self.scene.is_missing(name):
                self.scene.refuse(f"relation {name.relname} does not exist")
            return []
        self.scene.lock(relation, mode)
        if relation.kind == "v":
            self.view(relation, mode, self._wanted, name.alias.aliasname or name.relname)
            return []
        self.obey(relation, known)
        return [Source(relation, name.alias.aliasname or name.relname, name.inh)]

    def obey(self, table: RelationFacts, known: Names = frozenset(), commands: str = "r") -> None:
        """Whom row security binds reads what the policies for these commands ask.

        A policy that comes back to its own table is refused.
        """
        world = self.scene.world
        role = self._reading_as or world.role
        if not self.rewrites or not _is_bound(world, table, role):
            return
        if table.oid in self._obeyed:
            self.scene.refuse(f"infinite recursion in a policy for {table.name}")
        self._obeyed.add(table.oid)
        for policy in world.policies.of(table.oid):
            if policy.command in f"*{commands}" and (not policy.roles or role in policy.roles):
                found = [syntax.parse_expression(text) for text in policy.conditions]
                self.expressions(found, known)
        self._obeyed.discard(table.oid)

    def view(
        self,
        view: RelationFacts,
        mode: LockMode = LockMode.ACCESS_SHARE,
        conditions: Iterable[syntax.Node] = (),
        alias: str = "",
    ) -> None:
        """What a view stands for; the conditions are those on its rows."""
        if not self.rewrites or not view.definition:
            return
        before = self._reading_as
        self._reading_as = before if view.asks_as_reader else view.owner
        for node in syntax.parse(view.definition):
            asked = handed_down(node, conditions, alias or view.name)
            seen = (view.oid, mode, b"".join(syntax.wrap(c).SerializeToString() for c in asked))
            if seen not in self._views:
                self._views.add(seen)
                self.select(node, frozenset(), mode, asked)
        self._reading_as = before

    def _lock_rows(self, select: pb.SelectStmt) -> None:
        """FOR UPDATE and its like; on a view or a subquery they reach the tables below."""
        for clause in select.locking_clause:
            wanted = {node.range_var.relname for node in clause.locking_clause.locked_rels}
            for item in select.from_clause:
                for part in _parts(syntax.unwrap(item)):
                    if not wanted or _alias(part) in wanted:
                        for source in self.source(part, frozenset(), LockMode.ROW_SHARE):
                            self._lock_tree(source, select)

    def _lock_tree(self, source: Source, select: pb.SelectStmt) -> None:
        conditions = self.conditions(select.where_clause, select.from_clause)
        about = [c for c in conditions if syntax.is_about(c, source.alias)]
        tables = [source.relation]
        if source.tree:
            tables = surviving(self.scene.world, source.relation, about)
        for table in tables:
            self.scene.lock(table, LockMode.ROW_SHARE)
            self.scene.lock_indexes(table, LockMode.ROW_SHARE)


def _is_bound(world: World, table: RelationFacts, role: str) -> bool:
    """Whether row security is on for this role."""
    if not table.row_security or role in world.facts.unbound:
        return False
    return role != table.owner or table.binds_owner


def _is_read(statement: syntax.Node, cte: pb.CommonTableExpr) -> bool:
    """Whether a WITH query that writes nothing is named anywhere outside of itself."""
    query = syntax.unwrap(cte.ctequery)
    if not isinstance(query, pb.SelectStmt):
        return True
    own = sum(_names(part, cte.ctename) for part in syntax.walk(query))
    return sum(_names(part, cte.ctename) for part in syntax.walk(statement)) > own


def _names(part: syntax.Node, name: str) -> bool:
    return isinstance(part, pb.RangeVar) and not part.schemaname and part.relname == name


def _parts(item: syntax.Node) -> list[syntax.Node]:
    """The relations and subqueries joined in one FROM item."""
    if isinstance(item, pb.JoinExpr):
        return _parts(syntax.unwrap(item.larg)) + _parts(syntax.unwrap(item.rarg))
    return [item] if isinstance(item, (pb.RangeVar, pb.RangeSubselect)) else []


def _alias(item: syntax.Node) -> str:
    return str(item.alias.aliasname or getattr(item, "relname", ""))
