"""Boards, plans and sessions as an engine would give them, small enough to read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cockpit.model.activity import SessionFacts
from cockpit.model.adoption import Adoption, Evidence, Import
from cockpit.model.board import Board, Unfinished
from cockpit.model.diagnosis import Diagnosis
from cockpit.model.goal import Action, Goal
from cockpit.model.hazard import Hazard, Severity
from cockpit.model.history import History, Record, Recorded
from cockpit.model.impact import Impact, RelationLock
from cockpit.model.ledger import EventKind, LedgerEvent
from cockpit.model.locks import AdvisoryKey, LockHolder, LockMode
from cockpit.model.migration import Backfill, Direction, Migration, MigrationSet, Phase
from cockpit.model.plan import Plan, PlannedPhase, Step, StepKind
from cockpit.model.problem import Problem
from cockpit.model.revision import Revision, Tag
from cockpit.model.schema import Alteration, SchemaChange, SchemaObject
from cockpit.model.settlement import Found, SettledPart, Settlement
from cockpit.model.state import Drift, Standing, State, Trace
from cockpit.model.target import Environment, Identity, Standpoint
from cockpit.model.timeline import OtherHistory

NOW = datetime(2026, 11, 21, 2, 58, 40, tzinfo=UTC)
COMMIT = "c0ffee1" + "0" * 33
IDENTITY = Identity("7312345678904411", "orders", 16384, 160004, "deployer", "db-1:5432", False)
ENUM = LockMode.ACCESS_EXCLUSIVE

_SQL = {
    "0044": "UPDATE totals SET amount = 0 WHERE amount IS NULL;",
    "0043": "ALTER TABLE orders ALTER COLUMN status SET NOT NULL;",
    "0038": "CREATE INDEX CONCURRENTLY late_index ON orders (created_at);",
}
_NAMES = {
    "0034": ("create_orders", State.APPLIED),
    "0035": ("add_totals", State.APPLIED),
    "0036": ("add_customers", State.APPLIED),
    "0037": ("orders_currency", State.APPLIED),
    "0038": ("late_index", State.LATE),
    "0039": ("orders_customer_fk", State.APPLIED),
    "0040": ("hotfix_gist", State.MISSING),
    "0041": ("add_orders_index", State.APPLIED),
    "0042": ("orders_status_enum", State.DRIFTED),
    "0043": ("orders_not_null", State.PENDING),
    "0044": ("backfill_totals", State.PENDING),
}
_SEVERITY = {"0043": Severity.HIGH, "0044": Severity.LOW}


def migration(version: str) -> Migration:
    """One file with an up and a down side."""
    name = _NAMES[version][0]
    path = f"db/migrations/{version}_{name}.sql"
    up = _SQL.get(version, f"CREATE TABLE {name} (id bigint PRIMARY KEY);")
    down = f"DROP TABLE {name};" if version not in _SQL else f"-- undo {name}\nSELECT 1;"
    return Migration(
        version, name,
        (Phase("up", Direction.UP, up, path, 2),),
        (Phase("up", Direction.DOWN, down, path, 6),),
        "5f3a", path,
    )  # fmt: skip


def standing(version: str) -> Standing:
    """One row of the board."""
    name, state = _NAMES[version]
    at = NOW - timedelta(days=44 - int(version))
    record = None
    if state.in_force:
        run = "7f3a" if version in ("0041", "0042") else "11aa"
        record = Record(
            version, name, Recorded.APPLIED, "5f3a", at, COMMIT, run, int(version),
            script=f"CREATE TABLE {name} (id bigint);",
            undo=(Phase("up", Direction.DOWN, f"DROP TABLE {name};", "ledger event 7"),),
        )  # fmt: skip
    trace, why = None, ""
    if state is State.DRIFTED:
        trace = Trace("a1f9c2e0", "ana", at, "fix enum order")
        why = "Applied, but the file was edited since by a1f9c2e."
    if state is State.MISSING:
        trace = Trace("beef123a", "kim", at, "hotfix", "hotfix/gist")
        why = "Applied, but not in this ref; last seen in beef123 on hotfix/gist."
    files = None if state is State.MISSING else migration(version)
    return Standing(
        version, name, state, files, record, why,
        Drift.MEANING if state is State.DRIFTED else None, trace, True,
        _SEVERITY.get(version, Severity.NONE),
    )  # fmt: skip


def standpoint(environment: Environment = Environment.PRODUCTION) -> Standpoint:
    """Configuration and marker agree."""
    name = {Environment.PRODUCTION: "orders-prod"}.get(environment, f"orders-{environment}")
    return Standpoint(name, environment, environment, environment)


def board(environment: Environment = Environment.PRODUCTION) -> Board:
    """Eleven versions in all the usual states."""
    standings = tuple(standing(version) for version in _NAMES)
    files = tuple(s.migration for s in standings if s.migration)
    records = tuple(s.record for s in standings if s.record)
    return Board(
        as_of=NOW,
        standpoint=standpoint(environment),
        tool="cockpit",
        folder="db/migrations",
        identity=IDENTITY,
        revision=Revision(None, COMMIT, True, "main"),
        standings=standings,
        migrations=MigrationSet(files),
        history=History(records, head="h1"),
        tags=((Tag("v1.3", COMMIT, NOW), "0035"), (Tag("v1.4", COMMIT, NOW), "0039")),
        released={
            **dict.fromkeys(("0034", "0035"), "v1.3"),
            **dict.fromkeys(("0036", "0037", "0039"), "v1.4"),
        },
    )


def empty_board() -> Board:
    """A database nobody migrated, a repository without migrations."""
    return replace(
        board(Environment.LOCAL), standings=(), migrations=MigrationSet(()),
        history=History(exists=False), tags=(), released={},
    )  # fmt: skip


def unreachable_board() -> Board:
    """Git can be read, the database cannot."""
    rows = tuple(
        replace(s, state=State.UNKNOWN, record=None, trace=None, drift=None, why="")
        for s in board().standings
        if s.migration
    )
    return replace(
        board(), identity=None, history=None, standings=rows,
        database_error="connection refused at db-1:5432",
    )  # fmt: skip


def locked_board() -> Board:
    """Somebody else deploys."""
    holder = LockHolder(
        AdvisoryKey("cockpit", 7261), 5120, "deployer", "kim@bastion 11aa", "10.0.0.9",
        "active", NOW - timedelta(minutes=4),
    )  # fmt: skip
    return replace(board(), holders=(holder,))


def troubled_board() -> Board:
    """Two files that cannot be used."""
    problems = (
        Problem("two files have version 0042", "db/migrations/0042_b.sql", 1, 1, "0042",
                "Rename one of them."),
        Problem("unterminated quote", "db/migrations/0045_x.sql", 12, 8, "0045"),
    )  # fmt: skip
    return replace(board(), problems=problems)


_NOT_NULL = Impact("ALTER TABLE", (RelationLock("public.orders", ENUM),), scans=("public.orders",))
_DROP = Impact(
    "DROP TABLE", (RelationLock("public.orders_status_enum", ENUM),),
    loses=("table orders_status_enum",),
)  # fmt: skip
_UPDATE = Impact("UPDATE", (RelationLock("public.totals", LockMode.ROW_EXCLUSIVE),))
_HAZARD = Hazard(
    "set-not-null-scan", Severity.HIGH,
    "Blocks every read and write on orders while 41 GB is scanned.",
    "Add CHECK (status IS NOT NULL) NOT VALID, VALIDATE it, then SET NOT NULL, then drop it.",
)  # fmt: skip


def _phase(
    version: str, direction: Direction, first: int, impact: Impact | None, previous: str | None
) -> PlannedPhase:
    files = migration(version)
    source = (files.up if direction is Direction.UP else files.down)[0]
    hazards = (_HAZARD,) if impact is _NOT_NULL else ()
    steps = (
        Step(first, StepKind.SQL, source.script, source.path, source.line, 1, 1, "", impact,
             hazards),
        Step(first + 1, StepKind.RECORD, "", "", 0, 2, 1, f"record {version}"),
    )  # fmt: skip
    return PlannedPhase(
        version, files.name, "up", direction, steps, source.script, source.path, "5f3a", ("up",),
        undo=files.down[0] if direction is Direction.UP else None,
        origin="ledger event 7" if direction is Direction.DOWN else "",
        commit=COMMIT, previous_version=previous,
    )  # fmt: skip


def plan(goal: Goal) -> Plan:
    """What the engine would answer; only the shapes matter."""
    if goal.action is Action.APPLY:
        last = goal.only or goal.to_version or "0044"
        versions = [goal.only] if goal.only else [v for v in ("0043", "0044") if v <= last]
        impacts = {"0043": _NOT_NULL, "0044": _UPDATE}
        phases = [
            _phase(v, Direction.UP, 1 + 2 * n, impacts.get(v), v) for n, v in enumerate(versions)
        ]
    else:
        chosen = goal.only or "0042"
        versions = [chosen] if goal.only or goal.to_version else ["0042", "0041"]
        before = {"0042": "0041", "0041": "0039"}
        impacts = {"0042": _DROP}
        phases = [
            _phase(v, Direction.DOWN, 1 + 2 * n, impacts.get(v), before.get(v, "0040"))
            for n, v in enumerate(versions)
        ]
    if goal.action is Action.REDO:
        up = _phase(versions[0], Direction.UP, 3, None, versions[0])
        phases = [phases[0], up]
    return Plan(
        "7f3a01c2" + "0" * 56, goal, IDENTITY.key, "orders-prod", "cockpit", "h1", COMMIT, None,
        True, tuple(phases),
    )  # fmt: skip


def calm_rollback() -> Plan:
    """Two phases that lose nothing and block little."""
    found = plan(Goal(Action.ROLLBACK, last_run=True))
    return replace(
        found,
        phases=tuple(
            replace(p, steps=tuple(replace(s, impact=_UPDATE if s.sql else None) for s in p.steps))
            for p in found.phases
        ),
    )


BLOCKERS = (
    SessionFacts(4711, "billing", "billing-worker", "10.0.0.4", "idle in transaction",
                 timedelta(minutes=7, seconds=21), "SELECT * FROM orders FOR UPDATE",
                 "ACCESS EXCLUSIVE on orders"),
    SessionFacts(4802, "report", "report-cron", "10.0.0.5", "active",
                 timedelta(seconds=41), "SELECT count(*) FROM orders", "ACCESS SHARE on orders"),
)  # fmt: skip


def events() -> tuple[LedgerEvent, ...]:
    """One run that went well and one that failed, newest first."""
    at, minute = NOW - timedelta(hours=3), timedelta(minutes=1)
    rows = [
        LedgerEvent(1, at, "11aa", EventKind.RUN_STARTED, actor="kim", client="kim@bastion",
                    detail={"goal": "apply to 0039"}),
        LedgerEvent(2, at + minute, "11aa", EventKind.PHASE_FINISHED, "0039",
                    "orders_customer_fk", "up", direction=Direction.UP, actor="kim",
                    duration=timedelta(seconds=3)),
        LedgerEvent(3, at + 2 * minute, "11aa", EventKind.RUN_FINISHED, actor="kim"),
        LedgerEvent(4, at + 60 * minute, "7f3a", EventKind.RUN_STARTED, actor="ana",
                    client="ana@laptop", detail={"goal": "apply everything pending"}),
        LedgerEvent(5, at + 61 * minute, "7f3a", EventKind.PHASE_FAILED, "0043",
                    "orders_not_null", "up", direction=Direction.UP, actor="ana",
                    detail={"error": "column status contains null values"}),
        LedgerEvent(6, at + 62 * minute, "7f3a", EventKind.RUN_STOPPED, actor="ana"),
    ]  # fmt: skip
    return tuple(reversed(rows))


def with_unfinished(left: Unfinished) -> Board:
    """An earlier run stopped without a word."""
    return replace(board(), unfinished=left)


def unfinished() -> Unfinished:
    """What a killed run leaves."""
    return Unfinished(
        "Run 7f3a of ana@bastion stopped in 0043 without a word at 02:58:40Z.",
        "0041 and 0042 are applied.",
        "0043 is undone.",
        "nothing: the lock is free",
        "A applies 0043 again; U rolls the finished ones back.",
        ("0043",),
    )


def own_lock_board() -> Board:
    """The deployment lock is ours."""
    holder = replace(locked_board().holders[0], ours=True, application="me")
    return replace(board(), holders=(holder,))


def hostile_board() -> Board:
    """A name that clears the screen, wherever it is drawn raw."""
    rows = tuple(
        replace(s, name="\x1b[2J") if s.version == "0044" else s for s in board().standings
    )
    return replace(board(), standings=rows)


def backfill_plan() -> Plan:
    """One phase that changes rows in batches."""
    found = calm_rollback()
    phase = found.phases[0]
    step = replace(phase.steps[0], kind=StepKind.BACKFILL, group=None)
    batches = Backfill("orders", "id", 500)
    return replace(
        found, phases=(replace(phase, steps=(step, phase.steps[1]), backfill=batches),)
    )  # fmt: skip


def half_done_board() -> Board:
    """The newest migration but one failed half way."""
    rows = tuple(
        replace(s, state=State.FAILED) if s.version == "0043" else s for s in board().standings
    )
    return replace(board(), standings=rows)


def adoption() -> Adoption:
    """Two versions of goose's history, of which the files and the live schema say the same."""
    evidence = Evidence("PostgreSQL 16.4, started for this rehearsal", 2, 9, "ab" * 32)
    imports = tuple(Import(version, "", "c", NOW) for version in ("001", "002"))
    return Adoption(
        target="7/1/orders", standpoint="production", tool="goose", table="goose_db_version",
        head="h", commit="c0ffee", ref=None, named=("001", "002"), imports=imports,
        evidence=evidence,
    )  # fmt: skip


