"""What one ALTER TABLE still has to do with the rows of each table it touches."""

from dataclasses import dataclass, field

from cockpit.analysis.impact.row_types import lock_composites, refuse_users
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import ColumnFacts, ConstraintFacts, RelationFacts
from cockpit.model.locks import LockMode


@dataclass(slots=True)
class Work:
    """Phase 3 for one table."""

    rewrite: bool = False
    values: bool = False
    """Some column is computed for rows that are there, if only to be remembered as one value."""
    check: bool = False
    """Rows must be read to prove a check, a not-null or a partition bound."""
    foreign_keys: list[ConstraintFacts] = field(default_factory=list)
    """Constraints whose rows must be looked up."""
    stale_indexes: dict[int, None] = field(default_factory=dict)
    """Built anew though the table is not rewritten."""


class Alteration:
    """One ALTER TABLE: its lock, and the work on rows that is left for the end."""

    def __init__(
        self, scene: Scene, mode: LockMode, *, only: bool, index: bool = False, top: int = 0
    ) -> None:
        self.scene = scene
        self.mode = mode
        self.only = only
        self.index = index
        """The statement alters an index."""
        self.top = top
        """OID of the table that the statement names."""
        self.work: dict[int, Work] = {}
        self.retyped: list[tuple[int, ColumnFacts, ColumnFacts]] = []
        """Table, column before and after, of every ALTER COLUMN TYPE."""

    def on(self, relation: RelationFacts) -> Work:
        """The work that is left for one table."""
        return self.work.setdefault(relation.oid, Work())

    def children(self, relation: RelationFacts) -> list[RelationFacts]:
        """Direct children, locked as the statement locks; none with ONLY."""
        return [] if self.only else self.looked_up_children(relation)

    def looked_up_children(self, relation: RelationFacts) -> list[RelationFacts]:
        """The same, but locked also with ONLY, which then is refused if there are any."""
        children = self.scene.world.children(relation.oid)
        for child in children:
            self.scene.lock(child, self.mode)
        return [] if self.only else children

    def finish(self) -> None:
        """Rewrite and read what was asked for, then look up foreign keys."""
        for oid, work in self.work.items():
            relation = self.scene.world.relations.get(oid)
            if relation is not None:
                self._do(relation, work)

    def _do(self, table: RelationFacts, work: Work) -> None:
        scene, world = self.scene, self.scene.world
        if (work.rewrite or work.values) and table.kind in "rmp":
            refuse_users(scene, table)
        if work.rewrite and table.stored:
            lock_composites(scene, [column.type for column in table.columns])
            scene.rewrite(table)
        elif work.check or work.stale_indexes:
            scene.scan(table)
        for index in work.stale_indexes:
            if index in world.relations:
                scene.rebuild(world.relations[index])
        for key in work.foreign_keys:
            self._look_up(table, key)

    def _look_up(self, table: RelationFacts, key: ConstraintFacts) -> None:
        world = self.scene.world
        self.scene.scan(table)
        self.scene.lock_indexes(table, LockMode.ACCESS_SHARE)
        target = world.relations.get(key.references)
        partitioned = target is not None and target.kind == "p"
        if target is not None and partitioned:
            self.scene.lock_ancestors(target)
        for member in world.tree(key.references) if partitioned else filter(None, [target]):
            if member.oid != key.references:
                self.scene.lock(member, LockMode.ACCESS_SHARE)
            self.scene.may_scan(member)
            if member.kind != "p" or world.major >= 16:
                self.scene.lock_indexes(member, LockMode.ACCESS_SHARE)
        self.scene.lock(world.relations.get(key.references), LockMode.ROW_SHARE)
