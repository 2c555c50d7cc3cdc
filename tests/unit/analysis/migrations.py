"""Migrations, records and situations in a line each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cockpit.analysis.compare import compare
from cockpit.analysis.planner import Recovered, Situation
from cockpit.model.evidence import Evidence
from cockpit.model.history import History, Record, Recorded
from cockpit.model.migration import Direction, Migration, MigrationSet, Phase
from cockpit.model.plan import PlannedPhase
from cockpit.model.problem import Problem
from cockpit.model.revision import Revision
from cockpit.model.state import Standing
from cockpit.model.target import Environment, Identity, Standpoint

HERE = Identity("7001", "orders", 16384, 160004, "ana", "socket", False)
AT_MAIN = Revision("main", "c0ffee" * 6 + "c0ff", worktree=False)


def path_of(version: str) -> str:
    """Where the file of a version lies."""
    return f"db/{version}.sql"


def up(script: str, name: str = "up", **more: Any) -> Phase:
    """An up phase."""
    return Phase(name, Direction.UP, script, more.pop("path", "db/x.sql"), **more)


def down(script: str, name: str = "up", **more: Any) -> Phase:
    """A down phase."""
    return Phase(name, Direction.DOWN, script, more.pop("path", "db/x.sql"), **more)


def migration(version: str, *phases: Phase, **more: Any) -> Migration:
    """A version; without phases one that creates a table and drops it again."""
    given = phases or (up(f"CREATE TABLE t{version} ();"), down(f"DROP TABLE t{version};"))
    placed = [replace(phase, path=path_of(version)) for phase in given]
    ups = tuple(phase for phase in placed if phase.direction is Direction.UP)
    downs = tuple(phase for phase in placed if phase.direction is Direction.DOWN)
    defaults = {"checksum": f"sum {version}", "path": path_of(version), "name": f"m{version}"}
    return Migration(version=version, up=ups, down=downs, **(defaults | more))


def two_phases(version: str, **gate: Any) -> Migration:
    """A version that expands and later contracts."""
    return migration(
        version,
        up("ALTER TABLE users ADD name2 text;", "expand"),
        up("ALTER TABLE users DROP name;", "contract", **gate),
        down("ALTER TABLE users ADD name text;", "contract"),
        down("ALTER TABLE users DROP name2;", "expand"),
    )


def record(version: str, recorded: Recorded = Recorded.APPLIED, **more: Any) -> Record:
    """A version in the history, as `migration` would have been applied."""
    defaults: dict[str, Any] = {
        "name": f"m{version}", "checksum": f"sum {version}", "order": int(version),
        "run": "run-a", "done": ("up",), "phases": ("up",),
    }  # fmt: skip
    nothing = recorded in (Recorded.FAILED, Recorded.ROLLED_BACK)
    merged = defaults | ({"done": ()} if nothing else {}) | more
    merged.setdefault("runs", tuple(merged["run"] for _ in merged["done"]))
    return Record(version=version, recorded=recorded, **merged)


def by_text(version: str) -> tuple[object, ...]:
    """As the native tool orders."""
    return (version,)


def kept(version: str) -> tuple[Phase, ...]:
    """The way down of `migration` as the ledger keeps it."""
    return (down(f"DROP TABLE t{version};", path="ledger event 1"),)


@dataclass
class Place:
    """A target and a source, to be varied and then looked at."""

    migrations: list[Migration] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    environment: Environment = Environment.LOCAL
    releases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    recovered: Mapping[str, Recovered] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    file_problems: tuple[Problem, ...] = ()
    history_problems: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    late_is_refused: bool = False
    disagreement: str = ""
    identity: Identity = HERE
    revision: Revision = AT_MAIN
    head: str = "head"
    skipped: frozenset[str] = frozenset()

    @property
    def standings(self) -> tuple[Standing, ...]:
        """The comparison of both sides."""
        files = MigrationSet(tuple(self.migrations))
        return compare(files, self._history, by_text)

    @property
    def situation(self) -> Situation:
        """What a plan is made from."""
        return Situation(
            standings=self.standings,
            migrations=MigrationSet(tuple(self.migrations), self.file_problems),
            history=self._history,
            revision=self.revision,
            identity=self.identity,
            standpoint=Standpoint(
                "orders", self.environment, self.environment, None, self.disagreement
            ),
            tool="cockpit",
            order_key=by_text,
            refuses_late=lambda m: f"{m.version} is late." if self.late_is_refused else None,
            record_words=_words,
            problems=self.problems,
            releases=self.releases,
            recovered=self.recovered,
            evidence=self.evidence,
        )

    @property
    def _history(self) -> History:
        return History(
            tuple(self.records), self.head, skipped=self.skipped, problems=self.history_problems
        )


def _words(phase: PlannedPhase) -> str:
    return f"{phase.version} {phase.phase} {phase.direction}"
