"""How big tables are and what is known of them: the catalog as rules ask it."""

from dataclasses import dataclass
from functools import cached_property

from cockpit.analysis.hazards.names import Name
from cockpit.model.attached import AttachedFacts
from cockpit.model.facts import CatalogFacts, ColumnFacts, RelationFacts
from cockpit.model.hazard import Severity

PAGE_BYTES = 8192
SMALL_BYTES, SMALL_ROWS = 10 * 1024**2, 10_000
LARGE_BYTES, LARGE_ROWS = 1024**3, 1_000_000
_ROW_BYTES = 100
_FEW_BYTES = SMALL_ROWS * _ROW_BYTES
"""Of a table whose rows were never counted."""
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to read; what is not known counts as large.

    Without rows but with bytes: nobody has counted them since the first was written.
    """

    bytes: int | None = None
    rows: float | None = None

    @property
    def empty(self) -> bool:
        """The last ANALYZE found no row, or nothing was ever written into it."""
        return self.rows == 0

    def share(self, rows: float) -> "Size":
        """That many rows of it; where its own were never counted, rows of a usual width."""
        if not self.rows or self.bytes is None:
            return Size(int(rows * _ROW_BYTES), rows)
        return Size(int(self.bytes * min(rows / self.rows, 1)), rows)

    @property
    def severity(self) -> Severity:
        """How much it hurts to block the table while all of it is read."""
        rows = self.rows or 0
        if self.bytes is None or rows >= LARGE_ROWS or self.bytes >= LARGE_BYTES:
            return Severity.HIGH
        if rows < SMALL_ROWS and self.bytes < (
            SMALL_BYTES if self.rows is not None else _FEW_BYTES
        ):
            return Severity.LOW
        return Severity.MEDIUM

    def __str__(self) -> str:
        if self.bytes is None:
            return "size not known"
        if self.rows is None:
            return f"{_amount(self.bytes)}, rows not counted"
        if not self.bytes:
            return "no row"
        return f"about {count_words(self.rows)} rows, {_amount(self.bytes)}"


class Tables:
    """Looks relations up by the names that statements write. Without facts it knows none."""

    def __init__(self, facts: CatalogFacts | None) -> None:
        self.known = facts is not None
        self._attached = facts.attached if facts else ()
        self._path = facts.search_path if facts else ()
        relations = facts.relations if facts else ()
        self._by_name = {(r.schema, r.name): r for r in relations}
        self._by_oid = {r.oid: r for r in relations}
        self._children: dict[int, list[int]] = {}
        self._parents = dict(facts.inheritance) if facts else {}
        for child, parent in facts.inheritance if facts else ():
            self._children.setdefault(parent, []).append(child)

    def find(self, name: Name) -> RelationFacts | None:
        """The relation of that name, along the search path."""
        for schema in (name.schema,) if name.schema else self._path:
            found = self._by_name.get((schema, name.name))
            if found is not None:
                return found
        return None

    def get(self, oid: int) -> RelationFacts | None:
        """The relation of that OID."""
        return self._by_oid.get(oid)

    def column(self, table: Name, name: str) -> ColumnFacts | None:
        """A column of a table that exists."""
        found = self.find(table)
        return found.column(name) if found else None

    def attached(self, catalog: str, oid: int) -> tuple[AttachedFacts, ...]:
        """What was given to an object after it was made."""
        return tuple(self._attached_by_object.get((catalog, oid), ()))

    @cached_property
    def _attached_by_object(self) -> dict[tuple[str, int], list[AttachedFacts]]:
        """Few plans ask."""
        objects: dict[tuple[str, int], list[AttachedFacts]] = {}
        for one in self._attached:
            objects.setdefault((one.catalog, one.object), []).append(one)
        return objects

    def label(self, name: Name) -> str:
        """As `Impact` names the relation."""
        found = self.find(name)
        return found.full_name if found else name.label

    def labelled(self, label: str) -> RelationFacts | None:
        """The relation that `Impact` names so."""
        schema, _, name = label.rpartition(".")
        return self._by_name.get((schema, name))

    def root(self, oid: int) -> int:
        """The relation that nothing is above, of those it is a partition or child of."""
        while oid in self._parents:
            oid = self._parents[oid]
        return oid

    def size(self, label: str) -> Size:
        """Of a table with all its partitions, by the name that `Impact` gives it."""
        found = self.labelled(label)
        if found is None:
            return Size()
        members = [self._by_oid[oid] for oid in self._tree(found.oid) if oid in self._by_oid]
        stored = [member for member in members if member.stored]
        sizes = [_bytes(member) for member in stored]
        known = [size for size in sizes if size is not None]
        if not stored or len(known) < len(stored):
            return Size()
        pairs = zip(stored, known, strict=True)
        uncounted = any(size and _is_uncounted(member) for member, size in pairs)
        rows = sum(max(member.rows, 0) for member in stored)
        return Size(sum(known), None if uncounted else rows)

    def _tree(self, oid: int) -> list[int]:
        found = [oid]
        for member in found:
            found += [child for child in self._children.get(member, ()) if child not in found]
        return found


def _bytes(relation: RelationFacts) -> int | None:
    if relation.rows < 0 or relation.bytes is not None:
        return relation.bytes
    return relation.pages * PAGE_BYTES


def _is_uncounted(relation: RelationFacts) -> bool:
    """The last ANALYZE, if any, found no row, and there are bytes now: some may have come since."""
    return relation.rows < 0 or (relation.rows == 0 and relation.bytes is not None)


def count_words(rows: float) -> str:
    """`12`, `400 k`, `2.5 M`."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if rows >= limit:
            return f"{rows / limit:.3g} {unit}"
    return f"{rows:.0f}"


def _amount(size: float) -> str:
    for unit in _UNITS[:-1]:
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.3g} {_UNITS[-1]}"
