"""One statement under study: the world it meets, and what it was found to do."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.syntax import Node
from cockpit.analysis.impact.world import World, is_system
from cockpit.model.facts import RelationFacts
from cockpit.model.impact import FAILS, Impact, Inside, Loss, RelationLock
from cockpit.model.locks import LockMode
from cockpit.sql.kind import kind_of

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb


_SYSTEM = ("pg_catalog", "information_schema", "pg_toast")


class Refused(Exception):
    """The server stops a statement right here, and the locks asked for so far are all."""


Study = Callable[["Scene", Node], None]


class Scene:
    """Collects locks, rewrites and scans; the strongest mode of a relation is kept."""

    def __init__(self, world: World, kind: str, study: "Study") -> None:
        self.world = world
        self.kind = kind
        self._study = study
        self.study: Callable[[Node], None] = lambda node: study(self, node)
        """Look into a statement inside this one: of a DO block, a function, a schema."""
        self.transactional = True
        self.unknown = False
        self.finds_nothing = False
        self._inside: list[Inside] = []
        self._locks: dict[int, LockMode] = {}
        self._new_locks: dict[int, LockMode] = {}
        self._labels: dict[int, str] = {}
        self._kinds: dict[int, str] = {}
        self._rewrites: dict[int, None] = {}
        self._scans: dict[int, None] = {}
        self._may_scan: dict[int, None] = {}
        self._rebuilt: dict[int, None] = {}
        self._loses: dict[str, None] = {}
        self._losses: dict[tuple[int, str], Loss] = {}
        self._notes: dict[str, None] = {}
        self._entered: set[int] = set()

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.world.major

    def enter(self, function: int) -> bool:
        """Begin to follow a function's body; False when it is being followed already."""
        if function in self._entered:
            return False
        self._entered.add(function)
        return True

    def leave(self, function: int) -> None:
        """The body was followed to its end."""
        self._entered.discard(function)

    def find(self, name: "pb.RangeVar", kind: str = "r") -> RelationFacts | None:
        """The relation a statement names; None when there is none, or only the system's."""
        found = self.world.find(name.schemaname, name.relname)
        if found is None and self.world.assumes:
            found = self.world.assume(name.schemaname, name.relname, kind)
        return None if found is None or is_system(found) else found

    def find_only(self, name: "pb.RangeVar", kinds: str, what: str) -> RelationFacts | None:
        """The same, which is refused before it is locked unless it is of one of these kinds."""
        found = self.find(name, kinds[0])
        if found is not None and found.kind not in kinds:
            self.refuse(f"{found.name} is not {what}")
        return found

    def is_missing(self, name: "pb.RangeVar") -> bool:
        """No relation of that name; the system's own are believed to be there."""
        if name.schemaname in _SYSTEM or name.relname.startswith("pg_") or name.catalogname:
            return False
        return self.world.find(name.schemaname, name.relname) is None

    def lock(self, relation: RelationFacts | None, mode: LockMode) -> None:
        """The statement asks for this mode. Relations nobody else can see are left out."""
        if relation is None:
            return
        known = self._label(relation)
        label = known or self.world.published.get(relation.oid)
        locks = self._locks if known else self._new_locks
        held = locks.get(relation.oid)
        if label is not None and (held is None or mode.rank > held.rank):
            locks[relation.oid] = mode
            self._labels[relation.oid] = label
            self._kinds[relation.oid] = relation.kind

    def lock_indexes(self, table: RelationFacts, mode: LockMode) -> None:
        """The same mode on every index of a table."""
        for index in self.world.indexes.of(table.oid):
            self.lock(self.world.relations.get(index.oid), mode)

    def lock_ancestors(self, partition: RelationFacts) -> None:
        """The bounds of a partition are written in its parents, which are looked at."""
        for parent in self.world.parents(partition.oid) if partition.partition else ():
            self.lock(parent, LockMode.ACCESS_SHARE)
            self.lock_ancestors(parent)

    def rewrite(self, table: RelationFacts) -> None:
        """The table's rows go into a new file, and all its indexes are built anew."""
        self._mark(self._rewrites, table)
        for index in self.world.indexes.of(table.oid):
            relation = self.world.relations.get(index.oid)
            self.lock(relation, LockMode.ACCESS_EXCLUSIVE)
            if relation is not None:
                self.rebuild(relation)

    def move(self, relation: RelationFacts) -> None:
        """The file is copied as it is, without its indexes."""
        self._mark(self._rewrites, relation)

    def scan(self, table: RelationFacts) -> None:
        """The table is read from end to end."""
        if table.stored:
            self._mark(self._scans, table)

    def may_scan(self, table: RelationFacts) -> None:
        """The server asks a query over it, and its planner chooses how."""
        if table.stored:
            self._mark(self._may_scan, table)

    def rebuild(self, index: RelationFacts) -> None:
        """An index that exists gets a new file."""
        self._mark(self._rebuilt, index)

    def lose(self, what: str) -> None:
        """Data that is gone afterwards."""
        self._loses[what] = None

    def drop(self, loss: Loss) -> None:
        """A table or column that goes, with what it would take to keep it."""
        self._losses[loss.oid, loss.words] = loss

    def note(self, what: str) -> None:
        """Something the operator should know."""
        self._notes[what] = None

    def fail(self, why: str) -> None:
        """The server will refuse the statement, after the locks found so far."""
        self.note(f"{FAILS}{why}")

    def refuse(self, why: str) -> None:
        """The server refuses the statement at this point: raises Refused, and notes why.

        Goes on where the catalog may not be what it seems, and inside a function or block, which
        may catch the error.
        """
        if self.world.assumes or self.world.uncertain or self._entered:
            return
        if not any(note.startswith(FAILS) for note in self._notes):
            self.fail(why)
        raise Refused

    def read_under_locks(self, query: Node) -> None:
        """A query that runs now and took its locks in an earlier statement."""
        apart = Scene(self.world, self.kind, self._study)
        apart.study(query)
        self._scans |= apart._scans
        self._may_scan |= apart._may_scan
        self._labels |= apart._labels
        self._notes |= apart._notes

    def study_inside(self, sql: str, node: Node) -> None:
        """Look into a statement of a DO block, whose effects are told apart as well."""
        apart = Scene(self.world, kind_of(syntax.wrap(node)), self._study)
        apart._entered = self._entered
        apart.study(node)
        self._absorb(apart)
        self._inside.append(Inside(sql, apart.impact()))

    def _absorb(self, other: "Scene") -> None:
        """What another scene in the same world found was done here."""
        for oid, mode in other._locks.items():
            held = self._locks.get(oid)
            self._locks[oid] = mode if held is None or mode.rank > held.rank else held
        self._labels |= other._labels
        self._kinds |= other._kinds
        self._rewrites |= other._rewrites
        self._scans |= other._scans
        self._may_scan |= other._may_scan
        self._rebuilt |= other._rebuilt
        self._loses |= other._loses
        self._losses |= other._losses
        self._notes |= other._notes
        self.transactional = self.transactional and other.transactional
        self.unknown = self.unknown or other.unknown

    def cannot_tell(self, why: str) -> None:
        """The text hides what will run."""
        self.unknown = True
        self.note(why)

    @property
    def rewrites(self) -> bool:
        """Something was found to be written anew."""
        return bool(self._rewrites)

    def impact(self) -> Impact:
        """What was found, as a value."""
        scans = [oid for oid in self._scans if oid not in self._rewrites]
        read = {*self._scans, *self._rewrites}
        may_scan = [oid for oid in self._may_scan if oid not in read]
        return Impact(
            kind=self.kind,
            locks=self._placed(self._locks),
            new_locks=self._placed(self._new_locks),
            rewrites=self._named(self._rewrites),
            scans=self._named(dict.fromkeys(scans)),
            may_scan=self._named(dict.fromkeys(may_scan)),
            indexes_rebuilt=self._named(self._rebuilt),
            transactional=self.transactional,
            unknown=self.unknown,
            loses=tuple(self._loses),
            losses=tuple(self._losses.values()),
            notes=tuple(self._notes),
            inside=tuple(self._inside),
            finds_nothing=self.finds_nothing,
        )

    def _placed(self, locks: dict[int, LockMode]) -> tuple[RelationLock, ...]:
        found = (RelationLock(self._labels[o], mode, self._kinds[o]) for o, mode in locks.items())
        return tuple(sorted(found))

    def _label(self, relation: RelationFacts | None) -> str | None:
        return None if relation is None else self.world.committed.get(relation.oid)

    def _mark(self, where: dict[int, None], relation: RelationFacts) -> None:
        label = self._label(relation)
        if label is not None:
            self._labels[relation.oid] = label
            where[relation.oid] = None

    def _named(self, oids: dict[int, None]) -> tuple[str, ...]:
        return tuple(sorted(self._labels[oid] for oid in oids))
