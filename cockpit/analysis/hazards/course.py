"""All statements of a plan or file, indexed once so that rules need not walk them again."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property

from cockpit.analysis.hazards.making import Made, dropped, made
from cockpit.analysis.hazards.studied import Studied
from cockpit.model.impact import RelationLock


class Course:
    """The statements in order, by transaction, by kind, and the strong locks on their way."""

    def __init__(self, statements: Sequence[Studied]) -> None:
        self.statements = tuple(statements)
        self._members: dict[Hashable, list[int]] = {}
        self._kinds: dict[str, list[int]] = {}
        self._about: dict[tuple[str, str], list[int]] = {}
        self._strong: dict[Hashable, dict[RelationLock, int]] = {}
        self._held: dict[Hashable, tuple[tuple[RelationLock, ...], tuple[int, ...]]] = {}
        for index, statement in enumerate(self.statements):
            kind = type(statement.node).__name__
            self._kinds.setdefault(kind, []).append(index)
            relation = getattr(statement.node, "relation", None)
            self._about.setdefault((kind, getattr(relation, "relname", "")), []).append(index)
            shared = statement.transaction
            if shared is None:
                continue
            self._members.setdefault(shared, []).append(index)
            held = self._strong.setdefault(shared, {})
            for lock in statement.impact.locks:
                if lock.mode.blocks_writes and not lock.is_index:
                    held.setdefault(lock, index)
        for shared, strong in self._strong.items():
            self._held[shared] = tuple(strong), tuple(strong.values())

    def of_kind(self, *kinds: str) -> Iterator[Studied]:
        """Statements whose message has one of these names."""
        for kind in kinds:
            for index in self._kinds.get(kind, ()):
                yield self.statements[index]

    def about(self, table: str, *kinds: str) -> Iterator[Studied]:
        """Those of these kinds that are about a relation of that bare name."""
        for kind in kinds:
            for index in self._about.get((kind, table), ()):
                yield self.statements[index]

    def together(self, index: int) -> tuple[Studied, ...]:
        """Those before it in the same transaction; none outside of one."""
        members = self._beside(index)
        return tuple(self.statements[member] for member in members[: bisect_left(members, index)])

    def before(self, index: int) -> Studied | None:
        """The last one before it in the same transaction."""
        members = self._beside(index)
        place = bisect_left(members, index)
        return self.statements[members[place - 1]] if place else None

    def _beside(self, index: int) -> Sequence[int]:
        shared = self.statements[index].transaction
        return self._members.get(shared, ()) if shared is not None else ()

    def held(self, index: int) -> tuple[RelationLock, ...]:
        """Locks that keep writers out, taken before it in the same transaction; each mode once."""
        shared = self.statements[index].transaction
        locks, firsts = self._held.get(shared, ((), ())) if shared is not None else ((), ())
        return locks[: bisect_left(firsts, index)]

    def takes(self, index: int, lock: RelationLock) -> bool:
        """Its transaction does not hold this lock yet when the statement comes."""
        shared = self.statements[index].transaction
        return shared is None or self._strong[shared].get(lock, index) >= index

    def made(self, catalog: str, name: str) -> Sequence[tuple[int, Made]]:
        """What statements make, or rename, to that bare name; with the places of the statements."""
        return self._made.get((catalog, name), ())

    def dropped(self, catalog: str, name: str) -> Sequence[tuple[int, Made]]:
        """What statements drop by that bare name, with the places of the statements."""
        return self._dropped.get((catalog, name), ())

    @cached_property
    def _made(self) -> dict[tuple[str, str], list[tuple[int, Made]]]:
        """Few plans ask."""
        found = ((i, one) for i, s in enumerate(self.statements) if (one := made(s.node)))
        return _by_name(found)

    @cached_property
    def _dropped(self) -> dict[tuple[str, str], list[tuple[int, Made]]]:
        """Few plans ask."""
        return _by_name((i, one) for i, s in enumerate(self.statements) for one in dropped(s.node))


def _by_name(
    found: Iterable[tuple[int, Made]],
) -> dict[tuple[str, str], list[tuple[int, Made]]]:
    names: dict[tuple[str, str], list[tuple[int, Made]]] = {}
    for place, one in found:
        names.setdefault((one.catalog, one.name.name), []).append((place, one))
    return names
