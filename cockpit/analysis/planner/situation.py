"""Everything a plan is made from, as one value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cockpit.model.attic import AtticEntry, KeepAsked, Weight
from cockpit.model.evidence import Evidence
from cockpit.model.facts import CatalogFacts
from cockpit.model.halfway import Judged
from cockpit.model.history import History
from cockpit.model.migration import Migration, MigrationSet, Phase
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.readonly import OpenWindow
from cockpit.model.revision import Revision
from cockpit.model.rights import Rights
from cockpit.model.state import Standing
from cockpit.model.target import Identity, Standpoint


@dataclass(frozen=True, slots=True)
class Recovered:
    """A migration that the ref does not hold, read from a commit that did."""

    migration: Migration
    commit: str
    latest: "Recovered | None" = None
    """As the last commit on any branch has it, where its way down is another one there."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A look at both sides, and how the tool in use decides what the files leave open."""

    standings: tuple[Standing, ...]
    migrations: MigrationSet
    history: History
    revision: Revision
    identity: Identity
    standpoint: Standpoint
    tool: str
    order_key: Callable[[str], tuple[object, ...]]
    refuses_late: Callable[[Migration], str | None]
    record_words: Callable[[PlannedPhase], str]
    not_driven: str = ""
    """Why the tool's migrations are only looked at, and what to do instead."""
    problems: tuple[Problem, ...] = ()
    releases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Release tag to the versions its files hold."""
    recovered: Mapping[str, Recovered] = field(default_factory=dict)
    """Version to what git kept of it, for those that need it."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """Version to the verdict on its step in doubt."""
    facts: CatalogFacts | None = None
    facts_missing: str = ""
    """Why the catalog could not be read, so that the text alone is predicted from."""
    expecting: Callable[[CatalogFacts, Sequence[str]], CatalogFacts] = lambda facts, sqls: facts
    """The facts with what the planner expects of these statements, none of which is run."""
    shallow: bool = False
    """Older commits were not fetched."""
    fetch: str = ""
    """The command that brings what this clone leaves out; empty where it leaves nothing out."""
    attic: tuple[AtticEntry, ...] = ()
    """Everything that was ever kept here."""
    attic_gone: Mapping[int, str] = field(default_factory=dict)
    """Entries that cannot be reached from here, by number, and why."""
    judge: Callable[[Phase], tuple[Judged, ...]] = lambda phase: ()
    """A way down, statement by statement, against the catalog; asked for phases half up."""
    windows: tuple[OpenWindow, ...] = ()
    """Read-only windows that an earlier run never gave back."""
    keep_before: KeepAsked | None = None
    """What the last run was to keep, when it did not come to its end."""
    attic_folder: str = ""
    """Where files of the attic go; empty when nothing is kept in files here."""
    rights: Rights | None = None
    """Of the role that would run it; None where nobody looked."""
    weights: Mapping[int, Weight] = field(default_factory=dict)
    """Tables by OID; looked up when a plan asks."""

    def find(self, version: str) -> Standing | None:
        """The standing of that version."""
        return next((s for s in self.standings if s.version == version), None)

    @property
    def in_force(self) -> tuple[Standing, ...]:
        """Versions of which something is in the database, oldest applied first."""
        found = [s for s in self.standings if s.anything_in_force]
        return tuple(sorted(found, key=self._applied_order))

    def _applied_order(self, standing: Standing) -> tuple[object, ...]:
        order = standing.record.order if standing.record else 0
        return (order, self.order_key(standing.version))
