"""What a rehearsal found: the proof of the way back, and what the server was seen to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cockpit.model.impact import Impact
from cockpit.model.migration import Direction

_LONGEST_CHANGE = 160
"""Characters of a change that are still told in one line."""


class Verdict(StrEnum):
    """What the way back of a migration, or of a whole plan, is worth. Worse ones come later."""

    REVERSIBLE = "reversible"
    REVERSIBLE_BUT_FORM = "restores all but order or comments"
    LOSES_DATA = "restores schema but loses data"
    NOT_REACHED = "not reached"
    NO_WAY_BACK = "no way back"
    NOT_RESTORED = "does not restore"
    FAILS = "fails"
    IMPOSSIBLE = "cannot be rehearsed"

    @property
    def proves(self) -> bool:
        """Schema and data come back."""
        return self in (Verdict.REVERSIBLE, Verdict.REVERSIBLE_BUT_FORM)


def worst(verdicts: "list[Verdict]") -> Verdict:
    """The last of them in the order of the enum; `reversible` of none."""
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.REVERSIBLE)


@dataclass(frozen=True, slots=True)
class Difference:
    """One sentence of the schema that is not the same after the way back."""

    what: str
    """`index public.users_email_idx`, `column public.users.name`."""
    before: str | None
    """As it was; None when it was not there."""
    after: str | None
    """As it is after the way back; None when it is gone."""
    form: bool = False
    """Only the order of columns or a comment."""

    @property
    def words(self) -> str:
        """`index public.a is left behind`, `column public.t.c: was integer, is bigint`."""
        if self.before is None:
            return f"{self.what} is left behind"
        if self.after is None:
            return f"{self.what} is missing"
        was, now = self.before.split(", "), self.after.split(", ")
        lost = ", ".join(part for part in was if part not in now)
        gained = ", ".join(part for part in now if part not in was)
        if len(lost) + len(gained) > _LONGEST_CHANGE or "\n" in lost + gained:
            return f"{self.what} is not what it was"
        if not lost:
            return f"{self.what}: now also {gained}"
        return f"{self.what}: was {lost}, is {gained}" if gained else f"{self.what}: lacks {lost}"


@dataclass(frozen=True, slots=True)
class Failure:
    """Where the server said no."""

    what: str
    sqlstate: str | None = None
    sql: str = ""
    path: str = ""
    line: int = 0
    """In the file, from 1."""

    @property
    def words(self) -> str:
        """`db/0003.down.sql:4: relation "x" does not exist (42P01)`."""
        place = f"{self.path}:{self.line}: " if self.path else ""
        return f"{place}{self.what}" + (f" ({self.sqlstate})" if self.sqlstate else "")


@dataclass(frozen=True, slots=True)
class Observation:
    """One step as it ran on the scratch database, beside what was predicted of it."""

    version: str
    phase: str
    direction: Direction
    number: int
    """Of the step in the plan, from 1; for the way back, in the order it ran."""
    sql: str
    path: str
    line: int
    took: timedelta
    """On a nearly empty database: it says nothing about the target."""
    predicted: Impact | None
    observed: Impact | None
    """None where nothing could be seen: the step failed."""
    differences: tuple[str, ...] = ()
    """Where prediction and observation do not agree, in words, each with the reason."""
    unsettled: tuple[str, ...] = ()
    """What the observation neither confirms nor refutes, in words, each with the reason."""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """The verdict on one migration."""

    version: str
    name: str
    verdict: Verdict
    key: str
    """Of its scripts, up and down; a proof counts only for the same ones."""
    why: str = ""
    """For verdicts that need a reason: irreversible, not reached."""
    differences: tuple[Difference, ...] = ()
    loses: tuple[str, ...] = ()
    """Data that does not come back: `column public.users.name`."""
    failure: Failure | None = None

    @property
    def words(self) -> str:
        """One line: the verdict and its reason."""
        return f"{self.verdict.value}{_reason(self)}"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One plan, run forward, back and forward again on a scratch database."""

    at: datetime
    goal: str
    plan_id: str
    target: str
    """Name of the target."""
    fingerprint: str
    """SHA-256 of the target's schema when it was cloned; empty when it could not be."""
    scratch: str
    """Where it ran: `PostgreSQL 15.18, started for this rehearsal`."""
    verdict: Verdict
    why: str = ""
    """Why it could not be rehearsed, or what failed outside of a migration's way back."""
    missing: tuple[str, ...] = ()
    """What the scratch server lacks, each named: `extension postgis 3.4`."""
    proofs: tuple[Proof, ...] = ()
    """In the order the plan touches the versions."""
    observations: tuple[Observation, ...] = ()
    rows: int = 0
    """Sample rows a table; 0: the tables were empty."""
    notes: tuple[str, ...] = ()
    took: timedelta = timedelta()

    @property
    def disagreements(self) -> tuple[Observation, ...]:
        """Steps where prediction and observation differ."""
        return tuple(seen for seen in self.observations if seen.differences)

    def find(self, version: str) -> Proof | None:
        """The proof of that version."""
        return next((proof for proof in self.proofs if proof.version == version), None)


def _reason(proof: Proof) -> str:
    match proof.verdict:
        case Verdict.LOSES_DATA:
            return f" in {', '.join(proof.loses)}"
        case Verdict.FAILS if proof.failure:
            return f": {proof.failure.words}"
        case Verdict.NOT_RESTORED | Verdict.REVERSIBLE_BUT_FORM:
            return ": " + "; ".join(difference.words for difference in proof.differences)
    return f": {proof.why}" if proof.why else ""
