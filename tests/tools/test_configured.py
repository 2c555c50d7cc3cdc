"""A history that is not in the usual place: said by the operator, or by the tool's own settings."""

import pytest

from cockpit.deploy.session import Session
from cockpit.errors import UsageError
from cockpit.model.goal import Action, Goal
from cockpit.model.state import State
from cockpit.tools.configured import kept_in, place_named, place_of, table_words
from cockpit.tools.registry import TOOLS, tool_named
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import FOLDER, Project
from tests.tools.real_tools import CHANGES, Dbmate, Sqitch, url


def states(session: Session) -> list[State]:
    board = session.look()
    assert (board.database_error, board.source_error, board.problems) == ("", "", ())
    return [standing.state for standing in board.standings]


SETTINGS = [
    ("dbmate", ".env", "A=1\nexport DBMATE_MIGRATIONS_TABLE='ops.done'\n", "ops.done"),
    ("goose", ".env", "GOOSE_TABLE=Applied\n", "applied"),
    ("flyway", "flyway.conf", "flyway.table=done\nflyway.schemas=ops,other\n", "ops.done"),
    ("flyway", "conf/flyway.toml", '[flyway]\ntable = "Done"\ndefaultSchema = "o"\n', "o.Done"),
    (
        "liquibase",
        "liquibase.properties",
        "databaseChangeLogTableName: DONE\nliquibase.liquibaseSchemaName=ops\n",
        "ops.done",
    ),
    ("sqitch", "sqitch.conf", '[engine "pg"]\n\tregistry = ops\n', "ops.changes"),
    ("sql-migrate", "dbconfig.yml", "dev:\n  dialect: postgres\n  table: done\n", "done"),
]


@pytest.mark.parametrize(("tool", "file", "text", "kept"), SETTINGS)
def test_the_tools_own_settings_are_read(tool: str, file: str, text: str, kept: str) -> None:
    here = {file: text}
    place = place_of(tool_named(tool), "db/migrations", here.get)
    assert table_words(kept_in(tool_named(tool), place)) == kept


@pytest.mark.parametrize("text", ["[flyway", "{", ": :", "\0", "flyway.table=", "a b c"])
def test_settings_that_cannot_be_read_say_nothing(text: str) -> None:
    for tool in TOOLS:
        assert place_of(tool, "db", lambda path: text).usual


def test_the_nearest_settings_count() -> None:
    here = {"db/.env": "GOOSE_TABLE=near", ".env": "GOOSE_TABLE=far"}
    assert place_of(tool_named("goose"), "db/migrations", here.get).table == "near"


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="names no table"):
        place_named("ops.")


def test_dbmate_and_the_cockpit_take_turns_on_a_table_of_their_own(
    project: Project, fresh_database: Database, open_here: OpenSession
) -> None:
    real = Dbmate()
    if not real.installed:
        pytest.skip("dbmate is not installed")
    for change in CHANGES:
        real.write(project, change)
    (project.root / ".env").write_text("DBMATE_MIGRATIONS_TABLE=ops.done\n")
    project.commit()
    table = ("--migrations-table", "ops.done")
    folder = ("--migrations-dir", FOLDER, "--no-dump-schema", "--url", url(fresh_database))
    fresh_database.execute("CREATE SCHEMA ops")
    real.run(project, *folder, *table, "migrate")
    session = open_here()
    assert session.look().tool == "dbmate"
    assert states(session) == [State.UNVERIFIED] * 3
    assert run(session, Goal(Action.ROLLBACK)).outcome == "done"
    assert fresh_database.execute("SELECT version FROM ops.done ORDER BY 1") == [("001",), ("002",)]
    real.run(project, *folder, *table, "migrate")
    assert states(session) == [State.UNVERIFIED] * 3
    assert fresh_database.execute("SELECT to_regclass('schema_migrations')") == [(None,)]


def test_sqitch_and_the_cockpit_take_turns_in_a_registry_of_another_name(
    project: Project, fresh_database: Database, open_here: OpenSession
) -> None:
    real = Sqitch()
    if not real.installed:
        pytest.skip("sqitch is not installed")
    for change in CHANGES:
        real.write(project, change)
    (project.root / "db" / "sqitch.conf").write_text(
        '[core]\n\tengine = pg\n[engine "pg"]\n\tregistry = ops\n'
        "[user]\n\tname = Kim\n\temail = k@e.org\n"
    )
    project.commit()
    session = open_here(folder="db")
    assert run(session).outcome == "done"
    real._say(project, fresh_database, "revert", "-y", "--to", "@HEAD^")
    assert states(session) == [State.APPLIED, State.APPLIED, State.ROLLED_BACK]
    real._say(project, fresh_database, "deploy")
    assert states(session) == [State.APPLIED] * 3
    assert fresh_database.execute("SELECT to_regnamespace('sqitch')") == [(None,)]
    who = "SELECT DISTINCT committer_name, committer_email FROM ops.events"
    assert fresh_database.execute(who) == [("Kim", "k@e.org")]


@pytest.mark.parametrize("tool", ["golang-migrate", "goose", "flyway", "sql-migrate"])
def test_the_operators_word_is_where_the_history_is_made(
    tool: str, project: Project, fresh_database: Database, open_here: OpenSession
) -> None:
    files = {
        "golang-migrate": ("1_a.up.sql", "{}"),
        "goose": ("1_a.sql", "-- +goose Up\n{}"),
        "flyway": ("V1__a.sql", "{}"),
        "sql-migrate": ("1-a.sql", "-- +migrate Up\n{}"),
    }
    name, frame = files[tool]
    project.write(name, frame.format("CREATE TABLE a (id int);"))
    project.commit()
    session = open_here(tool=tool, history_table="ops.done")
    fresh_database.execute("CREATE SCHEMA ops")
    assert run(session).outcome == "done"
    assert fresh_database.execute("SELECT count(*) > 0 FROM ops.done") == [(True,)]
    assert states(session) == [State.APPLIED]


def test_a_tool_with_one_place_only_refuses_another(
    project: Project, open_here: OpenSession
) -> None:
    project.native("1", "a", "SELECT 1;")
    session = open_here(tool="cockpit", history_table="ops.done")
    assert session.look().database_error == ""
