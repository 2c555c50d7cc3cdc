"""golang-migrate's one row, spread over the versions it stands for.

The row names the newest version and whether its way was gone to the end. Everything older is
believed to be applied, but for what our own ledger knows better: versions that golang-migrate has
skipped without a word, and older ones that we rolled back while newer ones stayed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from cockpit.model.history import History, Record, Recorded
from cockpit.model.ledger import Ledger, VersionState
from cockpit.model.migration import Direction, MigrationSet
from cockpit.model.problem import Problem
from cockpit.tools.recorded import record_of

NIL = -1
"""The newest version where nothing is applied."""
_NOBODY_KNOWS = "whether anything of it is kept only the schema can tell"
_NO_FILE = "golang-migrate itself refuses to go up or down from a version without a file"


@dataclass(frozen=True)
class Known:
    """What our ledger knows of numbered versions."""

    ledger: Ledger

    @cached_property
    def states(self) -> dict[int, VersionState]:
        """By number, however the file spelled it."""
        return {int(v): s for v, s in self.ledger.versions.items() if v.isdecimal()}

    @cached_property
    def observed(self) -> dict[int, str]:
        """Versions that golang-migrate had applied before a run of ours, as they were spelled."""
        return {int(version): version for version in self.ledger.observed if version.isdecimal()}

    @cached_property
    def in_force(self) -> frozenset[int]:
        """Applied, as far as we know, and not rolled back by us since."""
        return frozenset(n for n in {*self.states, *self.observed} if self._holds(n))

    def _holds(self, number: int) -> bool:
        state = self.states.get(number)
        if state is None or not (state.was_applied or state.imported):
            return number in self.observed
        return bool(state.done) or state.complete

    def overtaken(self, number: int) -> bool:
        """A newer version is in force."""
        return any(other > number for other in self.in_force)

    def rolled_back(self, number: int) -> bool:
        """By us, while a newer version stayed; the row cannot say so."""
        state = self.states.get(number)
        undone = state is not None and state.was_applied and number not in self.in_force
        return undone and self.overtaken(number)

    def skipped(self, number: int) -> bool:
        """It came after a newer one was applied, so golang-migrate will never run it."""
        unheard_of = number not in self.in_force and not self.rolled_back(number)
        return bool(self.in_force) and unheard_of and self.overtaken(number)

    def half_done(self) -> list[VersionState]:
        """Versions that a run of ours left in the middle."""
        return [s for s in self.states.values() if s.open is not None and not s.open.untouched]


def spread(
    newest: int, dirty: bool, ledger: Ledger, migrations: MigrationSet, head: str, table: str
) -> History:
    """The history that the row and our ledger tell together."""
    known = Known(ledger)
    ours = bool(known.half_done())
    spelled = {int(migration.version): migration.version for migration in migrations.migrations}
    names = {int(migration.version): migration.name for migration in migrations.migrations}
    below = {n for n in {*spelled, *known.in_force} if n <= newest} | ({newest} - {NIL})
    skipped = {n for n in below if n in spelled and known.skipped(n)}
    records = [
        _below(number, spelled.get(number), names.get(number, ""), known)
        for number in sorted(below - skipped)
    ]
    records += _above(newest, known, spelled)
    if dirty and not ours:
        records = [_doubtful(r) if int(r.version) == newest else r for r in records]
    return History(
        records=tuple(sorted(records, key=lambda record: int(record.version))),
        head=head,
        skipped=frozenset(spelled[number] for number in skipped),
        pointer=spelled.get(newest, str(newest)) if newest != NIL else None,
        in_doubt=_suspects(newest, spelled) if dirty and not ours else (),
        unfinished=ledger.unfinished,
        stopped=ledger.stopped,
        problems=(
            *_dirt(newest, dirty, ours, spelled, table),
            *_gap(newest, known, spelled, table),
        ),
    )


def _below(number: int, spelled: str | None, name: str, known: Known) -> Record:
    """A version that the row stands for."""
    state = known.states.get(number)
    version = spelled or (state.version if state else known.observed.get(number, str(number)))
    note = "" if spelled else _NO_FILE
    if state is None:
        return Record(version, name, Recorded.APPLIED, order=number, note=note)
    record = replace(record_of(state), version=version, name=name or state.name, order=number)
    record = replace(record, note=note or record.note)
    if known.rolled_back(number):
        return replace(record, recorded=Recorded.ROLLED_BACK)
    if state.open is not None and not state.open.untouched:
        return _half(record)
    if not (state.done or state.complete):
        return Record(version, name or state.name, Recorded.APPLIED, order=number, note=note)
    whole = Recorded.APPLIED if state.complete else Recorded.PARTIAL
    return replace(record, recorded=whole, failure=None)


def _above(newest: int, known: Known, spelled: dict[int, str]) -> Iterable[Record]:
    """Versions beyond the row that have a past."""
    for number in sorted({*known.states, *known.observed}):
        if number <= newest:
            continue
        state = known.states.get(number) or VersionState(known.observed[number], "")
        version = spelled.get(number, state.version)
        record = replace(record_of(state), version=version, order=number)
        if state.open is not None and not state.open.untouched:
            yield _half(record)
        elif state.failure is not None and not state.done:
            yield record
        elif state.was_applied or number in known.observed:
            yield replace(record, recorded=Recorded.ROLLED_BACK, done=(), runs=(), failure=None)


def _half(record: Record) -> Record:
    """What is rolled back half way is in force until it is gone, whoever applied it."""
    going_down = record.open is not None and record.open.direction is Direction.DOWN
    if going_down and not record.done:
        phase = record.open.name if record.open else "up"
        return replace(record, done=(phase,), phases=record.phases or (phase,))
    return record


def _doubtful(record: Record) -> Record:
    return replace(
        record,
        recorded=Recorded.FAILED,
        failure=f"golang-migrate's row says version {int(record.version)}, dirty",
        note=_NOBODY_KNOWS,
    )


def _suspects(newest: int, spelled: dict[int, str]) -> tuple[str, ...]:
    """The version that the row names, on its way up, or the next one, on its way down."""
    later = min((number for number in spelled if number > newest), default=None)
    return tuple(spelled[n] for n in (newest, later) if n is not None and n in spelled)


def _dirt(
    newest: int, dirty: bool, ours: bool, spelled: dict[int, str], table: str
) -> Iterable[Problem]:
    if not dirty:
        return
    if ours:
        yield Problem(
            f"golang-migrate's row says version {newest}, dirty: a run of the cockpit left it so",
            path=table,
            next_step="Resume: the row is clean again when the phase is finished.",
            blocks_writing=False,
        )
        return
    later = min((number for number in spelled if number > newest), default=None)
    down = f"the way down of {spelled[later]}" if later is not None else "a way down"
    failed = down if newest == NIL else f"the way up of {newest}, or {down},"
    shown = _suspects(newest, spelled)
    yield Problem(
        f"golang-migrate's row says version {newest}, dirty: {failed} failed",
        path=table,
        version=str(newest),
        next_step=(
            f"See what of it is there: cockpit diagnose {' '.join(shown)}. Then let the catalog "
            f"say what holds: cockpit settle {shown[0] if shown else newest}."
        ),
    )


def _gap(newest: int, known: Known, spelled: dict[int, str], table: str) -> Iterable[Problem]:
    """Between the newest file and the row there may be versions that nobody here knows of."""
    if newest != NIL and newest not in spelled and newest not in known.in_force:
        yield Problem(
            f"the row says version {newest}, which no file of this ref has: older ones that are "
            "missing here too may be applied, and this ref cannot name them",
            path=table,
            next_step="Look at the ref that was deployed (--ref), and plan from there.",
        )
