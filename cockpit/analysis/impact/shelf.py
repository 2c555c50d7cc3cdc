"""Objects that belong to a table, found by their OID or by the table."""

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, Self, TypeVar

from cockpit.model.facts import ConstraintFacts


class Owned(Protocol):
    """Anything with an OID that hangs on a table."""

    @property
    def oid(self) -> int:
        """Its own OID; negative when an earlier statement of the list made it."""

    @property
    def table(self) -> int:
        """The OID of its table."""


T = TypeVar("T", bound=Owned)


class Shelf(Generic[T]):
    """A set of such objects that follows what statements do to them."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._by_oid: dict[int, T] = {}
        self._by_table: dict[int, dict[int, None]] = {}
        for item in items:
            self.put(item)

    def copied(self) -> Self:
        """The same objects in another shelf of this kind."""
        return type(self)(self)

    def __iter__(self) -> Iterator[T]:
        return iter(self._by_oid.values())

    def get(self, oid: int) -> T | None:
        """The object, or None when there is none or it was dropped."""
        return self._by_oid.get(oid)

    def of(self, table: int) -> list[T]:
        """What hangs on this table, oldest first."""
        return [self._by_oid[oid] for oid in self._by_table.get(table, ())]

    def put(self, item: T) -> None:
        """Add the object, or replace the one with its OID."""
        self.drop(item.oid)
        self._by_oid[item.oid] = item
        self._by_table.setdefault(item.table, {})[item.oid] = None

    def drop(self, oid: int) -> None:
        """Forget the object; nothing happens when it is not there."""
        item = self._by_oid.pop(oid, None)
        if item is not None:
            self._by_table[item.table].pop(oid, None)


class ForeignKeys(Shelf[ConstraintFacts]):
    """Constraints by their table, and foreign keys by the table they point to as well."""

    def __init__(self, items: Iterable[ConstraintFacts] = ()) -> None:
        self._pointing: dict[int, dict[int, None]] = {}
        super().__init__(items)

    def to(self, table: int) -> list[ConstraintFacts]:
        """Foreign keys that point to this table, those within it included."""
        return [self._by_oid[oid] for oid in self._pointing.get(table, ())]

    def put(self, item: ConstraintFacts) -> None:
        """Add the constraint, or replace the one with its OID."""
        super().put(item)
        if item.kind == "f":
            self._pointing.setdefault(item.references, {})[item.oid] = None

    def drop(self, oid: int) -> None:
        """Forget the constraint; nothing happens when it is not there."""
        item = self.get(oid)
        if item is not None:
            self._pointing.get(item.references, {}).pop(oid, None)
        super().drop(oid)
