"""Files and history side by side: exactly one state for every version."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from cockpit.model.history import History, Record, Recorded
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.state import Standing, State

OrderKey = Callable[[str], tuple[object, ...]]

_FROM_RECORD = {
    Recorded.PARTIAL: State.PARTIAL,
    Recorded.FAILED: State.FAILED,
    Recorded.IMPORTED: State.IMPORTED,
    Recorded.ROLLED_BACK: State.ROLLED_BACK,
}


def compare(
    migrations: MigrationSet, history: History | None, order_key: OrderKey
) -> tuple[Standing, ...]:
    """Every version of the files and of the history, oldest first.

    Without a history (the database cannot be read) every state is `unknown`: nothing is claimed.
    Versions that were rolled back and are in no file are left out.
    """
    if history is None:
        return tuple(_unknown(migration) for migration in migrations.migrations)
    overtaken = _overtaken(migrations, history, order_key)
    records = {record.version: record for record in reversed(history.records)}
    standings = [
        _standing(m, records.get(m.version), history, m.version in overtaken)
        for m in migrations.migrations
    ]
    known = set(migrations.versions)
    missing = [_missing(r) for r in history.records if r.version not in known]
    found = [standing for standing in missing if standing is not None]
    return _merged(standings, found, order_key)


def _overtaken(migrations: MigrationSet, history: History, order_key: OrderKey) -> frozenset[str]:
    """Versions of the files that stand before one of which something is in the database.

    The files' own order counts, because `requires` may put a newer version before an older one;
    for versions in no file their number has to do.
    """
    in_force = {record.version for record in history.records if _in_force(record)}
    gone = max(map(order_key, in_force - set(migrations.versions)), default=None)
    overtaken, later_one = set(), False
    for migration in reversed(migrations.migrations):
        version = migration.version
        if later_one or (gone is not None and gone > order_key(version)):
            overtaken.add(version)
        later_one = later_one or version in in_force
    return frozenset(overtaken)


def _in_force(record: Record) -> bool:
    """Something of it is in the database; of a failed one only what is known to be kept."""
    if record.recorded is Recorded.FAILED:
        return bool(record.done) or record.open is not None
    return record.recorded is not Recorded.ROLLED_BACK


def without_files(history: History | None, order_key: OrderKey) -> tuple[Standing, ...]:
    """What the history alone says is in force, while git cannot be read: nothing is compared."""
    if history is None:
        return ()
    in_force = [r for r in history.records if r.recorded is not Recorded.ROLLED_BACK]
    return tuple(
        Standing(
            record.version, record.name, State.UNVERIFIED, None, record,
            "In the history; git cannot be read, so nothing is compared.",
            reversible=bool(record.undo),
        )
        for record in sorted(in_force, key=lambda record: order_key(record.version))
    )  # fmt: skip


def _merged(
    standings: list[Standing], missing: list[Standing], order_key: OrderKey
) -> tuple[Standing, ...]:
    """Missing versions take their place among the files without disturbing the files' order."""
    if not missing:
        return tuple(standings)
    # The largest version so far: the first file that is newer is where it first is.
    so_far = list(accumulate((order_key(s.version) for s in standings), max))
    waiting: dict[int, list[Standing]] = {}
    for lost in sorted(missing, key=lambda s: order_key(s.version)):
        place = bisect_right(so_far, order_key(lost.version))
        waiting.setdefault(place, []).append(lost)
    result: list[Standing] = []
    for place, standing in enumerate(standings):
        result += [*waiting.get(place, ()), standing]
    return (*result, *waiting.get(len(standings), ()))


def _unknown(migration: Migration) -> Standing:
    why = "The database cannot be read: nothing is known about it."
    return Standing(
        migration.version, migration.name, State.UNKNOWN, migration, None, why,
        reversible=migration.reversible,
    )  # fmt: skip


def _standing(
    migration: Migration, record: Record | None, history: History, late: bool
) -> Standing:
    state, why = _verdict(migration, record, history, late)
    imported = record is not None and record.recorded is Recorded.IMPORTED
    irreversible = migration.irreversible is not None or imported
    return Standing(
        migration.version, migration.name, state, migration, record, why,
        reversible=not irreversible and (_way_back_kept(record) or migration.reversible),
    )  # fmt: skip


def _way_back_kept(record: Record | None) -> bool:
    """The history keeps a way down for every phase that is in force."""
    kept = {phase.name for phase in record.undo} if record else set()
    return bool(record and kept and kept >= set(record.done))


