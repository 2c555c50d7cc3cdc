"""What goes when something is dropped (`findDependentObjects`), and the locks of its going."""

from dataclasses import replace

from cockpit.analysis.impact.keepsakes import loss_of_column, loss_of_table
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import KINDS, ConstraintFacts, DependencyFacts, RelationFacts
from cockpit.model.locks import LockMode

_AX, _SUX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_UPDATE_EXCLUSIVE

Address = tuple[str, int, int]
"""Catalog, OID, and column number or 0."""


class Cascade:
    """One deletion: first everything that needs the objects is found and locked, then it goes."""

    def __init__(self, scene: Scene, *, cascades: bool) -> None:
        self.scene = scene
        self.world = scene.world
        self.cascades = cascades
        self._doomed: dict[Address, None] = {}
        self._refused: dict[Address, str] = {}
        self._anyway: set[Address] = set()
        """What goes as a part of something else, so that needing it refuses nothing."""

    def drop(self, *targets: Address) -> None:
        """Drop these objects together. Without CASCADE a dependent makes it fail, once locked."""
        self._targets = set(targets)
        for target in targets:
            self._refuse_part(target)
        for target in targets:
            self._find(target)
        refused = [words for a, words in self._refused.items() if a not in self._anyway]
        if refused and not self.cascades:
            self.scene.fail("other objects depend on it: " + ", ".join(dict.fromkeys(refused)))
            return
        self._note_what_goes()
        for address in reversed(self._doomed):
            self._delete(address)
            self.world.forget(*address)

    def _refuse_part(self, target: Address) -> None:
        """What a partition has of its parent's trigger or index goes only with the parent's."""
        catalog, oid, _ = target
        for need in self.world.requirements.get((catalog, oid), ()):
            owner = (need.needs_catalog, need.needs, need.needs_column)
            if need.kind in "PS" and owner not in self._targets:
                self.scene.refuse(f"{self._words(owner)} of its parent requires it")

    def _note_what_goes(self) -> None:
        """Before anything is deleted: keys and types are still there to be looked up."""
        gone = [(oid, column) for catalog, oid, column in self._doomed if catalog == "pg_class"]
        for oid, number in gone:
            relation = self.world.relations.get(oid)
            if relation is None or oid not in self.world.committed:
                continue
            column = next((c for c in relation.columns if c.number == number), None)
            if number == 0 and relation.kind in "rpm":
                self.scene.drop(loss_of_table(self.world, relation))
            elif column is not None and (oid, 0) not in gone:
                self.scene.drop(loss_of_column(self.world, relation, column))

    def _find(self, address: Address) -> None:
        catalog, oid, column = address
        if address in self._doomed or (catalog, oid, 0) in self._doomed:
            return
        owner = self._owner(address)
        if owner is not None and address not in self._targets:
            self._find(owner)
            return
        self._doomed[address] = None
        if catalog == "pg_class":
            self.scene.lock(self.world.relations.get(oid), _AX)
        for dependency in list(self.world.dependents.get((catalog, oid), ())):
            if column in (0, dependency.needs_column):
                self._follow(dependency)

    def _follow(self, dependency: DependencyFacts) -> None:
        address = (dependency.catalog, dependency.object, dependency.column)
        if address == (dependency.needs_catalog, dependency.needs, dependency.needs_column):
            return
        if dependency.kind != "n":
            self._anyway.add(address)
        elif not self._is_target(address):
            owner = self._owner(address)
            if owner is None or not self._goes(owner):
                self._refused[owner or address] = self._words(owner or address)
        self._find(address)

    def _goes(self, address: Address) -> bool:
        return address in self._doomed or (address[0], address[1], 0) in self._doomed

    def _is_target(self, address: Address) -> bool:
        return bool(self._targets & {address, (address[0], address[1], 0)})

    def _owner(self, address: Address) -> Address | None:
        """The object that this one is an internal part of: of a view's rule, the view."""
        catalog, oid, column = address
        for need in self.world.requirements.get((catalog, oid), ()):
            if need.kind in "ie" and need.column in (0, column):
                owner = (need.needs_catalog, need.needs, need.needs_column)
                if not self._goes(owner):
                    return owner
        return None

    def _words(self, address: Address) -> str:
        catalog, oid, _ = address
        relation = self.world.relations.get(oid) if catalog == "pg_class" else None
        constraint = self.world.constraints.get(oid) if catalog == "pg_constraint" else None
        if relation is not None:
            return f"{KINDS[relation.kind]} {relation.name}"
        if constraint is not None:
            return f"constraint {constraint.name}"
        return catalog.removeprefix("pg_")

    def _delete(self, address: Address) -> None:
        catalog, oid, column = address
        if catalog == "pg_class" and column:
            self._delete_column(oid, column)
        elif catalog == "pg_class":
            self._delete_relation(oid)
        elif catalog == "pg_constraint":
            self._delete_constraint(oid)
        elif catalog == "pg_attrdef":
            self._delete_default(oid)
        else:
            self._delete_attached(catalog, oid)

    def _delete_relation(self, oid: int) -> None:
        relation = self.world.relations.get(oid)
        if relation is None:
            return
        self._lock_family(relation)
        index = self.world.indexes.get(oid)
        if index is not None:
            self.scene.lock(self.world.relations.get(index.table), _AX)
        if relation.kind in "rm" and relation.oid in self.world.committed:
            self.scene.lose(f"{KINDS[relation.kind]} {relation.name} with every row")
        self.world.remove(oid)

    def _lock_family(self, relation: RelationFacts) -> None:
        """The parent of a partition, and the default partition beside it."""
        if not relation.partition or relation.kind in "iI":
            return
        for parent in self.world.parents(relation.oid):
            self.scene.lock(parent, _AX)
            default = self.world.default_partition(parent.oid)
            if default is not None and default.oid != relation.oid:
                self.scene.lock(default, _AX)

    def _delete_column(self, oid: int, number: int) -> None:
        relation = self.world.relations.get(oid)
        if relation is None:
            return
        self.scene.lock(relation, _AX)
        for column in relation.columns:
            if column.number == number:
                what = "attribute" if relation.kind == "c" else "column"
                self.scene.lose(f"{what} {relation.name}.{column.name}")
        kept = tuple(column for column in relation.columns if column.number != number)
        self.world.change(relation, columns=kept)

    def _delete_constraint(self, oid: int) -> None:
        constraint = self.world.constraints.get(oid)
        if constraint is None:
            return
        self.scene.lock(self.world.relations.get(constraint.table), _AX)
        if constraint.kind == "f":
            self._delete_foreign_key(constraint)
        self.world.constraints.drop(oid)

    def _delete_foreign_key(self, key: ConstraintFacts) -> None:
        """Its triggers sit on both tables; a partition's share of one has none on the other.

        Nor has one that is not enforced (18).

        Before 15 a partitioned table that is referenced has none itself, its partitions have.
        """
        target = self.world.relations.get(key.references)
        bare = target is not None and target.kind == "p" and self.world.major < 15
        if key.enforced and not key.parent and not bare:
            self.scene.lock(target, _AX)

    def _delete_default(self, oid: int) -> None:
        for need in self.world.requirements.get(("pg_attrdef", oid), ()):
            if need.needs_catalog == "pg_class" and need.kind in "ai" and need.needs_column:
                relation = self.world.relations.get(need.needs)
                self.scene.lock(relation, _AX)

    def _delete_attached(self, catalog: str, oid: int) -> None:
        """Triggers, rules, policies and statistics lock their table."""
        shelves = {
            "pg_trigger": (self.world.triggers, _AX),
            "pg_rewrite": (self.world.rules, _AX),
            "pg_policy": (self.world.policies, _AX),
            "pg_statistic_ext": (self.world.statistics, _SUX),
        }
        if catalog not in shelves:
            return
        shelf, mode = shelves[catalog]
        item = shelf.get(oid)  # type: ignore[attr-defined]
        if item is not None:
            self.scene.lock(self.world.relations.get(item.table), mode)
            shelf.drop(oid)  # type: ignore[attr-defined]


def without_parent(constraint: ConstraintFacts) -> ConstraintFacts:
    """A constraint that stands on its own now."""
    return replace(constraint, parent=0, local=True, ancestors=0)
