"""Everybody who uses a column is found: views, statements, functions, the repository's code."""

import pytest

from cockpit.analysis.usage import subjects
from cockpit.deploy.opening import Opening
from cockpit.deploy.using import who_uses
from cockpit.embedded.server import EmbeddedServer
from cockpit.model.target import Environment
from cockpit.model.usage import Handling, Subject
from cockpit.settings.dsn import parse
from tests.databases import Database, chosen_programs, execute
from tests.deploy.conftest import OpenSession, run
from tests.projects import FOLDER, Project


@pytest.fixture
def opening(project: Project, fresh_database: Database) -> Opening:
    fresh_database.execute(
        "CREATE TABLE users (id int PRIMARY KEY, name text CHECK (name <> ''), email text);"
        "CREATE INDEX users_name ON users (name);"
        "CREATE VIEW named AS SELECT id, name FROM users;"
        "CREATE VIEW shouting AS SELECT upper(name) FROM named;"
        "CREATE VIEW mailed AS SELECT email FROM users;"
        "CREATE FUNCTION greet(int) RETURNS text LANGUAGE sql AS"
        "  'SELECT ''hi '' || name FROM users WHERE id = $1';"
        "CREATE FUNCTION rename_all() RETURNS void LANGUAGE plpgsql AS"
        "  'BEGIN UPDATE users SET name = upper(name); END'"
    )
    return Opening(project.root, FOLDER, parse(fresh_database.dsn), Environment.LOCAL)


def test_a_column_is_traced_through_catalog_functions_and_code(
    project: Project, opening: Opening
) -> None:
    project.native("1", "users", "SELECT name FROM users;")
    (project.root / "app.py").write_text(
        'import db\n\ndb.run("SELECT email FROM users")\ndb.run("SELECT u.name FROM users u")\n'
    )
    (project.root / "report.sql").write_text("-- all\nSELECT * FROM users;\n")
    project.commit()
    (usage,) = who_uses(opening, "ALTER TABLE users DROP COLUMN name")
    assert {use.who: use.handling for use in usage.uses if "statement" not in use.who} == {
        "constraint users_name_check on table public.users": Handling.GOES,
        "index public.users_name": Handling.GOES,
        "view public.named": Handling.NEEDS,
        "view public.shouting": Handling.NEEDS,
        "function public.greet": Handling.READS,
        "function public.rename_all": Handling.MAYBE,
        "app.py:4": Handling.READS,
        "report.sql:2": Handling.READS_ALL,
    }
    assert usage.not_asked == ("pg_stat_statements is not installed in this database",)


def test_a_statement_that_a_session_ran_lately_counts(
    project: Project, opening: Opening, fresh_database: Database
) -> None:
    import psycopg

    project.commit()
    with psycopg.connect(fresh_database.dsn, autocommit=True) as application:
        application.execute("SELECT name FROM users WHERE id = 7")
        (usage,) = who_uses(opening, "ALTER TABLE users RENAME name TO full_name")
    (ran,) = [use for use in usage.uses if use.who.startswith("statement")]
    assert ran.handling is Handling.READS
    assert "id = 7" in ran.sql
    assert ran.last is not None
    assert usage.subject.becomes == "full_name"


def test_what_is_dropped_or_renamed_is_read_from_the_tree() -> None:
    assert subjects(
        "DROP TABLE a, app.b; ALTER TABLE c DROP x, ADD y int; DROP FUNCTION f(int);"
        "ALTER TABLE d RENAME TO e; ALTER TYPE t RENAME TO u; CREATE TABLE n ()"
    ) == (
        Subject("table", "", "a"),
        Subject("table", "app", "b"),
        Subject("column", "", "c", "x"),
        Subject("function", "", "f"),
        Subject("table", "", "d", becomes="e"),
        Subject("type", "", "t", becomes="u"),
    )
    assert subjects("DROP TABEL a") == ()


def test_the_servers_memory_gives_calls_and_roles(project: Project) -> None:
    project.commit()
    programs = chosen_programs()
    shared = programs.folder.parent / "lib" / "pg_stat_statements.so"
    if not shared.is_file():
        pytest.skip("this PostgreSQL was built without pg_stat_statements")
    with EmbeddedServer(
        programs, settings={"shared_preload_libraries": "pg_stat_statements"}
    ) as server:
        execute(server.dsn(), "CREATE EXTENSION pg_stat_statements; CREATE TABLE users (name text)")
        for name in ("Ana", "Ben", "Eva"):
            execute(server.dsn(), "SELECT count(*) FROM users u WHERE u.name = %s", name)
        opening = Opening(project.root, FOLDER, parse(server.dsn()), Environment.LOCAL)
        (usage,) = who_uses(opening, "ALTER TABLE users DROP COLUMN name")
    (ran,) = [use for use in usage.uses if use.calls]
    assert (ran.who, ran.handling, ran.calls) == (
        "statement of role postgres", Handling.READS, 3,
    )  # fmt: skip
    assert "$1" in ran.sql
    assert usage.not_asked == ()


def handlings(opening: Opening, sql: str) -> dict[str, Handling]:
    """Of the last subject, what the catalog ties to it."""
    usage = who_uses(opening, sql)[-1]
    return {use.who: use.handling for use in usage.uses if "statement" not in use.who}


def test_what_an_earlier_statement_drops_is_no_user_when_the_column_goes(
    project: Project, opening: Opening
) -> None:
    project.commit()
    found = handlings(
        opening,
        "DROP VIEW named CASCADE; ALTER TABLE users DROP CONSTRAINT users_name_check;"
        "CREATE VIEW named AS SELECT id FROM users;"
        "ALTER TABLE users DROP COLUMN name",
    )
    assert found == {
        "view public.named": Handling.BEFORE,
        "view public.shouting": Handling.BEFORE,
        "constraint users_name_check on table public.users": Handling.BEFORE,
        "index public.users_name": Handling.GOES,
        "function public.greet": Handling.READS,
        "function public.rename_all": Handling.MAYBE,
    }


def test_a_view_that_is_made_again_with_the_column_still_needs_it(
    project: Project, opening: Opening
) -> None:
    project.commit()
    again = "DROP VIEW named CASCADE; CREATE VIEW named AS SELECT name FROM users;"
    found = handlings(opening, f"{again} ALTER TABLE users DROP COLUMN name")
    assert found["view public.named"] is Handling.NEEDS
    assert found["view public.shouting"] is Handling.BEFORE


def test_what_goes_after_the_column_still_needs_it(project: Project, opening: Opening) -> None:
    project.commit()
    dropped = "ALTER TABLE users DROP COLUMN name; DROP VIEW shouting; DROP VIEW named"
    (usage, *_) = who_uses(opening, dropped)
    assert Handling.BEFORE not in {use.handling for use in usage.uses}


def test_migrations_in_a_folder_that_was_found_are_no_users(
    project: Project, open_here: OpenSession
) -> None:
    project.native("001", "users", "CREATE TABLE users (id int, name text);")
    (project.root / "report.sql").write_text("SELECT name FROM users;\n")
    project.commit()
    session = open_here(folder="")
    run(session)
    (usage,) = session.uses("ALTER TABLE users DROP COLUMN name")
    assert [use.who for use in usage.uses if ".sql" in use.who] == ["report.sql:1"]
