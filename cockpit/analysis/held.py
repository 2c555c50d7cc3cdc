"""Locks that earlier steps of a transaction took and that are still held: they go at its end."""

from bisect import insort
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cockpit.model.impact import RelationLock
from cockpit.model.locks import LockMode
from cockpit.model.plan import Plan, Step


def with_held_locks(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps of one phase, each with what its own transaction already holds before it.

    Only what keeps somebody waiting is told: SHARE UPDATE EXCLUSIVE and weaker modes are left out.
    """
    held: dict[str, RelationLock] = {}
    # Always in order: to sort them anew for every step is what takes long.
    told: list[RelationLock] = []
    group: int | None = None
    for step in steps:
        if step.group is None or step.group != group:
            held, told, group = {}, [], step.group
        yield replace(step, holds=tuple(told))
        for lock in step.impact.locks if step.impact and not step.already_done else ():
            before = held.get(lock.relation)
            if not _felt(lock) or (before is not None and lock.mode.rank <= before.mode.rank):
                continue
            if before is not None:
                told.remove(before)
            held[lock.relation] = lock
            insort(told, lock)


def wanted_locks(plan: Plan) -> dict[str, LockMode]:
    """Each table of a plan with the strongest mode that any of its steps asks for."""
    wanted: dict[str, LockMode] = {}
    for step in plan.steps:
        for lock in step.impact.locks if step.impact and not step.already_done else ():
            before = wanted.get(lock.relation)
            if not lock.is_index and (before is None or lock.mode.rank > before.rank):
                wanted[lock.relation] = lock.mode
    return wanted


def _felt(lock: RelationLock) -> bool:
    return lock.mode.rank > LockMode.SHARE_UPDATE_EXCLUSIVE.rank and not lock.is_index
