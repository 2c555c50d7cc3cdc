"""What the live server adds to a plan: who is in the way, and how busy the tables are."""

import psycopg

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.locks import LockMode
from cockpit.present.live_text import live_text
from tests.databases import Database
from tests.deploy.conftest import run
from tests.projects import Project


def planned(project: Project, session: Session) -> None:
    project.native("001", "orders", "CREATE TABLE orders (id int PRIMARY KEY);")
    project.commit()
    run(session)
    project.native("002", "note", "ALTER TABLE orders ADD note text;")
    project.commit()


def test_sessions_with_conflicting_locks_are_named(
    project: Project, session: Session, fresh_database: Database
) -> None:
    planned(project, session)
    with psycopg.connect(fresh_database.dsn, application_name="report-cron") as other:
        other.execute("SELECT * FROM orders")
        (orders,) = session.live(session.plan(Goal(Action.APPLY)), 0)
    assert (orders.relation, orders.mode) == ("public.orders", LockMode.ACCESS_EXCLUSIVE)
    assert [(s.application, s.holds) for s in orders.in_the_way] == [
        ("report-cron", "ACCESS SHARE")
    ]
    assert orders.statements_a_second is None
    assert "in the way" in "\n".join(live_text([orders]))


def test_traffic_is_counted(project: Project, session: Session, fresh_database: Database) -> None:
    planned(project, session)
    plan = session.plan(Goal(Action.APPLY))
    with psycopg.connect(fresh_database.dsn, autocommit=True) as writer:
        import threading
        import time

        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                writer.execute("INSERT INTO orders VALUES (%s)", (number,))
                time.sleep(0.002)

        thread = threading.Thread(target=write)
        thread.start()
        time.sleep(1.2)
        try:
            (orders,) = session.live(plan, 1.5)
        finally:
            stop.set()
            thread.join()
    assert orders.statements_a_second is not None
    assert orders.statements_a_second > 10
    assert orders.bytes is not None


def test_a_table_that_the_plan_creates_is_not_watched(project: Project, session: Session) -> None:
    project.native("001", "orders", "CREATE TABLE orders (id int);")
    project.commit()
    assert session.live(session.plan(Goal(Action.APPLY)), 0) == ()


def test_a_plan_can_be_made_while_a_table_under_a_view_is_held_exclusively(
    project: Project, session: Session, fresh_database: Database
) -> None:
    planned(project, session)
    fresh_database.execute("CREATE VIEW shown AS SELECT * FROM orders")
    with psycopg.connect(fresh_database.dsn) as holder:
        holder.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        plan = session.plan(Goal(Action.APPLY))
    assert plan.versions == ("002",)
    assert any("from the text alone" in note for note in plan.notes)


def test_whatever_the_catalog_has_is_not_called_not_there_yet(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(
        "CREATE TABLE orders (id int); CREATE VIEW names AS SELECT id FROM orders;"
        "CREATE MATERIALIZED VIEW totals AS SELECT 1 AS n; CREATE SEQUENCE numbers;"
        "CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far;"
        "CREATE FOREIGN TABLE elsewhere (id int) SERVER away;"
    )
    gone = "VIEW names", "MATERIALIZED VIEW totals", "SEQUENCE numbers", "FOREIGN TABLE elsewhere"
    project.native("001", "drop", "\n".join(f"DROP {one};" for one in gone))
    project.commit()
    live = session.live(session.plan(Goal(Action.APPLY)), 0)
    found = {relation.relation.removeprefix("public."): relation.kind for relation in live}
    assert found["names"] == "view"
    assert found["totals"] == "materialized view"
    assert found["numbers"] == "sequence"
    assert found["elsewhere"] == "foreign table"
    told = list(live_text(live))
    assert (
        "public.names: view, ACCESS EXCLUSIVE wanted by the plan, blocks reads and writes" in told
    )
    assert not [text for text in told if "not there yet" in text]


def test_what_went_since_the_plan_was_made_is_not_there(
    project: Project, session: Session, fresh_database: Database
) -> None:
    planned(project, session)
    plan = session.plan(Goal(Action.APPLY))
    fresh_database.execute("DROP TABLE orders")
    assert list(live_text(session.live(plan, 0))) == ["public.orders: not there yet"]
