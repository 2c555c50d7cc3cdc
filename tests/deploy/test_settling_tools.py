"""Repair by evidence on other tools' own rows: what they read afterwards is what they would write.

dbmate runs for real where it is installed; the rows of the others are written as their sources do.
"""

import pytest

from cockpit.deploy.session import Session
from cockpit.errors import Refused
from cockpit.model.diagnosis import Presence
from cockpit.model.settlement import Found
from cockpit.model.state import State
from cockpit.sql.statements import split
from cockpit.tools import flyway, goose, prisma, sqlx
from tests.databases import Database
from tests.deploy.conftest import run
from tests.projects import FOLDER, Project
from tests.tools.real_tools import Dbmate

UP = "CREATE TABLE a ();\nCREATE TABLE b ();"


def settled(session: Session, version: str, said: Found | None = None) -> None:
    session.arm(None)
    session.settle(session.settlement(version, said))


def state(session: Session, version: str) -> State:
    return next(s.state for s in session.look().standings if s.version == version)


def apply_by_hand(database: Database, sql: str) -> None:
    for statement in split(sql, path="by hand"):
        database.execute(statement.sql)


def test_dbmate_takes_over_what_was_finished_by_hand(
    project: Project, session: Session, fresh_database: Database
) -> None:
    dbmate = Dbmate()
    if not dbmate.installed:
        pytest.skip("dbmate is not installed here")
    project.native("001", "first", "CREATE TABLE first ();", "DROP TABLE first;")
    dbmate.up(project, fresh_database)
    script = f"{UP}\nCREATE INDEX i ON nowhere (id);"
    project.native("002", "second", script, "DROP TABLE a, b;", "transaction:false")
    project.commit()
    with pytest.raises(AssertionError, match="nowhere"):
        dbmate.up(project, fresh_database)
    # One string of several statements: dbmate sends it as one implicit transaction.
    assert fresh_database.execute("SELECT to_regclass('a')") == [(None,)]
    apply_by_hand(fresh_database, "CREATE TABLE a ();")
    assert state(session, "002") is State.PENDING
    assert "half applied" in session.settlement("002").refusals[0]
    apply_by_hand(
        fresh_database, "CREATE TABLE b (); CREATE TABLE nowhere (id int);"
        "CREATE INDEX i ON nowhere (id);",
    )  # fmt: skip
    settled(session, "002")
    assert dbmate.history(fresh_database) == [("001",), ("002",)]
    assert "Applying" not in dbmate.up(project, fresh_database)
    assert state(session, "002") is State.UNVERIFIED


FAILED_FLYWAY = """
INSERT INTO flyway_schema_history
  (installed_rank, version, description, type, script, checksum, installed_by, execution_time,
   success)
VALUES (1, '1', 'two', 'SQL', 'V1__two.sql', %s, current_user, 5, %s)
"""


def flyway_project(project: Project, database: Database) -> None:
    project.write("V1__two.sql", UP)
    project.write("U1__two.sql", "DROP TABLE a, b;")
    project.commit()
    columns = flyway.Flyway().table.create
    database.execute(f"CREATE TABLE flyway_schema_history {columns}")
    database.execute(FAILED_FLYWAY, flyway.checksum(UP), False)


@pytest.mark.parametrize("there", [True, False])
def test_flyway_s_failed_row(
    there: bool, project: Project, session: Session, fresh_database: Database
) -> None:
    flyway_project(project, fresh_database)
    assert state(session, "1") is State.FAILED
    if there:
        apply_by_hand(fresh_database, UP)
    settled(session, "1")
    rows = fresh_database.execute("SELECT version, success FROM flyway_schema_history")
    assert rows == ([("1", True)] if there else [])
    assert state(session, "1") is (State.APPLIED if there else State.PENDING)
    assert there or run(session).outcome == "done"


