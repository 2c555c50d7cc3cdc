"""Tweaks by hand, told from what migrations did."""

import json
from datetime import UTC, datetime, timedelta
from threading import Condition

import pytest

from cockpit.analysis.schema_drift import schema_changes
from cockpit.deploy.session import Session
from cockpit.model.event import Event
from cockpit.model.goal import Action, Goal
from cockpit.model.schema import Alteration, SchemaObject, Snapshot
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

USERS = """
CREATE TABLE users (id bigserial PRIMARY KEY, name text NOT NULL, age int CHECK (age > 0));
CREATE INDEX users_name ON users (name);
CREATE VIEW adults AS SELECT id, name FROM users WHERE age >= 18;
CREATE FUNCTION double(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE TABLE logs (at date NOT NULL, words text) PARTITION BY RANGE (at);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE INDEX ON logs (at);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER note BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int, customer int REFERENCES customers);
"""


@pytest.fixture
def applied(project: Project, open_here: OpenSession) -> OpenSession:
    """A database with a schema that a run has left; opens sessions on it."""
    project.native("001", "users", USERS, "DROP VIEW adults; DROP TABLE users;")
    project.commit()
    first = open_here()
    assert run(first).outcome == "done"
    return open_here


def changes(session: Session) -> list[str]:
    """Alterations as `added column public.users.phone`, from a look; fails where none is made."""
    board = session.look()
    assert board.schema_drift is not None, board.schema_unchecked
    return [f"{change.alteration} {change.object.label}" for change in board.schema_drift]


def test_a_schema_nobody_touched_has_no_drift(applied: OpenSession) -> None:
    assert changes(applied()) == []


def test_nothing_is_claimed_before_a_run_has_recorded_the_schema(
    project: Project, session: Session
) -> None:
    project.native("001", "users", USERS)
    project.commit()
    board = session.look()
    assert (board.schema_drift, board.schema_checked) == (None, None)
    assert "No run has recorded the schema" in board.schema_unchecked


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ALTER TABLE users ADD COLUMN phone text", ["added column public.users.phone"]),
        ("ALTER TABLE users DROP COLUMN name CASCADE",
         ["dropped view public.adults", "dropped column public.users.name",
          "dropped index public.users_name"]),
        ("ALTER TABLE users ALTER name DROP NOT NULL", ["changed column public.users.name"]),
        ("ALTER TABLE users ALTER age SET DEFAULT 1", ["changed column public.users.age"]),
        ("CREATE INDEX by_age ON users (age)", ["added index public.by_age"]),
        ("DROP INDEX users_name", ["dropped index public.users_name"]),
        ("CREATE OR REPLACE FUNCTION double(n int) RETURNS int LANGUAGE sql AS 'SELECT n + n'",
         ["changed function public.double(n integer)"]),
        ("CREATE OR REPLACE VIEW adults AS SELECT id, name FROM users WHERE age >= 21",
         ["changed view public.adults"]),
        ("CREATE TABLE hotfix (id int PRIMARY KEY, note text)", ["added table public.hotfix"]),
        ("DROP TABLE users CASCADE", ["dropped view public.adults", "dropped table public.users"]),
        ("ALTER TYPE mood ADD VALUE 'glad'", ["changed type public.mood"]),
        ("ALTER TABLE users ENABLE ROW LEVEL SECURITY", ["changed table public.users"]),
        ("CREATE POLICY own ON users USING (id = 1)", ["added policy own on public.users"]),
        ("ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '') NOT VALID",
         ["added constraint named on public.users"]),
        ("ALTER TABLE users SET (autovacuum_enabled = off)", ["changed table public.users"]),
        ("CREATE SCHEMA billing", ["added schema billing"]),
        ("CREATE SEQUENCE numbers", ["added sequence public.numbers"]),
        ("ALTER TABLE orders DISABLE TRIGGER ALL",
         ["changed constraint orders_customer_fkey on public.orders"]),
        ("ALTER TABLE users DISABLE TRIGGER note", ["changed trigger note on public.users"]),
    ],
)  # fmt: skip
def test_a_change_by_hand_is_named(
    applied: OpenSession, fresh_database: Database, statement: str, expected: list[str]
) -> None:
    fresh_database.execute(statement)
    assert sorted(changes(applied())) == sorted(expected)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO users (name, age) VALUES ('ana', 30)",
        "GRANT SELECT ON users TO PUBLIC",
        "COMMENT ON TABLE users IS 'people'",
        "CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
        "DROP TABLE logs_1",
        "CREATE EXTENSION IF NOT EXISTS plpgsql",
        "ANALYZE users",
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY)",
        "ALTER DATABASE {database} SET timezone = 'Asia/Tokyo'",
        "ALTER DATABASE {database} SET search_path = pg_catalog",
    ],
)
def test_what_happens_by_rights_is_no_drift(
    applied: OpenSession, fresh_database: Database, statement: str
) -> None:
    fresh_database.execute(statement.format(database=fresh_database.name))
    assert changes(applied()) == []