def busy_board() -> Board:
    """A failed and a half applied version, a schema changed by hand, a second tool at work."""
    states = {"0043": State.FAILED, "0044": State.PARTIAL}
    rows = tuple(replace(s, state=states.get(s.version, s.state)) for s in board().standings)
    column = SchemaObject("column", "public.orders", "phone", {"type": "text"})
    index = SchemaObject("index", "public.orders", "orders_late", {"definition": "btree (late)"})
    return replace(
        board(),
        standings=rows,
        schema_drift=(
            SchemaChange(Alteration.ADDED, None, column),
            SchemaChange(Alteration.DROPPED, index, None),
        ),
        schema_checked=NOW,
        others=(OtherHistory("django", "public.django_migrations", 214, "shop.0042_cart", NOW),),
    )


def settlement(found: Found | None = Found.APPLIED) -> Settlement:
    """A history that says `failed` of what the catalog shows; None: the catalog cannot tell."""
    part = SettledPart(
        "0043", "orders_not_null", found, "The column has the constraint.",
        Diagnosis("0043", "orders_not_null", "db/0043.sql", ()), migration("0043"),
    )  # fmt: skip
    refusals = () if found else ("The catalog cannot tell.",)
    writes = ("0043 is applied",) if found else ()
    told = "The history says that 0043 failed."
    back = "settle it again"
    return Settlement("e1", "0043", "orders_not_null", told, (part,), writes, refusals, back)
