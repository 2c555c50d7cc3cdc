"""Repair by evidence: the catalog decides, and nothing is written where it cannot."""

import pytest

from cockpit.deploy.session import Session
from cockpit.errors import Protected, Refused, StalePlan, UsageError
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger_chain import first_break
from cockpit.model.ledger_event import EventKind
from cockpit.model.settlement import Found
from cockpit.model.state import State
from cockpit.model.target import Environment
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

DIRTY = (
    "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)"
)
ROW = "SELECT version, dirty FROM schema_migrations"


def three(project: Project, database: Database, row: str) -> None:
    """golang-migrate's files and its one row, as `SetVersion` leaves it."""
    for number in "123":
        project.pair(number, "t", f"CREATE TABLE t{number} (id int);", f"DROP TABLE t{number};")
    project.commit()
    database.execute(DIRTY)
    database.execute(f"INSERT INTO schema_migrations VALUES ({row})")


def tables(database: Database, *numbers: str) -> None:
    for number in numbers:
        database.execute(f"CREATE TABLE t{number} (id int)")


def settled(session: Session, version: str, said: Found | None = None) -> None:
    session.arm(session.look().standpoint.name)
    session.settle(session.settlement(version, said), reason="INC-42")


def states(session: Session) -> dict[str, State]:
    return {standing.version: standing.state for standing in session.look().standings}


