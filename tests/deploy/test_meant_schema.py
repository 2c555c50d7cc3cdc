"""What somebody changed by hand stays drift after a run that has nothing to do with it."""

import pytest

from cockpit.analysis.schema_migration import write_migration
from cockpit.deploy.session import Session
from cockpit.model.event import Event, Noted
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import EventKind
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

ORDERS = """
CREATE TABLE orders (id int PRIMARY KEY, total int, note text);
CREATE TABLE old (id int PRIMARY KEY, name text);
CREATE TYPE mood AS ENUM ('calm', 'cross');
"""
BY_HAND = """
ALTER TABLE orders ADD COLUMN vip boolean;
ALTER TABLE orders ALTER total TYPE bigint;
CREATE INDEX by_total ON orders (total);
"""
ALL_OF_IT = [
    "added column public.orders.vip",
    "added index public.by_total",
    "changed column public.orders.total",
]


@pytest.fixture
def applied(project: Project, open_here: OpenSession) -> OpenSession:
    """A database with a schema that a run has left; opens sessions on it."""
    project.native("001", "orders", ORDERS, "DROP TABLE orders, old; DROP TYPE mood;")
    project.commit()
    assert run(open_here()).outcome == "done"
    return open_here


def drift(session: Session) -> list[str]:
    """Sorted, as `added column public.orders.vip`; fails where nothing was compared."""
    changes = session.look().schema_drift
    assert changes is not None
    return sorted(f"{change.alteration} {change.object.label}" for change in changes)


def migrate(project: Project, session: Session, sql: str, down: str = "SELECT 1;") -> list[str]:
    """Apply one more migration; what the run said beside its steps."""
    project.native("002", "more", sql, down)
    project.commit()
    heard: list[Event] = []
    assert run(session, events=heard).outcome == "done"
    return [event.text for event in heard if isinstance(event, Noted)]


