"""Flyway by vectors: what its source says, and checksums that it was seen to compute."""

import pytest

from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.revision import SourceFile
from cockpit.model.state import State
from cockpit.tools.flyway import Flyway, checksum
from cockpit.tools.registry import detect
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

ROWS = (
    "SELECT installed_rank, version, description, type, script, checksum, success "
    "FROM flyway_schema_history ORDER BY 1"
)
UP = "create table a(id int);\n-- x\n"
ADD = (
    "INSERT INTO flyway_schema_history VALUES ({rank}, {version}, '{words}', '{type}', "
    "'{script}', {checksum}, 'ci', now(), 7, {success})"
)


def add(
    database: Database, rank: int, version: str, type_: str = "SQL", *, success: bool = True
) -> None:
    database.execute(
        ADD.format(
            rank=rank, version=f"'{version}'", words="a", type=type_, script="V1__a.sql",
            checksum=checksum(UP), success=success,
        )
    )  # fmt: skip


@pytest.fixture
def shop(project: Project) -> Project:
    project.write("V1__a.sql", UP)
    project.write("V1.10__two_words.sql", "create table b(id int);")
    project.write("V1_2__c.sql", "create table c(id int);")
    project.write("U1.10__two_words.sql", "drop table b;")
    project.write("R__view.sql", "create or replace view v as select 1 as n;")
    project.commit()
    return project


def states(session: Session) -> dict[str, State]:
    return {standing.version: standing.state for standing in session.look().standings}


def test_the_checksum_is_that_of_the_lines_vector() -> None:
    assert checksum("create table a(id int);\r\n-- x\r\n") == -1258178704
    assert checksum("\ufeffcreate table a(id int);\n-- x") == -1258178704


def test_versions_are_ordered_by_their_numbers_and_repeatables_come_last(
    shop: Project, open_here: OpenSession
) -> None:
    board = open_here().look()
    assert board.tool == "flyway"
    assert [s.version for s in board.standings] == ["1", "1.2", "1.10", "R__view"]


def test_an_empty_database_gets_the_rows_that_flyway_would_write_vector(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    assert run(open_here()).outcome == "done"
    assert fresh_database.execute(ROWS) == [
        (1, "1", "a", "SQL", "V1__a.sql", -1258178704, True),
        (2, "1.2", "c", "SQL", "V1_2__c.sql", checksum("create table c(id int);"), True),
        (
            3, "1.10", "two words", "SQL", "V1.10__two_words.sql",
            checksum("create table b(id int);"), True,
        ),
        (
            4, None, "view", "SQL", "R__view.sql",
            checksum("create or replace view v as select 1 as n;"), True,
        ),
    ]  # fmt: skip
    assert set(states(open_here()).values()) == {State.APPLIED}


def test_a_changed_repeatable_is_pending_and_gets_another_row(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    run(open_here())
    shop.write("R__view.sql", "create or replace view v as select 2 as n;")
    assert states(open_here())["R__view"] is State.PENDING
    assert run(open_here()).outcome == "done"
    assert [row[0] for row in fresh_database.execute(ROWS)] == [1, 2, 3, 4, 5]
    assert states(open_here())["R__view"] is State.APPLIED


def test_a_version_that_is_rolled_back_loses_its_row_in_the_free_edition(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    run(open_here())
    assert run(open_here(), Goal(Action.ROLLBACK, only="1.10")).outcome == "done"
    assert [row[1] for row in fresh_database.execute(ROWS)] == ["1", "1.2", None]
    assert states(open_here())["1.10"] is State.ROLLED_BACK
    assert run(open_here()).outcome == "done"
    assert fresh_database.execute(ROWS)[-1][:2] == (5, "1.10")


def test_it_is_answered_by_a_row_of_undo_where_flyway_has_written_such_before(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    run(open_here())
    add(fresh_database, 5, "1.2", "UNDO_SQL")
    assert states(open_here())["1.2"] is State.ROLLED_BACK
    assert run(open_here(), Goal(Action.ROLLBACK, only="1.10")).outcome == "done"
    assert fresh_database.execute(ROWS)[-1][1:4] == ("1.10", "two words", "UNDO_SQL")
    assert states(open_here())["1.10"] is State.ROLLED_BACK


def test_files_below_a_baseline_are_never_pending(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    run(open_here())
    fresh_database.execute("DELETE FROM flyway_schema_history; TRUNCATE cockpit.environment")
    fresh_database.execute("DROP SCHEMA cockpit CASCADE")
    add(fresh_database, 1, "1.2", "BASELINE")
    assert states(open_here()) == {
        "1": State.IMPORTED, "1.2": State.IMPORTED, "1.10": State.PENDING,
        "R__view": State.PENDING,
    }  # fmt: skip


def test_a_failed_row_is_a_failure_and_a_deleted_one_is_none(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(f"CREATE TABLE flyway_schema_history {Flyway().table.create}")
    add(fresh_database, 1, "1")
    add(fresh_database, 2, "1.2", success=False)
    assert (states(open_here())["1"], states(open_here())["1.2"]) == (State.APPLIED, State.FAILED)
    add(fresh_database, 3, "1.2", "DELETE")
    assert states(open_here())["1.2"] is State.PENDING


def test_placeholders_and_callbacks_are_told() -> None:
    read = Flyway().read(
        [
            SourceFile("db/V1__a.sql", "a", b"select '${owner}';"),
            SourceFile("db/V2__b.sql", "b", b"select '${owner}';"),
            SourceFile("db/V2__b.sql.conf", "c", b"placeholderReplacement=false\n"),
            SourceFile("db/V3__c.sql", "d", b"vacuum;"),
            SourceFile("db/V3__c.sql.conf", "e", b"executeInTransaction=false"),
            SourceFile("db/afterMigrate.sql", "f", b"select 1;"),
        ]
    )
    assert [(p.path, p.version, p.blocks_writing) for p in read.problems] == [
        ("db/afterMigrate.sql", None, False),
        ("db/V1__a.sql", "1", True),
    ]
    third = read.find("3")
    assert third is not None
    assert [phase.transaction for phase in third.up] == [False]


def test_one_version_in_two_spellings_is_a_problem() -> None:
    files = [SourceFile("V1__a.sql", "a", b""), SourceFile("V1.0__b.sql", "b", b"")]
    assert detect(files) == Flyway()
    assert "exists twice" in Flyway().read(files).problems[0].what