def _verdict(
    migration: Migration, record: Record | None, history: History, late: bool
) -> tuple[State, str]:
    if record is None:
        if migration.version in history.doubts:
            return State.UNKNOWN, history.doubts[migration.version]
        if migration.version in history.skipped:
            return State.LATE, "Older than what is applied; the tool skips it without a word."
        if late:
            return State.LATE, "Older than one that is applied already."
        return State.PENDING, "In git, not applied."
    if record.recorded is Recorded.APPLIED:
        return _applied(migration, record)
    if record.recorded is Recorded.IMPORTED and record.checksum not in (None, migration.checksum):
        return State.DRIFTED, "Applied before adoption, and the file was edited since."
    state = _FROM_RECORD[record.recorded]
    begun = record.open.checksum if record.open else None
    edited = " The file was edited since." if begun not in (None, migration.checksum) else ""
    return state, _told(record, late) + _gate_words(migration, record) + edited


def _applied(migration: Migration, record: Record) -> tuple[State, str]:
    if record.checksum is None:
        return State.UNVERIFIED, " ".join(
            part
            for part in ("Applied; no checksum was kept to compare with.", _sentence(record.note))
            if part
        )
    if record.checksum != migration.checksum:
        return State.DRIFTED, "Applied, and the file was edited since."
    return State.APPLIED, "Applied; the file is what was applied."


def _told(record: Record, late: bool) -> str:
    match record.recorded:
        case Recorded.FAILED:
            return _failed(record)
        case Recorded.PARTIAL:
            return _partial(record)
        case Recorded.ROLLED_BACK:
            order = " Older than one that is applied." if late else ""
            return f"Was applied and rolled back; pending again.{order}"
        case _:
            return "Applied by an earlier tool before adoption; forward only."


def _failed(record: Record) -> str:
    kept = ", ".join(record.done)
    held = f" Kept: {kept}." if kept else " Nothing of it is kept."
    if record.open is not None:
        held = f" Kept: {kept_words(record)}."
    elif record.note:
        held = f" {_sentence(record.note)}"
    return f"The last run stopped in it: {record.failure}.{held}"


def _gate_words(migration: Migration, record: Record) -> str:
    """What the next phase waits for; empty where somebody has confirmed it, or nothing waits."""
    if record.recorded is not Recorded.PARTIAL or record.open is not None:
        return ""
    left = next((phase for phase in migration.up if phase.name not in record.done), None)
    if left is None or left.gate is None:
        return ""
    if left.gate_sql:
        return f' It waits until its query says so: "{left.gate}".'
    confirmed = dict(zip(record.confirmed_gates, record.confirmed_words, strict=True))
    if confirmed.get(left.name) == left.gate:
        return ""
    return f' It waits for somebody to confirm: "{left.gate}".'


def _partial(record: Record) -> str:
    left = [phase for phase in record.phases if phase not in record.done]
    following = f" Next: phase {left[0]}." if left else ""
    if record.open is None:
        return f"Done: {', '.join(record.done)}.{following}"
    return f"Interrupted in phase {record.open.name}: {kept_words(record)}."


def _in_force_words(record: Record) -> str:
    """Where the ref has no file, nothing is next on the way up."""
    if record.open is not None:
        return _partial(record)
    count = f", {len(record.done)} of {len(record.phases)}" if record.phases else ""
    return f"phase{'' if len(record.done) == 1 else 's'} {', '.join(record.done)}{count}."


def kept_words(record: Record) -> str:
    """What of an interrupted version is in the database, as far as the history knows."""
    opened = record.open
    going = opened.name if opened is not None and opened.direction is Direction.DOWN else None
    parts = [f"phase {name}" for name in record.done if name != going]
    if opened is not None:
        if opened.direction is Direction.DOWN:
            parts.append(f"phase {opened.name} is partly rolled back")
        if opened.finished:
            count = len(opened.finished)
            parts.append(f"{count} step{'s' if count > 1 else ''} of phase {opened.name}")
        if opened.cursor is not None:
            rows = f"{opened.rows} row{'' if opened.rows == 1 else 's'}"
            parts.append(f"{rows} backfilled in phase {opened.name}")
        if opened.started is not None:
            parts.append(f"one step of phase {opened.name} was sent and is not known to have ended")
    return ", ".join(parts) or "nothing"


def _missing(record: Record) -> Standing | None:
    if record.recorded is Recorded.ROLLED_BACK:
        return None
    state = State.FAILED if record.recorded is Recorded.FAILED else State.MISSING
    forward_only = record.recorded is Recorded.IMPORTED
    return Standing(
        record.version, record.name, state, None, record, _missing_words(record),
        reversible=not forward_only and _way_back_kept(record),
    )  # fmt: skip


def _missing_words(record: Record) -> str:
    match record.recorded:
        case Recorded.FAILED:
            return f"{_failed(record)} It is not in this ref."
        case Recorded.PARTIAL:
            return f"Partly applied: {_in_force_words(record)} It is not in this ref."
        case Recorded.IMPORTED:
            return "Applied by an earlier tool before adoption, and not in this ref; forward only."
        case _:
            note = f" {_sentence(record.note)}" if record.note else ""
            return f"Applied, and not in this ref.{note}"


def _sentence(note: str) -> str:
    """The tool's own quirk, as words on a screen."""
    return f"{note[:1].upper()}{note[1:].rstrip('.')}." if note else ""
