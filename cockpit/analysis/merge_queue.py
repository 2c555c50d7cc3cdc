"""What branches bring, where they collide, and an order in which all of it works."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from cockpit.analysis.impact import predict
from cockpit.errors import MigrationError
from cockpit.model.locks import LockMode, strongest
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.queue import Conflict, ConflictKind, Queue, Waiting
from cockpit.sql.grammar import GrammarError
from cockpit.sql.statements import split
from cockpit.sql.touched import Touched, touched

OrderKey = Callable[[str], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class _Placed:
    """One that waits, with what it touches."""

    waiting: Waiting
    touched: Touched
    locks: Mapping[str, LockMode]
    """The strongest lock on each relation that exists before it and that others wait for."""

    @property
    def version(self) -> str:
        return self.waiting.migration.version

    @property
    def branch(self) -> str:
        return self.waiting.branch.name


def merge_queue(
    base: str,
    held: MigrationSet,
    waiting: Sequence[Waiting],
    order_key: OrderKey,
    unreadable: Sequence[str] = (),
) -> Queue:
    """The conflicts, and the waiting ones in an order that every one of them can live with.

    `held`: what the base has already. Where no order suits, that of versions stands.
    """
    inorder = sorted(waiting, key=lambda one: (order_key(one.migration.version), one.branch.name))
    placed = [_Placed(o, _touched(o.migration), _heavy_locks(o.migration)) for o in inorder]
    conflicts = [
        *_same_version(placed, held),
        *_same_object(placed),
        *_wrong_order(placed, order_key),
        *_broken_requires(placed, held),
        *_lock_fights(placed),
        *_late(placed, held, order_key),
    ]
    ordered = _ordered(placed, order_key)
    return Queue(base, tuple(p.waiting for p in ordered), tuple(conflicts), tuple(unreadable))


def _touched(migration: Migration) -> Touched:
    try:
        return touched("\n".join(phase.script for phase in migration.up))
    except GrammarError:
        # What cannot be read is told by the file's own problem; here it touches nothing.
        return Touched()


def _heavy_locks(migration: Migration) -> dict[str, LockMode]:
    """As far as the text tells: those that keep at least writers waiting."""
    found: dict[str, LockMode] = {}
    try:
        statements = [
            statement.sql
            for phase in migration.up
            for statement in split(
                phase.script,
                path=phase.path,
                parameters=phase.backfill.bounds if phase.backfill else (),
            )
        ]
    except MigrationError:
        # What cannot be read is told by the file's own problem; here it locks nothing.
        return found
    for impact in predict(statements):
        for lock in impact.locks:
            if lock.mode.blocks_writes and not lock.is_index:
                name = lock.relation.removeprefix("public.")
                found[name] = strongest([lock.mode, found.get(name, lock.mode)]) or lock.mode
    return found


def _apart(placed: Sequence[_Placed]) -> Iterator[tuple[_Placed, _Placed]]:
    """Pairs from different branches."""
    return ((a, b) for a, b in combinations(placed, 2) if a.branch != b.branch)


def _same_version(placed: Sequence[_Placed], held: MigrationSet) -> Iterator[Conflict]:
    for a, b in _apart(placed):
        if a.version == b.version:
            what = f"{a.branch} and {b.branch} both have a {a.version}, with different texts."
            yield Conflict(ConflictKind.SAME_VERSION, what, (a.version,), (a.branch, b.branch))
    for one in placed:
        if held.find(one.version) is not None:
            what = f"{one.branch} has another text for {one.version} than the base."
            yield Conflict(ConflictKind.SAME_VERSION, what, (one.version,), (one.branch,))


def _same_object(placed: Sequence[_Placed]) -> Iterator[Conflict]:
    for a, b in _apart(placed):
        made = a.touched.makes & b.touched.makes
        both = (a.touched.changes | a.touched.removes) & (b.touched.changes | b.touched.removes)
        names = _named(made | {name for name in both if ":" in name or not _covered(name, both)})
        if made:
            what = f"{a.waiting.label} and {b.waiting.label} both make {names}."
        elif both:
            what = f"{a.waiting.label} and {b.waiting.label} both change {names}."
        else:
            continue
        yield Conflict(ConflictKind.SAME_OBJECT, what, (a.version, b.version), (a.branch, b.branch))


def _covered(table: str, names: frozenset[str]) -> bool:
    """Its columns say it more exactly."""
    return any(name.startswith(f"{table}:") for name in names)


def _wrong_order(placed: Sequence[_Placed], order_key: OrderKey) -> Iterator[Conflict]:
    """One must run before the other, and its version says the opposite."""
    for first, second in permutations(placed, 2):
        if first.branch == second.branch or order_key(first.version) <= order_key(second.version):
            continue
        why = _must_precede(first, second)
        if why:
            what = (
                f"{first.waiting.label} must run before {second.waiting.label}: {why}. "
                "By version it runs after it."
            )
            yield Conflict(
                ConflictKind.ORDER, what, (first.version, second.version),
                (first.branch, second.branch),
            )  # fmt: skip


def _must_precede(first: _Placed, second: _Placed) -> str:
    """Why the first has to run before the second; empty when it need not."""
    if first.version in second.waiting.migration.requires:
        return "it is required"
    made = first.touched.makes & second.touched.needs
    if made:
        return f"it makes {_named(made)}"
    gone = first.touched.needs & second.touched.removes
    if gone and not (first.touched.removes & second.touched.needs):
        return f"the other removes {_named(gone)}"
    return ""


def _broken_requires(placed: Sequence[_Placed], held: MigrationSet) -> Iterator[Conflict]:
    known = set(held.versions)
    for one in placed:
        own = {p.version for p in placed if p.branch == one.branch}
        for version in one.waiting.migration.requires:
            if version in known or version in own:
                continue
            others = [p.branch for p in placed if p.version == version]
            where = f"only {', '.join(others)} has it" if others else "no branch has it"
            what = f"{one.waiting.label} requires {version}, and {where}."
            yield Conflict(
                ConflictKind.REQUIRES, what, (one.version, version), (one.branch, *others)
            )


def _lock_fights(placed: Sequence[_Placed]) -> Iterator[Conflict]:
    """Where both change the table that is told already."""
    for a, b in _apart(placed):
        told = _changed(a) & _changed(b)
        for relation in sorted((a.locks.keys() & b.locks.keys()) - told):
            what = (
                f"{a.waiting.label} ({a.locks[relation].words}) and {b.waiting.label} "
                f"({b.locks[relation].words}) both keep writers from {relation}: deploy them apart."
            )
            yield Conflict(ConflictKind.LOCKS, what, (a.version, b.version), (a.branch, b.branch))


def _changed(one: _Placed) -> frozenset[str]:
    return one.touched.changes | one.touched.removes | one.touched.makes


def _late(placed: Sequence[_Placed], held: MigrationSet, order_key: OrderKey) -> Iterator[Conflict]:
    newest = max(held.versions, key=order_key, default=None)
    if newest is None:
        return
    for one in placed:
        if held.find(one.version) is None and order_key(one.version) < order_key(newest):
            what = f"{one.waiting.label} is older than {newest}, which the base has: it runs late."
            yield Conflict(ConflictKind.LATE, what, (one.version,), (one.branch,))


def _ordered(placed: Sequence[_Placed], order_key: OrderKey) -> list[_Placed]:
    """What must come first, then by priority, then by version; a circle is broken at its oldest
    version. What a pressing one waits for is as pressing as that one."""
    left = list(placed)
    before: Mapping[int, set[int]] = {
        id(second): {id(first) for first in left if first is not second
                     and (_must_precede(first, second) or _same_branch(first, second, order_key))}
        for second in left
    }  # fmt: skip
    pressing = _pressing(left, before)
    ordered: list[_Placed] = []
    while left:
        waiting = {id(one) for one in left}
        free = [one for one in left if not before[id(one)] & waiting] or left[:1]
        chosen = max(free, key=lambda one: pressing[id(one)])
        left.remove(chosen)
        ordered.append(chosen)
    return ordered


def _pressing(placed: Sequence[_Placed], before: Mapping[int, set[int]]) -> dict[int, int]:
    """Priorities, handed down to what has to run before."""
    found = {id(one): one.waiting.migration.priority for one in placed}
    changed = True
    while changed:
        changed = False
        for second, firsts in before.items():
            for first in firsts:
                if found[first] < found[second]:
                    found[first], changed = found[second], True
    return found


def _same_branch(first: _Placed, second: _Placed, order_key: OrderKey) -> bool:
    """A branch keeps its own order."""
    return first.branch == second.branch and order_key(first.version) < order_key(second.version)


def _named(names: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(name.replace(":", ".") for name in names))
