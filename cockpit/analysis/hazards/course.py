"""All statements of a plan or file, indexed once so that rules need not walk them again."""

from collections.abc import Hashable, Iterator, Sequence

from cockpit.analysis.hazards.studied import Studied
from cockpit.model.impact import RelationLock


class Course:
    """The statements in order, by transaction, by kind, and the strong locks on their way."""

    def __init__(self, statements: Sequence[Studied]) -> None:
        self.statements = tuple(statements)
        self._members: dict[Hashable, list[int]] = {}
        self._kinds: dict[str, list[int]] = {}
        self._strong: dict[Hashable, dict[RelationLock, int]] = {}
        for index, statement in enumerate(self.statements):
            kind = type(statement.node).__name__
            self._kinds.setdefault(kind, []).append(index)
            shared = statement.transaction
            if shared is None:
                continue
            self._members.setdefault(shared, []).append(index)
            held = self._strong.setdefault(shared, {})
            for lock in statement.impact.locks:
                if lock.mode.blocks_writes and not lock.is_index:
                    held.setdefault(lock, index)

    def of_kind(self, *kinds: str) -> Iterator[Studied]:
        """Statements whose message has one of these names."""
        for kind in kinds:
            for index in self._kinds.get(kind, ()):
                yield self.statements[index]

    def together(self, index: int) -> tuple[Studied, ...]:
        """Those before it in the same transaction; none outside of one."""
        shared = self.statements[index].transaction
        members = self._members.get(shared, ()) if shared is not None else ()
        return tuple(self.statements[member] for member in members if member < index)

    def held(self, index: int) -> Iterator[RelationLock]:
        """Locks that keep writers out, taken before it in the same transaction; each mode once."""
        shared = self.statements[index].transaction
        if shared is None:
            return
        for lock, first in self._strong.get(shared, {}).items():
            if first >= index:
                return
            yield lock
