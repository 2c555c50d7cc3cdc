"""The native tool: its files, its history, and another tool's history of the same files."""

import pytest

from cockpit.errors import UsageError
from cockpit.model.history import History, Recorded
from cockpit.model.ledger import EventKind, Ledger, fold
from cockpit.model.migration import Direction
from cockpit.model.revision import SourceFile
from cockpit.tools.golang_migrate import GolangMigrate
from cockpit.tools.native import Native
from cockpit.tools.registry import detect, tool_named
from tests.databases import Database
from tests.sessions import Connect
from tests.unit.model.events import Story

TOOL = Native()
UP = "-- migrate:up\nCREATE TABLE t ();\n"


def file(name: str, text: str = UP) -> SourceFile:
    return SourceFile(f"db/{name}", f"blob {name}", text.encode())


FILES = TOOL.read([file("001_a.sql"), file("002_b.sql")])


def observed(connect: Connect, story: Story | None = None) -> History:
    ledger = fold(story.events) if story else Ledger()
    with connect(read_only=True).look() as reader:
        return TOOL.observe(reader, ledger, FILES)


def test_files_are_read_in_order_and_others_left_alone() -> None:
    read = TOOL.read([file("002_b.sql"), file("README.md"), file("001_a.sql"), file("a_1.sql")])
    assert (read.versions, read.problems) == (("001", "002"), ())


def test_a_folder_is_known_by_its_markers() -> None:
    assert detect([file("001_a.sql")]) == Native()
    assert detect([file("001_a.up.sql", "SELECT 1")]) == GolangMigrate()
    assert detect([file("001_a.sql", "SELECT 1")]) is None


def test_two_layouts_in_one_folder_are_asked_about() -> None:
    goose = file("001_a.sql", "-- +goose Up\nSELECT 1;")
    with pytest.raises(UsageError, match="golang-migrate and goose") as refused:
        detect([goose, file("002_b.up.sql", "SELECT 1")])
    assert "--tool" in refused.value.next_step


def test_an_unknown_tool_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no tool named liquibose") as refused:
        tool_named("liquibose")
    assert refused.value.next_step.startswith("Known tools: auto, cockpit, golang-migrate")


def test_a_virgin_database_has_an_empty_history(connect: Connect) -> None:
    told = observed(connect)
    assert (told.records, told.problems, told.doubts) == ((), (), {})


def test_records_stand_in_the_order_of_their_application(connect: Connect) -> None:
    story = Story().applied("002").applied("001").failed("003")
    told = observed(connect, story)
    assert {record.version: record.recorded for record in told.records} == {
        "002": Recorded.APPLIED, "001": Recorded.APPLIED, "003": Recorded.FAILED,
    }  # fmt: skip
    assert sorted(told.records, key=lambda r: r.order)[-1].version == "001"


def test_a_gate_that_was_opened_and_nothing_else_is_no_past(connect: Connect) -> None:
    gate = Story().add(EventKind.GATE_CONFIRMED, "001", phase="up", direction=Direction.UP)
    assert observed(connect, gate).records == ()


@pytest.mark.parametrize(
    "columns", ["'001'::varchar AS version", "1::bigint AS version, false AS dirty"]
)
def test_what_another_tool_has_applied_is_in_doubt_and_not_pending(
    connect: Connect, fresh_database: Database, columns: str
) -> None:
    fresh_database.execute(f"CREATE TABLE schema_migrations AS SELECT {columns}")
    told = observed(connect)
    assert told.doubts == {"001": "public.schema_migrations says that it is applied."}
    (problem,) = told.problems
    assert problem.blocks_writing
    assert "1 of these 2 versions are applied" in problem.what


def test_another_tool_is_heard_also_when_the_ledger_knows_some(
    connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE schema_migrations (version varchar)")
    fresh_database.execute("INSERT INTO schema_migrations VALUES ('001'), ('002')")
    assert set(observed(connect, Story().applied("001")).doubts) == {"002"}
    both = observed(connect, Story().applied("001").applied("002"))
    assert (both.doubts, both.problems) == ({}, ())


def test_other_versions_in_such_a_table_are_nobodys_business(
    connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE schema_migrations (version varchar)")
    fresh_database.execute("INSERT INTO schema_migrations VALUES ('777')")
    told = observed(connect)
    assert (told.doubts, told.problems) == ({}, ())


def test_a_table_that_may_not_be_read_is_told_and_breaks_nothing(
    connect: Connect, fresh_database: Database
) -> None:
    fresh_database.execute(
        "CREATE SCHEMA locked; CREATE TABLE locked.schema_migrations (version int)"
    )
    with connect().transaction() as reader:
        reader.execute("SET LOCAL ROLE pg_monitor")
        told = TOOL.observe(reader, Ledger(), FILES)
    (problem,) = told.problems
    assert (problem.path, problem.blocks_writing) == ("locked.schema_migrations", False)
    assert "GRANT SELECT" in problem.next_step
