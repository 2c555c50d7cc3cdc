"""The proof of the way back: forward, back with a comparison after every version, forward again.

A version whose way back fails or leaves something else is proved guilty alone: the database is made
anew as it was before that version, so that earlier ones are judged from where they began.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from cockpit.database.catalog import read_facts
from cockpit.database.connection import Connection
from cockpit.errors import MigrationError
from cockpit.model.plan import PlannedPhase
from cockpit.model.rehearsal import Failure, Observation, Proof, Verdict
from cockpit.rehearsal.clone import Clone
from cockpit.rehearsal.comparison import Moment, differences, losses, moment, with_identities
from cockpit.rehearsal.leg import Leg
from cockpit.rehearsal.observer import Blind, Observer, Watch
from cockpit.rehearsal.runner import PhaseRun, Runner
from cockpit.rehearsal.scratch import Scratch

Tell = Callable[[str], None]
"""What is being done now, for somebody who waits."""

_ROWS_GO = ("TRUNCATE", "DELETE")


@dataclass(slots=True)
class Found:
    """What a proof gives."""

    proofs: dict[str, Proof] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)


class Prover:
    """Runs legs in the working database of a scratch server, as often as it takes."""

    def __init__(
        self,
        scratch: Scratch,
        clone: Clone,
        *,
        role: str | None,
        filled: frozenset[str],
        tell: Tell,
    ) -> None:
        self._scratch, self._clone, self._tell = scratch, clone, tell
        self._role, self._filled = role, filled
        self._executing: Connection | None = None
        self._watching: Connection | None = None
        self._moments: list[Moment] = []
        self._disturbed = False
        """The working database is not as it was before the leg that was last gone back."""
        self._restored = True
        """Its schema is, but for form: the way forward must be open again."""
        self._found = Found()

    def prove(self, legs: Sequence[Leg]) -> Found:
        """A proof for every leg, in their order. The connections are closed at the end."""
        try:
            self._start_anew(())
            reached = self._forward(legs)
            for index in reversed(range(reached)):
                self._back(legs, index)
            if self._restored:
                self._forward_again(legs[:reached])
        finally:
            self._close()
        proofs = {leg.version: self._found.proofs[leg.version] for leg in legs}
        return Found(proofs, self._found.observations)

    def _forward(self, legs: Sequence[Leg]) -> int:
        """How many legs went; the one after them failed and the rest was not reached."""
        runner = self._runner()
        self._moments = [self._moment()]
        for index, leg in enumerate(legs):
            self._tell(f"forward {leg.version}")
            run = self._run(runner, leg.phases)
            self._found.observations += run.observations
            if run.failure is not None:
                self._conclude(leg, _failed(run.failure), failure=run.failure)
                self._disturbed, self._restored = True, False
                for later in legs[index + 1 :]:
                    self._conclude(later, Verdict.NOT_REACHED, why=f"{leg.version} fails before it")
                return index
            self._moments.append(self._moment())
        return len(legs)

    def _back(self, legs: Sequence[Leg], index: int) -> None:
        leg = legs[index]
        if leg.back.why_not:
            self._conclude(leg, Verdict.NO_WAY_BACK, why=leg.back.why_not)
            self._disturbed, self._restored = True, False
            return
        if self._disturbed:
            self._start_anew(legs[: index + 1])
        self._tell(f"back {leg.version}")
        failure = self._run_back(leg)
        if failure is not None:
            self._conclude(leg, _failed(failure), failure=failure)
            self._disturbed, self._restored = True, False
        else:
            verdict = self._judge(leg, self._moments[index])
            self._disturbed = verdict is not Verdict.REVERSIBLE
            self._restored = verdict is not Verdict.NOT_RESTORED

    def _run_back(self, leg: Leg) -> Failure | None:
        watching = self._ready(self._watching)
        with watching.look():
            facts = read_facts(watching)
        try:
            phases = leg.planned_back(facts)
        except MigrationError as error:
            place = f"{error.path}:{error.line}:{error.column}: "
            return Failure(error.what.removeprefix(place), path=error.path, line=error.line)
        run = self._run(self._runner(), phases)
        self._found.observations += run.observations
        return run.failure

    def _judge(self, leg: Leg, before: Moment) -> Verdict:
        """What the database is like after the way back, beside what it was before the way there."""
        after = self._moment()
        found = differences(before, after)
        gone = tuple(dict.fromkeys((*losses(before, after), *self._told_losses(leg))))
        verdict = Verdict.REVERSIBLE_BUT_FORM if found else Verdict.REVERSIBLE
        if gone:
            verdict = Verdict.LOSES_DATA
        if any(not difference.form for difference in found):
            verdict = Verdict.NOT_RESTORED
        self._conclude(leg, verdict, differences=found, loses=gone)
        return verdict

    def _told_losses(self, leg: Leg) -> tuple[str, ...]:
        """Rows that statements remove; empty tables cannot show it."""
        if self._filled:
            return ()
        impacts = [step.impact for phase in leg.phases for step in phase.steps if step.impact]
        return tuple(w for i in impacts if i.kind.startswith(_ROWS_GO) for w in i.loses)

    def _forward_again(self, legs: Sequence[Leg]) -> None:
        """What was taken back must go forward a second time."""
        runner = self._runner(Blind())
        for leg in legs:
            self._tell(f"forward again {leg.version}")
            failure = self._run(runner, leg.phases).failure
            if failure is not None:
                proof = self._found.proofs[leg.version]
                why = "after the way back it does not go forward again"
                self._found.proofs[leg.version] = replace(
                    proof, verdict=Verdict.FAILS, why=why, failure=failure
                )
                return

    def _start_anew(self, legs: Sequence[Leg]) -> None:
        """The working database as it is after these legs, on a fresh copy."""
        self._close()
        self._disturbed, self._restored = False, True
        if self._moments:
            self._scratch.drop(self._scratch.work)
            self._clone.reset_roles(_text(legs))
        self._clone.copy()
        self._executing = self._clone.connect(self._role)
        self._watching = self._scratch.connect(self._scratch.work)
        if not self._moments:
            return
        runner = self._runner(Blind())
        self._reach(0)
        for index, leg in enumerate(legs):
            self._run(runner, leg.phases)
            self._reach(index + 1)

    def _reach(self, index: int) -> None:
        self._moments[index] = with_identities(self._moments[index], self._ready(self._watching))

    def _run(self, runner: Runner, phases: Sequence[PlannedPhase]) -> PhaseRun:
        run = PhaseRun([])
        for phase in phases:
            one = runner.run(phase)
            run.observations += one.observations
            if one.failure is not None:
                return PhaseRun(run.observations, one.failure)
        return run

    def _runner(self, watch: Watch | None = None) -> Runner:
        executing, watching = self._ready(self._executing), self._ready(self._watching)
        if watch is None:
            watch = Observer(executing, watching, self._another, self._scratch.version)
        return Runner(executing, watch, role=self._role, filled=self._filled)

    def _another(self) -> Connection:
        return self._scratch.connect(self._scratch.work)

    def _moment(self) -> Moment:
        return moment(self._ready(self._watching), self._filled)

    def _conclude(self, leg: Leg, verdict: Verdict, **reasons: object) -> None:
        proof = Proof(leg.version, leg.name, verdict, leg.key)
        self._found.proofs[leg.version] = replace(proof, **reasons)  # type: ignore[arg-type]

    @staticmethod
    def _ready(connection: Connection | None) -> Connection:
        if connection is None:
            raise RuntimeError("the working database is not open")
        return connection

    def _close(self) -> None:
        for connection in (self._executing, self._watching):
            if connection is not None:
                connection.close()


def _failed(failure: Failure) -> Verdict:
    """What the scratch server lacks is no fault of the migration, and no proof for it either."""
    return Verdict.IMPOSSIBLE if missing_here(failure) else Verdict.FAILS


def missing_here(failure: Failure) -> str:
    """The extension, library or tablespace that only the scratch server lacks; empty otherwise."""
    what = failure.what
    if failure.sqlstate in ("0A000", "58P01") and "extension" in what:
        return what
    if failure.sqlstate == "42704" and what.startswith("tablespace "):
        return what
    return what if failure.sqlstate == "58P01" else ""


def _text(legs: Sequence[Leg]) -> str:
    return "\n".join(phase.script for leg in legs for phase in leg.phases)