def test_a_table_that_came_tells_its_columns_within_it(
    applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE hotfix (id serial PRIMARY KEY, note text)")
    drift = applied().look().schema_drift
    assert drift is not None
    [change] = drift
    inner = sorted(f"{one.kind} {one.object.name}" for one in change.within)
    assert inner == [
        "column id", "column note", "constraint hotfix_pkey", "sequence public.hotfix_id_seq",
    ]  # fmt: skip


def test_both_definitions_of_a_changed_object_are_kept(
    applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("ALTER TABLE logs ALTER words TYPE varchar(80)")
    drift = applied().look().schema_drift
    assert drift is not None
    changed = next(change for change in drift if change.kind == "column")
    assert changed.before is not None
    assert changed.after is not None
    assert changed.parts == ("type",)
    assert changed.before.parts["type"] == "text"
    assert changed.after.parts["type"] == "character varying(80)"


def test_a_run_that_failed_midway_accounts_for_what_it_kept(
    project: Project, applied: OpenSession
) -> None:
    project.native("002", "more", "CREATE TABLE more (id int);", "DROP TABLE more;")
    project.native("003", "bad", "SELECT 1 / 0;")
    project.commit()
    session = applied()
    assert run(session).outcome == "failed"
    assert changes(applied()) == []


def test_a_rollback_records_the_schema_too(project: Project, applied: OpenSession) -> None:
    project.native("002", "more", "CREATE TABLE more (id int);", "DROP TABLE more;")
    project.commit()
    run(applied())
    assert run(applied(), Goal(Action.ROLLBACK)).outcome == "done"
    assert changes(applied()) == []


def test_an_unprivileged_role_sees_the_drift(
    applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(
        "DROP ROLE IF EXISTS onlooker; CREATE ROLE onlooker;"
        "GRANT USAGE ON SCHEMA cockpit TO onlooker;"
        "GRANT SELECT ON ALL TABLES IN SCHEMA cockpit TO onlooker;"
        "REVOKE ALL ON SCHEMA public FROM PUBLIC;"
        "ALTER TABLE users ADD COLUMN phone text"
    )
    fresh_database.execute(f"ALTER DATABASE {fresh_database.name} SET role = 'onlooker'")
    try:
        session = applied()
        board = session.look()
        assert board.identity is not None
        assert board.identity.role == "onlooker"
        assert changes(session) == ["added column public.users.phone"]
    finally:
        fresh_database.execute("SET ROLE NONE; DROP OWNED BY onlooker; DROP ROLE onlooker")


def test_a_role_that_may_not_read_the_snapshot_is_told_so(
    applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(
        "DROP ROLE IF EXISTS outsider; CREATE ROLE outsider;"
        "GRANT USAGE ON SCHEMA cockpit TO outsider;"
        "GRANT SELECT ON cockpit.ledger, cockpit.environment TO outsider"
    )
    fresh_database.execute(f"ALTER DATABASE {fresh_database.name} SET role = 'outsider'")
    try:
        board = applied().look()
        assert board.schema_drift is None
        assert "GRANT SELECT ON cockpit.schema_snapshot" in board.schema_unchecked
        assert board.history is not None
    finally:
        fresh_database.execute("SET ROLE NONE; DROP OWNED BY outsider; DROP ROLE outsider")


def test_a_snapshot_changed_by_hand_is_not_believed(
    applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("UPDATE cockpit.schema_snapshot SET content = '\\x00'")
    board = applied().look()
    assert board.schema_drift is None
    assert "changed by hand" in board.schema_unchecked


def test_looks_that_follow_at_once_repeat_the_comparison(
    applied: OpenSession, fresh_database: Database
) -> None:
    session = applied()
    first = session.look()
    fresh_database.execute("CREATE TABLE hotfix (id int)")
    again = session.look()
    assert again.schema_drift == ()
    assert again.schema_checked == first.schema_checked
    assert changes(applied()) == ["added table public.hotfix"]


class Later:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The hand-set time."""
        return self.moment

    def monotonic(self) -> float:
        """The same in seconds."""
        return self.moment.timestamp()

    def wait(self, condition: Condition, seconds: float) -> None:
        """Not at all."""


def test_half_a_minute_later_the_schema_is_compared_anew(
    applied: OpenSession, fresh_database: Database
) -> None:
    clock = Later()
    session = applied(clock=clock)
    assert changes(session) == []
    fresh_database.execute("CREATE TABLE hotfix (id int)")
    clock.moment += timedelta(seconds=31)
    assert changes(session) == ["added table public.hotfix"]


def test_what_a_run_has_just_recorded_is_not_read_again_until_it_is_old(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    clock = Later()
    session = applied(clock=clock)
    project.native("002", "more", "CREATE TABLE more (id int)")
    project.commit()
    assert run(session).outcome == "done"
    fresh_database.execute("ALTER TABLE users ADD COLUMN phone text")
    board = session.look()
    assert (board.schema_drift, board.schema_checked) == ((), clock.moment)
    clock.moment += timedelta(seconds=31)
    assert changes(session) == ["added column public.users.phone"]


def test_the_ledger_names_the_digest_of_the_schema(
    applied: OpenSession, fresh_database: Database
) -> None:
    [(detail,)] = fresh_database.execute(
        "SELECT detail FROM cockpit.ledger WHERE event = 'run finished'"
    )
    kept = fresh_database.execute("SELECT digest FROM cockpit.schema_snapshot")
    assert kept == [(detail["schema"],)]
    assert json.dumps(detail)


def test_a_run_that_is_held_leaves_the_schema_accounted_for(
    project: Project, applied: OpenSession
) -> None:
    project.write(
        "002_gate.sql",
        "-- migrate:up phase:expand\nCREATE TABLE more (id int);\n"
        '-- migrate:up phase:contract gate:"all is well"\nDROP TABLE more;\n',
    )
    project.commit()
    session = applied()
    session.arm(session.look().standpoint.name)
    held: list[Event] = []
    deployment = session.start(session.plan(Goal(Action.APPLY)), held.append, stepwise=False)
    deployment.hold()
    assert deployment.join(60) is not None
    assert changes(applied()) == []


def test_alterations_are_told_from_each_other(
    applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("DROP FUNCTION double; CREATE TABLE hotfix (id int)")
    drift = applied().look().schema_drift
    assert drift is not None
    assert {change.alteration for change in drift} == {Alteration.ADDED, Alteration.DROPPED}


def test_a_snapshot_that_does_not_know_whether_keys_are_enforced_claims_nothing_of_it(
    applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("ALTER TABLE orders DISABLE TRIGGER ALL")
    snapshot = applied().schema()
    key = ("constraint", "public.orders", "orders_customer_fkey")
    assert snapshot.objects[key].parts["enforced"] == "no"
    known = {name: part for name, part in snapshot.objects[key].parts.items() if name != "enforced"}
    earlier = {**snapshot.objects, key: SchemaObject(*key, known)}
    assert schema_changes(Snapshot(snapshot.server, earlier), snapshot) == ()
