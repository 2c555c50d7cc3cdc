"""dbmate's files are native files: what tells the two apart, and what dbmate cannot do."""

import pytest

from cockpit.model.ledger import Ledger
from cockpit.model.revision import SourceFile
from cockpit.tools.dbmate import Dbmate
from cockpit.tools.native import Native
from cockpit.tools.registry import settle
from tests.databases import Database
from tests.sessions import Connect

FILES = (
    SourceFile("db/001_a.sql", "a", b"-- migrate:up\nSELECT 1;\n"),
    SourceFile("db/002_b.sql", "b", b"-- migrate:up\nSELECT 1;\n"),
)
MIGRATIONS = Native().read(FILES)
TABLE = "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"


def settled(connect: Connect, ledger: Ledger | None = None) -> str:
    with connect(read_only=True).look() as reader:
        return settle(Native(), reader, ledger or Ledger(), FILES).name


def test_a_virgin_database_leaves_the_files_native(connect: Connect) -> None:
    assert settled(connect) == "cockpit"


@pytest.mark.parametrize("rows", ["", "INSERT INTO schema_migrations VALUES ('001');"])
def test_a_table_of_its_shape_with_these_versions_is_dbmates(
    rows: str, connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute(TABLE + rows)
    assert settled(connect) == "dbmate"


@pytest.mark.parametrize(
    "other",
    [
        TABLE + "INSERT INTO schema_migrations VALUES ('20200101');",
        TABLE + "CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY);",
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp);",
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean);",
        "CREATE TABLE schema_migrations (version varchar, note text);",
    ],
    ids=["other versions", "Rails", "Ecto", "golang-migrate", "another column"],
)
def test_another_tools_table_is_not_dbmates(
    other: str, connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute(other)
    assert settled(connect) == "cockpit"


@pytest.mark.parametrize("driven", ["cockpit", "dbmate"])
def test_the_tool_of_the_last_run_stays(
    driven: str, connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute(TABLE)
    assert settled(connect, Ledger(exists=True, tool=driven)) == driven


def test_a_file_with_two_phases_is_told_to_be_too_much_for_dbmate() -> None:
    file = SourceFile(
        "db/001_a.sql",
        "a",
        b"-- migrate:up phase:expand\nSELECT 1;\n-- migrate:up phase:contract\nSELECT 2;\n",
    )
    problem = Dbmate().read([file]).problems[-1]
    assert "second `-- migrate:up` of 001" in problem.what
    assert not problem.blocks_writing


def test_a_table_that_may_not_be_read_makes_no_version_pending(
    connect: Connect, fresh_database: Database
) -> None:
    role = f"stranger_to_{fresh_database.name}"
    fresh_database.execute(f"{TABLE} CREATE ROLE {role};")
    connection = connect(read_only=True)
    connection.execute(f"SET ROLE {role}")
    with connection.look() as reader:
        history = Dbmate().observe(reader, Ledger(), MIGRATIONS)
    connection.execute("RESET ROLE")
    fresh_database.execute(f"DROP ROLE {role}")
    assert set(history.doubts) == {"001", "002"}
    assert "may not read" in history.problems[0].what
