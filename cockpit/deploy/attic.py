"""Steps of a run that keep data or put it back, inside the transaction that drops or makes.

A large table is copied before, as `attic_ahead` says. What is kept stands in the ledger with its
count, in the same transaction as the drop: either both happened or neither. A file is complete on
the disk before that transaction commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cockpit.database import attic, ledger
from cockpit.database.connection import Connection
from cockpit.deploy import attic_file
from cockpit.deploy.attic_ahead import Ahead
from cockpit.deploy.context import RunContext
from cockpit.deploy.recorder import Recorder
from cockpit.errors import CockpitError
from cockpit.model.attic import AtticEntry, Holding, Place, Restored, attic_of
from cockpit.model.event import Noted
from cockpit.model.locks import LockMode
from cockpit.model.plan import PlannedPhase, Step, StepKind


@dataclass(frozen=True, slots=True)
class _Kept:
    rows: int
    bytes: int
    file: str = ""
    digest: str = ""


class Attic:
    """One phase's dealings with the attic."""

    def __init__(
        self,
        context: RunContext,
        connection: Connection,
        recorder: Recorder,
        phase: PlannedPhase,
    ) -> None:
        self._context, self._connection = context, connection
        self._recorder, self._phase = recorder, phase
        self._files: list[Path] = []
        self._ahead = Ahead(context, connection)

    def beforehand(self, steps: Sequence[Step]) -> None:
        """Before their transaction: copy what they will keep, as far as that is worth it."""
        wanted = [step.holding for step in steps if step.kind is StepKind.KEEP and step.holding]
        self._ahead.copy([(holding, self._path_of(holding)) for holding in wanted])

    def give_up(self) -> None:
        """Their transaction does not come to be: what was copied beforehand goes again."""
        self._ahead.give_up()

    def keep(self, step: Step) -> int:
        """Lock, copy or bring the copy up to date, record; the number of rows."""
        holding = _holding(step)
        attic.lock_for_drop(self._connection, self._wanted(step, holding))
        with attic.exact_text(self._connection):
            kept = self._taken_over(holding) or self._copy(holding)
        detail = holding.as_detail() | {
            "rows": kept.rows, "bytes": kept.bytes, "file": kept.file, "digest": kept.digest,
        }  # fmt: skip
        self._recorder.kept(self._connection, self._phase, step, detail)
        return kept.rows

    def restore(self, step: Step) -> int:
        """Put back, compare, record, say; the number of rows."""
        holding = _holding(step)
        found = attic_of(ledger.read_events(self._connection))
        entry = next(e for e in found if e.holding.number == holding.number)
        restored = put_back(self._connection, entry, holding, overwrite=True)
        self._recorder.restored(self._connection, self._phase, step, holding, restored)
        self._context.emit(Noted(self._context.clock.now(), restored_words(holding, restored)))
        return restored.restored

    def settle(self, *, undone: bool) -> None:
        """After the transaction: files of one that was surely undone are removed again."""
        files, self._files = self._files, []
        for path in files if undone else ():
            attic_file.remove(path)
        if not undone:
            self._ahead.settled()

    def _taken_over(self, holding: Holding) -> _Kept | None:
        """What was copied beforehand, if it can be proved to be the table's content."""
        found = self._ahead.take_over(holding)
        if found is None:
            return None
        rows, written = found
        if written is not None:
            return _Kept(rows, written.bytes, str(written.path), written.digest)
        return _Kept(rows, attic.size_of_kept(self._connection, holding))

    def _copy(self, holding: Holding) -> _Kept:
        if holding.place is Place.DATABASE:
            return _Kept(*attic.keep_in_table(self._connection, holding))
        path = self._path(holding)
        self._files.append(path)
        blocks = attic.keep_in_stream(self._connection, holding)
        written = attic_file.write(path, blocks, holding.as_detail())
        return _Kept(written.rows, written.bytes, str(path), written.digest)

    def _path_of(self, holding: Holding) -> Path | None:
        """Of the file, where it is kept in one."""
        return self._path(holding) if holding.place is Place.FILE else None

    def _path(self, holding: Holding) -> Path:
        folder = self._context.attic
        if folder is None:
            raise CockpitError(
                "No folder for the attic's files is known here.",
                kept="This transaction is undone.",
                next_step="Keep it in the database.",
            )
        return folder / f"{holding.name}-{self._context.run}.copy.gz"

    def _wanted(self, step: Step, holding: Holding) -> list[tuple[str, str]]:
        """The table, and every other one that the step which drops it will lock as strongly."""
        after = self._phase.steps[self._phase.steps.index(step) + 1 :]
        drop = next((s for s in after if s.kind is StepKind.SQL), None)
        locks = drop.impact.locks if drop and drop.impact else ()
        tables = [(holding.schema, holding.table)]
        for lock in locks:
            schema, _, name = lock.relation.partition(".")
            strong = lock.mode is LockMode.ACCESS_EXCLUSIVE and lock.kind in "rp"
            if strong and name and (schema, name) not in tables:
                tables.append((schema, name))
        return tables


def put_back(
    connection: Connection, entry: AtticEntry, holding: Holding, *, overwrite: bool
) -> Restored:
    """Inside the caller's transaction, from wherever it is kept; see `database.attic.put_back`."""
    with attic.exact_text(connection):
        if holding.place is Place.FILE:
            blocks = attic_file.read(Path(entry.file), entry.digest)
            rows = attic.load(connection, entry.holding, blocks)
            if rows != entry.rows:
                raise CockpitError(f"{entry.file} holds {rows:,} rows, not {entry.rows:,}.")
        return attic.put_back(connection, holding, overwrite=overwrite)


def restored_words(holding: Holding, done: Restored) -> str:
    """Exactly what came back and what did not, in one line; of a run, which made its place anew.

    Nobody else can have written there before the transaction ends: whatever was replaced is what
    the script itself wrote, and says nothing of what people changed elsewhere meanwhile.
    """
    parts = [f"{holding.words}: {done.restored:,} of {done.kept:,} kept rows are put back"]
    if done.same:
        parts.append(f"{done.same:,} were the same already")
    if done.replaced:
        parts.append(
            f"{done.replaced:,} of them had a value that this script wrote just before, which is "
            "replaced: what people changed elsewhere since is not counted"
        )
    if done.left:
        parts.append(f"{done.left:,} hold another value by now and are left as they are")
    if done.missing:
        more = ", ..." if done.missing > len(done.examples) else ""
        keys = f"key {'; '.join(done.examples)}{more}"
        parts.append(
            f"{done.missing:,} are in the table no more ({keys}): theirs stay in the attic"
        )
    if done.newer:
        noun = "row is" if done.newer == 1 else "rows are"
        parts.append(f"{done.newer:,} {noun} new since, without a kept value")
    return "; ".join(parts)


def _holding(step: Step) -> Holding:
    if step.holding is None:
        raise CockpitError(f"Step {step.number} does not say what it keeps.")
    return step.holding