def test_a_run_leaves_what_it_did_not_touch_as_drift_and_says_so(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(BY_HAND)
    session = applied()
    said = migrate(project, session, "CREATE TABLE more (id int);")
    assert drift(session) == ALL_OF_IT
    assert drift(applied()) == ALL_OF_IT
    [words] = [words for words in said if "Changed by hand" in words]
    assert "not meant after this run either" in words
    assert "added index public.by_total" in words
    started = tuple(e for e in session.events() if e.event is EventKind.RUN_STARTED)
    assert sorted(started[0].detail["schema_drift"]) == ALL_OF_IT


def test_every_run_after_it_keeps_it_too(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(BY_HAND)
    session = applied()
    migrate(project, session, "CREATE TABLE more (id int);", "DROP TABLE more;")
    assert run(session, Goal(Action.ROLLBACK)).outcome == "done"
    assert drift(session) == ALL_OF_IT
    assert run(applied()).outcome == "done"
    assert drift(applied()) == ALL_OF_IT


def test_a_run_that_failed_keeps_it_too(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(BY_HAND)
    project.native("002", "bad", "CREATE INDEX IF NOT EXISTS by_total ON orders (total);SELECT 1/0")
    project.commit()
    assert run(applied()).outcome == "failed"
    assert drift(applied()) == ALL_OF_IT


@pytest.mark.parametrize(
    ("by_hand", "migration", "left", "taken"),
    [
        ("CREATE INDEX hot ON orders (total)", "CREATE INDEX IF NOT EXISTS hot ON orders (total)",
         [], ["added index public.hot"]),
        ("CREATE TABLE hot (a int)", "CREATE TABLE IF NOT EXISTS hot (a int)",
         [], ["added table public.hot", "added column public.hot.a"]),
        ("ALTER TABLE orders ADD old int REFERENCES old, ADD CONSTRAINT own CHECK (total > 0)",
         "ALTER TABLE orders ADD COLUMN IF NOT EXISTS old int REFERENCES old",
         ["added constraint own on public.orders"],
         ["added column public.orders.old", "added constraint orders_old_fkey"]),
        ("DROP TABLE old", "DROP TABLE IF EXISTS old", [], ["dropped table public.old"]),
        ("ALTER TABLE orders ADD vip int, ADD hot int",
         "ALTER TABLE orders ADD COLUMN IF NOT EXISTS vip int",
         ["added column public.orders.hot"], ["added column public.orders.vip"]),
        ("ALTER TABLE orders ALTER total TYPE bigint", "ALTER TABLE orders RENAME total TO amount",
         [], ["changed column public.orders.total"]),
        ("ALTER TABLE orders ADD vip int", "ALTER TABLE orders RENAME TO sales",
         [], ["added column public.orders.vip, now column public.sales.vip"]),
        ("ALTER TYPE mood ADD VALUE 'glad'", "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad'",
         [], ["changed type public.mood"]),
    ],
)  # fmt: skip
def test_what_a_migration_speaks_of_is_meant_from_then_on_and_named(
    project: Project,
    applied: OpenSession,
    fresh_database: Database,
    by_hand: str,
    migration: str,
    left: list[str],
    taken: list[str],
) -> None:
    fresh_database.execute(by_hand)
    session = applied()
    said = migrate(project, session, f"{migration};")
    assert drift(session) == left
    [words] = [words for words in said if "meant from now on" in words]
    for one in taken:
        assert one in words
    ended = next(e for e in session.events() if e.event is EventKind.RUN_FINISHED)
    for one in taken:
        assert one in ", ".join(ended.detail["schema_taken"])


@pytest.mark.parametrize(
    ("by_hand", "migration"),
    [
        ("CREATE TABLE hot (a int)", "DROP TABLE hot"),
        ("ALTER TABLE old DROP COLUMN name", "DROP TABLE old"),
        ("ALTER TABLE orders DROP COLUMN note", "ALTER TABLE orders ADD COLUMN note text"),
        ("ALTER TABLE orders ALTER total TYPE bigint", "ALTER TABLE orders ALTER total TYPE int"),
    ],
)
def test_what_a_migration_puts_right_is_no_drift_and_nothing_to_tell(
    project: Project,
    applied: OpenSession,
    fresh_database: Database,
    by_hand: str,
    migration: str,
) -> None:
    fresh_database.execute(by_hand)
    session = applied()
    said = migrate(project, session, f"{migration};")
    assert drift(session) == []
    assert drift(applied()) == []
    assert not [words for words in said if "by hand" in words]


def test_of_one_object_only_what_the_run_left_as_it_was_stays_drift(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("ALTER TABLE orders SET (fillfactor = 70), ENABLE ROW LEVEL SECURITY")
    session = applied()
    migrate(project, session, "DO $$ BEGIN EXECUTE 'ALTER TABLE orders SET (fillfactor=80)'; END$$")
    [change] = session.look().schema_drift or ()
    assert change.parts == ("row security",)


def test_drift_written_as_a_migration_and_applied_is_drift_no_more(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(
        BY_HAND
        + "CREATE TYPE size AS ENUM ('s'); CREATE TABLE hot (id serial PRIMARY KEY, s size);"
        "ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES hot; CREATE SEQUENCE numbers"
    )
    session = applied()
    changes = session.look().schema_drift or ()
    written = write_migration(changes)
    assert (len(changes), written.left_out) == (7, ())
    migrate(project, session, ";\n".join(written.up))
    assert drift(session) == []


def test_what_was_settled_is_meant_and_nothing_else_with_it(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("ALTER TABLE orders ADD vip int, ADD hot int")
    project.native("002", "more", "ALTER TABLE orders ADD vip int;", "SELECT 1;")
    project.commit()
    session = applied()
    session.arm(session.look().standpoint.name)
    session.settle(session.settlement("002"))
    assert drift(applied()) == ["added column public.orders.hot"]
