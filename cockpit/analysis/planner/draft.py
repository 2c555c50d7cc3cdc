"""A plan while it is being made: phases, and what speaks against them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cockpit.analysis.planner.situation import Situation
from cockpit.analysis.planner.steps import cut
from cockpit.analysis.sending import sending_notes
from cockpit.errors import MigrationError
from cockpit.model.ledger import PhaseOpen
from cockpit.model.migration import Migration, Phase
from cockpit.model.plan import OtherWay, PlannedPhase, StepKind
from cockpit.model.state import Standing

_RELEASES_NAMED = 5


@dataclass(slots=True)
class Draft:
    """Collects phases in order and keeps count of what is in force after each."""

    situation: Situation
    settle: str | None = None
    down_from: str | None = None
    half_way: bool = False
    """Statements that the catalog cannot judge may be run on a phase that is half up."""
    phases: list[PlannedPhase] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    other_ways: list[OtherWay] = field(default_factory=list)
    applied: set[str] = field(default_factory=set)
    """Versions wholly in force after the last drafted phase."""

    def __post_init__(self) -> None:
        self.applied = {s.version for s in self.situation.in_force if _whole(s)}

    def refuse(self, why: str) -> None:
        """Say once why the plan must not run."""
        if why not in self.refusals:
            self.refusals.append(why)

    def no_such_release(self, tag: str) -> str:
        """The refusal, with the releases there are."""
        known = ", ".join(list(self.situation.releases)[-_RELEASES_NAMED:])
        return f"No release tag is named {tag}. " + (f"The newest are {known}." if known else "")

    def note(self, what: str) -> None:
        """Say once what the operator should know."""
        if what not in self.notes:
            self.notes.append(what)

    def up(
        self,
        migration: Migration,
        phases: Iterable[Phase],
        opened: PhaseOpen | None,
        *,
        anew: bool = False,
    ) -> None:
        """Apply these phases of one migration; `anew` asks again at every gate."""
        todo = list(phases)
        downs = {phase.name: phase for phase in migration.down}
        for phase in todo:
            last = phase is todo[-1]
            if last:
                self.applied.add(migration.version)
            self._add(
                phase,
                opened,
                version=migration.version,
                name=migration.name,
                checksum=migration.checksum,
                all_phases=migration.phase_names,
                undo=downs.get(phase.name) if migration.irreversible is None else None,
                irreversible=migration.irreversible or "",
                commit=self.situation.revision.commit,
                last_of_version=last,
                confirmed=not anew and self._confirmed(migration.version, phase),
                metadata=migration.metadata,
            )

    def down(
        self,
        version: str,
        name: str,
        phases: Iterable[Phase],
        *,
        all_phases: tuple[str, ...],
        whole: bool,
        origin: str,
        opened: PhaseOpen | None,
        metadata: str = "",
        in_ref: bool = False,
        in_git: bool = True,
        left_out: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Roll these phases of one migration back, in the order given.

        `left_out` names statements of a phase that are not run, by phase.
        """
        todo = list(phases)
        for phase in todo:
            last = whole and phase is todo[-1]
            if last:
                self.applied.discard(version)
            self._add(
                phase,
                opened,
                version=version,
                name=name,
                checksum=None,
                all_phases=all_phases,
                undo=None,
                commit=self.situation.revision.commit,
                last_of_version=last,
                origin=origin,
                metadata=metadata,
                in_ref=in_ref,
                in_git=in_git,
                left_out=(left_out or {}).get(phase.name, frozenset()),
            )

    def _add(
        self,
        phase: Phase,
        opened: PhaseOpen | None,
        *,
        version: str,
        name: str,
        checksum: str | None,
        all_phases: tuple[str, ...],
        undo: Phase | None,
        commit: str | None,
        last_of_version: bool,
        origin: str = "",
        irreversible: str = "",
        confirmed: bool = False,
        metadata: str = "",
        in_ref: bool = False,
        in_git: bool = True,
        left_out: frozenset[str] = frozenset(),
    ) -> None:
        mine = opened if opened and _same(opened, phase) else None
        evidence = self.situation.evidence.get(version) if mine else None
        try:
            made = cut(phase, opened=mine, evidence=evidence, settle=self.settle)
        except MigrationError as error:
            self.refuse(error.what)
            return
        for refusal in made.refusals:
            self.refuse(f"{version}: {refusal}")
        for words in sending_notes(self.situation.tool, phase, made.steps):
            self.note(f"{version}: {words}")
        if mine is not None and _begun_from_another(mine, checksum):
            self.refuse(
                f"{version}: phase {phase.name} stopped between two batches and its file was "
                "edited since. Restore the file, then resume. Or roll back only this version."
            )
        steps = tuple(
            s
            for s in made.steps
            if not (confirmed and s.kind is StepKind.GATE)
            and not (s.kind is StepKind.SQL and s.sql in left_out)
        )
        self.phases.append(
            PlannedPhase(
                version=version,
                name=name,
                phase=phase.name,
                direction=phase.direction,
                steps=steps,
                script=phase.script,
                path=phase.path,
                checksum=checksum,
                all_phases=all_phases,
                undo=undo,
                irreversible=irreversible,
                origin=origin,
                commit=commit,
                backfill=phase.backfill,
                cursor=mine.cursor if mine else None,
                passed=mine.passed if mine else 0,
                gate=None if confirmed else phase.gate,
                gate_sql=phase.gate_sql,
                readonly=phase.readonly,
                program=phase.program,
                last_of_version=last_of_version,
                previous_version=self._newest(),
                in_ref=in_ref,
                in_git=in_git,
                metadata=metadata,
            )
        )

    def _confirmed(self, version: str, phase: Phase) -> bool:
        standing = self.situation.find(version)
        record = standing.record if standing else None
        if record is None or phase.gate is None or phase.gate_sql:
            return False
        words = dict(zip(record.confirmed_gates, record.confirmed_words, strict=True))
        return words.get(phase.name) == phase.gate

    def _newest(self) -> str | None:
        return max(self.applied, key=self.situation.order_key, default=None)


def _whole(standing: Standing) -> bool:
    """Every phase of it is in force."""
    record = standing.record
    if record is None or not record.done:
        return standing.state.in_force
    return set(record.done) >= set(record.phases)


def _begun_from_another(opened: PhaseOpen, checksum: str | None) -> bool:
    """Some batches ran the statement of another text than this one."""
    begun = opened.cursor is not None and opened.checksum is not None and checksum is not None
    return begun and opened.checksum != checksum


def _same(opened: PhaseOpen, phase: Phase) -> bool:
    return (opened.name, opened.direction) == (phase.name, phase.direction)
