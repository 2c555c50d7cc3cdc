"""LOCK TABLE."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

_MODES = tuple(LockMode)
_LOCKABLE = "rpv"
"""Materialized views, foreign tables and sequences in a view's query are passed over."""


def lock(scene: Scene, node: pb.LockStmt) -> None:
    """Descendants too unless ONLY; of a view also the tables below it."""
    mode = _MODES[node.mode - 1]
    for item in node.relations:
        relation = scene.find_only(item.range_var, _LOCKABLE, "a table or a view")
        if relation is not None:
            _lock(scene, relation, mode, tree=item.range_var.inh, above=frozenset())


def _lock(
    scene: Scene, relation: RelationFacts, mode: LockMode, *, tree: bool, above: frozenset[int]
) -> None:
    """`above`: the views that led here, one of which may name itself."""
    if relation.kind == "v":
        scene.lock(relation, mode)
        _lock_below(scene, relation, mode, above | {relation.oid})
        return
    for member in list(scene.world.tree(relation.oid)) if tree else [relation]:
        scene.lock(member, mode)


def _lock_below(scene: Scene, view: RelationFacts, mode: LockMode, above: frozenset[int]) -> None:
    """Every table and view that a view's query names, those in its subqueries included."""
    for query in syntax.parse(view.definition or ""):
        named = [part for part in syntax.walk(query) if isinstance(part, pb.RangeVar)]
        hidden = {p.ctename for p in syntax.walk(query) if isinstance(p, pb.CommonTableExpr)}
        for part in named:
            relation = scene.find(part) if part.schemaname or part.relname not in hidden else None
            if relation is not None and relation.kind in _LOCKABLE and relation.oid not in above:
                _lock(scene, relation, mode, tree=part.inh, above=above)


HANDLERS = {"LockStmt": lock}
