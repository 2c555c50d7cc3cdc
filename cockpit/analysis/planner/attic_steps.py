"""One step that keeps or restores: its words, its statement, what it does to others."""

from dataclasses import dataclass
from datetime import timedelta

from cockpit.model.attic import LARGE, AtticEntry, Holding, Place, Weight
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.live import Estimate
from cockpit.model.locks import LockMode
from cockpit.model.plan import Step, StepKind
from cockpit.sql.attic import carried, keep_statement, restore_statements

_MEGABYTE = 1024 * 1024
_COPIES = (30, 200)
"""Megabytes a second into a table: read, written, logged."""
_PACKS = (10, 80)
"""Megabytes a second to the client and through the compressor."""
_COMPARES = (100, 1000)
"""Megabytes a second of a table that is read from end to end."""
_WRITES = (1, 60)
"""Megabytes a second of rows that are updated one by one, with their indexes."""
_FELT = timedelta(seconds=1)
RULE = "attic-holds-lock"
"""Its name among the hazards."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that may be put back."""

    holding: Holding
    """What of it is still to be put back."""
    entry: AtticEntry | None
    """None for what an earlier step of the same plan keeps."""


def keeping_step(
    before: Step,
    holding: Holding,
    weight: Weight | None,
    size: str,
    where: str,
    *,
    comes_back: bool,
) -> Step:
    """The step that keeps, right before the one that drops."""
    table = f"{holding.schema}.{holding.table}"
    speed = _COPIES if holding.place is Place.DATABASE else _PACKS
    ahead = _ahead(holding, weight)
    estimate = _estimate(weight, holding, "copies", speed)
    if ahead and weight is not None and holding.place is Place.DATABASE and holding.key:
        estimate = _estimated(weight.bytes / _MEGABYTE, "compares", _COMPARES)
    kind = "p" if holding.partitioned else "r"
    impact = Impact(
        "KEEP",
        locks=(RelationLock(table, LockMode.ACCESS_EXCLUSIVE, kind),),
        scans=(table,),
        notes=(
            *ahead,
            "what is kept is recorded with its count in the ledger, in this transaction",
        ),
    )
    return Step(
        0, StepKind.KEEP, keep_statement(holding), before.path, before.line, 0, before.group,
        title=f"{holding.words}, {size}, in {where}", impact=impact,
        hazards=_hazards(holding, size, estimate, ahead), estimate=estimate, holding=holding,
        comes_back=comes_back,
    )  # fmt: skip


def restoring_step(last: Step, waiting: Waiting, holding: Holding) -> Step:
    """The step that puts back, at the end of the transaction that made the place again."""
    table = f"{holding.schema}.{holding.table}"
    entry = waiting.entry
    rows = f", {entry.rows:,} rows kept {entry.at:%Y-%m-%d %H:%MZ}" if entry else ""
    seconds = [entry.bytes / _MEGABYTE / speed for speed in _WRITES] if entry else [0, 0]
    estimate = None
    if entry and seconds[0] * 1000 > 100:
        low, high = timedelta(seconds=seconds[1]), timedelta(seconds=seconds[0])
        estimate = Estimate(low, high, f"writes {_size(entry.bytes)} back")
    impact = Impact(
        "RESTORE",
        locks=(RelationLock(table, LockMode.ROW_EXCLUSIVE),),
        scans=(table,),
        notes=("triggers of the table fire for every row that comes back",),
    )
    return Step(
        0, StepKind.RESTORE, ";\n".join(restore_statements(holding, overwrite=True)), last.path,
        last.line, 0, last.group, title=f"{holding.words}{rows}", impact=impact,
        hazards=_felt_while_restored(holding, waiting, estimate), estimate=estimate,
        holding=holding,
    )  # fmt: skip


def _felt_while_restored(
    holding: Holding, waiting: Waiting, estimate: Estimate | None
) -> tuple[Hazard, ...]:
    """A column is put back under the lock that added it; by itself it needs no such lock."""
    if holding.whole or waiting.entry is None or estimate is None or estimate.high < _FELT:
        return ()
    return (
        Hazard(
            RULE,
            Severity.MEDIUM,
            f"Nobody reads or writes {holding.table} while {waiting.entry.rows:,} rows of it are "
            "put back, in the transaction that adds the column.",
            "-- leave --restore out, and put it back afterwards in batches that nobody waits for:\n"
            f"-- cockpit attic restore {holding.number}",
        ),
    )


def size_words(weight: Weight | None, holding: Holding) -> str:
    """`about 1,000,000 rows, 41 MB`, as far as the catalog knows."""
    if weight is None:
        return "of unknown size"
    rows = f"about {weight.rows:,} rows" if weight.rows >= 0 else "rows not counted yet"
    taken = _bytes(weight, holding)
    return (
        f"{rows}, {_size(taken)}" if taken is not None else f"{rows}, at most {_size(weight.bytes)}"
    )


def _bytes(weight: Weight, holding: Holding) -> int | None:
    return weight.bytes if holding.whole else weight.of(carried(holding))


def _size(taken: int) -> str:
    """`41 MB`, `12 kB`."""
    value, unit = float(taken), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1024, larger
    return f"{value:.1f} {unit}" if 0 < value < 10 and unit != "B" else f"{value:,.0f} {unit}"


def _estimate(
    weight: Weight | None, holding: Holding, verb: str, speeds: tuple[int, int]
) -> Estimate | None:
    """The range of times; None when it is nothing to wait for, or not known."""
    if weight is None:
        return None
    megabytes = max(_bytes(weight, holding) or 0, weight.bytes // 8) / _MEGABYTE
    return _estimated(megabytes, verb, speeds)


def _estimated(megabytes: float, verb: str, speeds: tuple[int, int]) -> Estimate | None:
    slow, fast = speeds
    low, high = timedelta(seconds=megabytes / fast), timedelta(seconds=megabytes / slow)
    if high < timedelta(milliseconds=100):
        return None
    return Estimate(low, high, f"{verb} {megabytes:,.0f} MB at {slow} to {fast} MB/s")


def _ahead(holding: Holding, weight: Weight | None) -> tuple[str, ...]:
    """How much of the copy is made before the lock; nothing where all of it is made under it."""
    if weight is None or weight.bytes < LARGE:
        return ()
    if holding.place is Place.DATABASE and holding.key:
        return (
            "copied before the lock is taken, while others read and write; under the lock the copy "
            "is compared with the table, and what was written since is copied",
        )
    reason = "a file cannot be changed in the middle"
    if holding.place is Place.DATABASE:
        reason = "without a key no row is found again"
    return (
        "copied before the lock is taken, while others read and write; under the lock new rows are "
        "added. If a row was changed or removed since, all is copied again under the lock: "
        f"{reason}",
    )


def _hazards(
    holding: Holding, size: str, estimate: Estimate | None, ahead: tuple[str, ...]
) -> tuple[Hazard, ...]:
    if estimate is None or estimate.high < _FELT:
        return ()
    if ahead and holding.place is Place.DATABASE and holding.key:
        message = f"Nobody reads or writes {holding.table} while its copy is compared with it"
    elif ahead:
        message = (
            f"If a row of it is changed or removed after the copy made beforehand, nobody reads or "
            f"writes {holding.table} while its data is copied again"
        )
    else:
        message = f"Nobody reads or writes {holding.table} while its data is copied"
    return (
        Hazard(
            RULE,
            Severity.MEDIUM,
            f"{message} ({size}).",
            "Choose a quiet moment; the red line gives the copy up when too many wait for it.",
        ),
    )