def test_a_false_dirty_flag_is_cleared_to_the_version_before(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three(project, fresh_database, "2, true")
    tables(fresh_database, "1")
    made = session.settlement("2")
    assert made.conclusive
    assert [part.found for part in made.parts] == [Found.PENDING, Found.PENDING]
    assert "golang-migrate's history: version 1, clean" in made.writes[0]
    settled(session, "2")
    assert fresh_database.execute(ROW) == [(1, False)]
    assert states(session) == {
        "1": State.UNVERIFIED, "2": State.PENDING, "3": State.PENDING,
    }  # fmt: skip
    assert run(session).outcome == "done"
    assert fresh_database.execute(ROW) == [(3, False)]


def test_a_dirty_flag_over_what_is_all_there_is_cleared_where_it_stands(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three(project, fresh_database, "2, true")
    tables(fresh_database, "1", "2")
    settled(session, "2")
    assert fresh_database.execute(ROW) == [(2, False)]
    found = states(session)
    assert found == {"1": State.UNVERIFIED, "2": State.UNVERIFIED, "3": State.PENDING}
    (standing,) = [s for s in session.look().standings if s.version == "2"]
    assert "Settled by evidence" in standing.why


def test_a_way_down_that_failed_whole_leaves_the_newer_version(
    project: Project, session: Session, fresh_database: Database
) -> None:
    """golang-migrate going down from 3 writes 2, dirty, before it runs the file."""
    three(project, fresh_database, "2, true")
    tables(fresh_database, "1", "2", "3")
    settled(session, "2")
    assert fresh_database.execute(ROW) == [(3, False)]
    assert set(states(session).values()) == {State.UNVERIFIED}


def test_the_first_version_s_way_up_that_failed_leaves_no_row(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three(project, fresh_database, "1, true")
    settled(session, "1")
    assert fresh_database.execute(ROW) == []
    assert set(states(session).values()) == {State.PENDING}


def test_a_true_half_apply_is_refused_and_named(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.pair("1", "two", "CREATE TABLE a ();\nCREATE TABLE b ();", "DROP TABLE a, b;")
    project.commit()
    fresh_database.execute(DIRTY)
    fresh_database.execute("INSERT INTO schema_migrations VALUES (1, true)")
    fresh_database.execute("CREATE TABLE a ()")
    made = session.settlement("1")
    assert not made.conclusive
    assert "what line 1 leaves is there, what line 2 leaves is not" in made.refusals[0]
    session.arm(None)
    with pytest.raises(Refused, match="half applied"):
        session.settle(made)
    assert fresh_database.execute(ROW) == [(1, True)]
    assert session.events() == ()


def test_the_operator_s_word_counts_only_where_the_catalog_is_silent(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.pair("1", "rows", "INSERT INTO things VALUES (1);", "DELETE FROM things;")
    project.pair("2", "t", "CREATE TABLE t2 ();", "DROP TABLE t2;")
    project.commit()
    fresh_database.execute("CREATE TABLE things (id int)")
    fresh_database.execute(DIRTY)
    fresh_database.execute("INSERT INTO schema_migrations VALUES (1, true)")
    made = session.settlement("1")
    assert "leaves nothing to look for" in made.refusals[0]
    assert "--as applied" in made.refusals[0]
    settled(session, "1", Found.APPLIED)
    assert fresh_database.execute(ROW) == [(1, False)]
    assert states(session)["2"] is State.PENDING


def test_an_invalid_index_is_no_proof_of_anything(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.pair("1", "i", "CREATE UNIQUE INDEX CONCURRENTLY i ON things (id);", "DROP INDEX i;")
    project.commit()
    fresh_database.execute("CREATE TABLE things AS SELECT 1 AS id UNION ALL SELECT 1")
    fresh_database.execute(DIRTY)
    fresh_database.execute("INSERT INTO schema_migrations VALUES (1, true)")
    assert run_by_hand(fresh_database, "CREATE UNIQUE INDEX CONCURRENTLY i ON things (id)")
    made = session.settlement("1")
    assert "INVALID" in made.refusals[0]


def run_by_hand(database: Database, sql: str) -> bool:
    """True when the server refused it."""
    import psycopg

    with psycopg.connect(database.dsn, autocommit=True) as connection:
        try:
            connection.execute(sql.encode())
        except psycopg.Error:
            return True
    return False


def test_what_was_finished_by_hand_is_recorded_in_the_ledger(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native(
        "001", "two", "CREATE TABLE a ();\nCREATE INDEX CONCURRENTLY i ON nowhere (id);",
        "DROP TABLE nowhere, a;", "transaction:false",
    )  # fmt: skip
    project.commit()
    assert run(session).outcome == "failed"
    assert session.settlement("001").refusals
    fresh_database.execute("CREATE TABLE nowhere (id int)")
    fresh_database.execute("CREATE INDEX i ON nowhere (id)")
    settled(session, "001")
    assert states(session) == {"001": State.APPLIED}
    events = session.events()
    assert first_break(tuple(events)[::-1]) is None
    (event,) = [e for e in events if e.event is EventKind.SETTLED]
    assert event.detail["evidence"].startswith("001: what 2 of 2 statements leave is there")
    assert run(session, Goal(Action.ROLLBACK)).outcome == "done"


def test_what_somebody_took_back_by_hand_is_pending_again(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "a", "CREATE TABLE a ();", "DROP TABLE a;")
    project.commit()
    run(session)
    fresh_database.execute("DROP TABLE a")
    settled(session, "001")
    assert states(session) == {"001": State.ROLLED_BACK}
    assert run(session).outcome == "done"
    assert states(session) == {"001": State.APPLIED}


def test_phases_that_are_there_are_told_from_those_that_are_not(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.write(
        "001_note.sql",
        "-- migrate:up phase:expand\nCREATE TABLE a ();\n"
        '-- migrate:up phase:contract gate:"sure?"\nCREATE TABLE b ();\n'
        "-- migrate:down phase:contract\nDROP TABLE b;\n"
        "-- migrate:down phase:expand\nDROP TABLE a;\n",
    )
    project.commit()
    fresh_database.execute("CREATE TABLE a ()")
    settled(session, "001")
    (standing,) = session.look().standings
    assert standing.state is State.PARTIAL
    assert standing.record is not None
    assert standing.record.done == ("expand",)
    assert [p.phase for p in session.plan(Goal(Action.APPLY)).phases] == ["contract"]


def test_what_a_later_migration_changed_again_proves_nothing(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "a", "CREATE TABLE a (id int);", "DROP TABLE a;")
    project.native("002", "b", "DROP TABLE a;", "CREATE TABLE a (id int);")
    project.commit()
    run(session)
    made = session.settlement("001")
    assert not made.conclusive
    assert "catalog cannot tell" in made.refusals[0]


def test_what_a_pending_one_would_make_first_is_not_gone_because_of_this_one(
    project: Project, session: Session
) -> None:
    project.native("001", "a", "CREATE TABLE a (id int);", "DROP TABLE a;")
    project.native("002", "b", "DROP TABLE a;", "CREATE TABLE a (id int);")
    project.commit()
    assert session.diagnose() == ()
    assert "catalog cannot tell" in session.settlement("002").refusals[0]


def test_if_not_exists_proves_nothing_when_it_is_there(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "a", "CREATE TABLE IF NOT EXISTS a (id int);", "DROP TABLE a;")
    project.commit()
    fresh_database.execute("CREATE TABLE a (id int)")
    made = session.settlement("001")
    assert "catalog cannot tell" in made.refusals[0]
    fresh_database.execute("DROP TABLE a")
    assert session.settlement("001").parts[0].found is Found.PENDING


def test_nothing_is_written_when_the_history_says_the_same(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "a", "CREATE TABLE a ();", "DROP TABLE a;")
    project.commit()
    run(session)
    assert "says the very same" in session.settlement("001").refusals[0]


def test_it_is_refused_when_the_catalog_moved_since_it_was_shown(
    project: Project, session: Session, fresh_database: Database
) -> None:
    three(project, fresh_database, "2, true")
    tables(fresh_database, "1")
    made = session.settlement("2")
    tables(fresh_database, "2")
    session.arm(None)
    with pytest.raises(StalePlan, match="is not what is found now"):
        session.settle(made)
    assert fresh_database.execute(ROW) == [(2, True)]


def test_it_needs_a_grant_and_a_version_that_somebody_knows(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    three(project, fresh_database, "2, true")
    tables(fresh_database, "1")
    session = open_here(environment=Environment.PRODUCTION)
    made = session.settlement("2")
    with pytest.raises(Protected):
        session.settle(made)
    with pytest.raises(UsageError, match="No migration has the version 9"):
        session.settlement("9")
