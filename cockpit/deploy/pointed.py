"""A history that names only its newest version, read together with what git knows of the others."""

from collections.abc import Mapping
from dataclasses import replace

from cockpit.deploy.kept_by_git import Neighbours
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.errors import SourceError
from cockpit.model.history import History
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.problem import Problem

_Key = tuple[str, str, Mapping[str, str]]


class Pointed:
    """Finds the migrations that stand before a version which the ref does not have."""

    def __init__(self, source: SourceSide) -> None:
        self._source = source
        self._known: tuple[_Key, Neighbours | None] | None = None

    def neighbours(self, look: SourceLook, history: History) -> Neighbours | None:
        """Of the one version that the history names; None where the ref has it, or nobody does."""
        pointer = history.pointer
        if pointer is None or pointer in look.migrations.versions:
            return None
        key = (look.folder, pointer, look.refs)
        if self._known is None or self._known[0] != key:
            self._known = (key, self._found(look, pointer))
        return self._known[1]

    def unfound(self, look: SourceLook, history: History) -> History:
        """The same; where nobody here has the version, with how to fetch what this clone lacks."""
        if history.pointer is None or history.pointer in look.migrations.versions:
            return history
        fetch = self._source.repository.fetch_words()
        if not fetch:
            return history
        step = f"This clone is not whole. Fetch the rest: {fetch}"
        problems = (replace(p, next_step=step) if p.blocks_writing else p for p in history.problems)
        return replace(history, problems=tuple(problems))

    def _found(self, look: SourceLook, pointer: str) -> Neighbours | None:
        try:
            return self._source.memory.around(look, pointer)
        except SourceError:
            # Without its past git knows no neighbours, and the history's own problem stands.
            return None


def with_neighbours(look: SourceLook, history: History, beside: Neighbours) -> MigrationSet:
    """The ref's migrations and those that stand before the pointer in git; in order."""
    key = look.tool.order_key
    here = {key(version) for version in look.migrations.versions}
    end = key(history.pointer or "")
    others = [
        migration
        for migration in beside.migrations.migrations
        if key(migration.version) not in here and key(migration.version) <= end
    ]

    def order(migration: Migration) -> tuple[object, ...]:
        return key(migration.version)

    every = sorted((*look.migrations.migrations, *others), key=order)
    return MigrationSet(tuple(every), look.migrations.problems)


def told(look: SourceLook, history: History, beside: Neighbours) -> History:
    """The history, with where its versions come from; of what git does not confirm nothing is
    claimed: another branch's version below the pointer may never have been run."""
    key = look.tool.order_key
    confirmed = {key(version) for version in beside.migrations.versions}
    unsure = {
        record.version
        for record in history.records
        if not record.run and key(record.version) not in confirmed
    }
    why = (
        f"{beside.name}, which ends at version {history.pointer}, does not have it: whether it was "
        "ever run, a history of one row cannot say."
    )
    return replace(
        history,
        records=tuple(record for record in history.records if record.version not in unsure),
        doubts={**history.doubts, **dict.fromkeys(unsure & set(look.migrations.versions), why)},
        problems=(*history.problems, _inferred(look, history, beside)),
    )


def _inferred(look: SourceLook, history: History, beside: Neighbours) -> Problem:
    return Problem(
        f"{look.tool.name} names only version {history.pointer}, which this ref does not have: "
        f"what was applied before it is read from {beside.name}",
        next_step="A rollback takes the ways down from there.",
        blocks_writing=False,
    )
