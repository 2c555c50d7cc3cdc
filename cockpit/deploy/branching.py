"""Migrations on other branches, read beside those of the ref that is looked at."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from cockpit.analysis.merge_queue import merge_queue
from cockpit.deploy.opening import Opening
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.errors import CockpitError
from cockpit.model.migration import Migration
from cockpit.model.queue import Branch, Queue, Waiting
from cockpit.tools.registry import order_of


def read_queue(opening: Opening, since: timedelta, now: datetime) -> Queue:
    """What branches that moved within that time bring to the opening's ref. Git only."""
    source = SourceSide(opening)
    base = source.look(opening.ref)
    waiting: list[Waiting] = []
    unreadable = []
    for branch in source.repository.branches():
        if now - branch.at > since or branch.commit == base.revision.commit:
            continue
        try:
            waiting += _brought(source.look(branch.commit), base, branch)
        except CockpitError as error:
            unreadable.append(f"{branch.name}: {error.what}")
    return merge_queue(
        base.revision.label,
        base.migrations,
        _once(waiting),
        order_of(base.tool, base.migrations),
        unreadable,
    )


def _brought(look: SourceLook, base: SourceLook, branch: Branch) -> Iterable[Waiting]:
    """Versions the base has not, or has under another name with another text."""
    for migration in look.migrations.migrations:
        held = base.migrations.find(migration.version)
        if held is None or _another(migration, held):
            yield Waiting(branch, migration)


def _another(one: Migration, held: Migration) -> bool:
    """Two files chose one number; an edit of the same file is no second migration."""
    return one.path != held.path and one.checksum != held.checksum


def _once(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The same text on several branches waits once."""
    found: dict[tuple[str, str | None], Waiting] = {}
    for one in waiting:
        key = (one.migration.version, one.migration.checksum)
        known = found.get(key)
        if known is None:
            found[key] = one
        else:
            found[key] = replace(known, branches=(*known.branches, one.branch.name))
    return list(found.values())