@pytest.mark.parametrize("there", [True, False])
def test_prisma_s_failed_row(
    there: bool, project: Project, session: Session, fresh_database: Database
) -> None:
    folder = project.root / FOLDER / "20240101000000_two"
    folder.mkdir()
    (folder / "migration.sql").write_text(UP)
    project.commit()
    table = prisma.Prisma().table
    fresh_database.execute(f"CREATE TABLE {table.name} {table.create}")
    fresh_database.execute(
        f"INSERT INTO {table.name} (id, checksum, migration_name, logs) VALUES ('x', %s, %s, 'no')",
        prisma.checksum(UP.encode()), folder.name,
    )  # fmt: skip
    assert state(session, folder.name) is State.FAILED
    if there:
        apply_by_hand(fresh_database, UP)
    settled(session, folder.name)
    rows = fresh_database.execute(
        f"SELECT finished_at IS NOT NULL, rolled_back_at IS NOT NULL FROM {table.name} ORDER BY 1"
    )
    assert rows == ([(False, True), (True, False)] if there else [(False, True)])
    assert state(session, folder.name) is (State.APPLIED if there else State.PENDING)


@pytest.mark.parametrize("there", [True, False])
def test_sqlx_s_failed_row(
    there: bool, project: Project, session: Session, fresh_database: Database
) -> None:
    project.write("1_two.sql", UP)
    project.commit()
    table = sqlx.Sqlx().table
    fresh_database.execute(f"CREATE TABLE {table.name} {table.create}")
    fresh_database.execute(
        f"INSERT INTO {table.name} VALUES (1, 'two', now(), false, decode(%s, 'hex'), -1)",
        sqlx.checksum(UP.encode()),
    )
    assert state(session, "1") is State.FAILED
    if there:
        apply_by_hand(fresh_database, UP)
    settled(session, "1")
    rows = fresh_database.execute(f"SELECT version, success FROM {table.name}")
    assert rows == ([(1, True)] if there else [])


def test_an_older_version_that_is_gone_is_told_beside_golang_migrate_s_one_row(
    project: Project, session: Session, fresh_database: Database
) -> None:
    for number in "12":
        project.pair(number, "t", f"CREATE TABLE t{number} ();", f"DROP TABLE t{number};")
    project.commit()
    fresh_database.execute(
        "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean "
        "NOT NULL); INSERT INTO schema_migrations VALUES (2, false); CREATE TABLE t2 ()"
    )
    settled(session, "1")
    assert fresh_database.execute("SELECT * FROM schema_migrations") == [(2, False)]
    assert state(session, "1") is State.ROLLED_BACK
    assert state(session, "2") is State.UNVERIFIED


def test_a_history_that_does_not_take_the_word_keeps_everything_as_it_was(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "two", UP, "DROP TABLE a, b;")
    project.commit()
    fresh_database.execute(
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
        "CREATE RULE deaf AS ON INSERT TO schema_migrations DO INSTEAD NOTHING"
    )
    apply_by_hand(fresh_database, UP)
    session.arm(None)
    with pytest.raises(Refused, match="dbmate's history has no way to say that 001 is applied"):
        session.settle(session.settlement("001"))
    assert state(session, "001") is State.PENDING
    assert session.look().unfinished is None


GOOSE = """-- +goose NO TRANSACTION
-- +goose Up
CREATE TABLE a ();
CREATE TABLE b ();
-- +goose Down
DROP TABLE b;
DROP TABLE a;
"""


def test_a_half_apply_that_left_no_row_is_found_and_can_be_settled(
    project: Project, session: Session, fresh_database: Database
) -> None:
    """goose writes nothing when a file without a transaction fails half way."""
    project.write("1_two.sql", GOOSE)
    project.write("2_three.sql", "-- +goose Up\nCREATE TABLE c ();\n-- +goose Down\nDROP TABLE c;")
    project.commit()
    table = goose.Goose().table
    fresh_database.execute(f"CREATE TABLE {table.name} {table.create}")
    fresh_database.execute(f"INSERT INTO {table.name} (version_id, is_applied) VALUES (0, true)")
    assert session.diagnose() == ()
    fresh_database.execute("CREATE TABLE a ()")
    assert state(session, "1") is State.PENDING
    (found,) = session.diagnose()
    assert (found.version, found.verdict) == ("1", Presence.HALF)
    assert "half applied" in session.settlement("1").refusals[0]
    fresh_database.execute("CREATE TABLE b ()")
    settled(session, "1")
    newest = f"SELECT version_id FROM {table.name} WHERE is_applied ORDER BY id DESC LIMIT 1"
    assert fresh_database.execute(newest) == [(1,)]
    assert session.diagnose() == ()
