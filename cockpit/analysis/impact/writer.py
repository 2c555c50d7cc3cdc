"""What rows that are written set in motion: defaults, triggers, rules, foreign keys."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode


class Writer:
    """Follows the writes of one statement."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def insert(self, table: RelationFacts, node: pb.InsertStmt) -> None:
        """New rows in one table."""
        self._lock(table, tree=False)

    def update(self, table: RelationFacts, columns: set[str], *, tree: bool) -> None:
        """New values in these columns."""
        self._lock(table, tree)

    def delete(self, table: RelationFacts, *, tree: bool) -> None:
        """Rows go away."""
        self._lock(table, tree)

    def _lock(self, table: RelationFacts, tree: bool) -> None:
        self.scene.lock(table, LockMode.ROW_EXCLUSIVE)
        self.scene.lock_indexes(table, LockMode.ROW_EXCLUSIVE)
