"""golang-migrate's files and its one row, as its own source reads and writes them.

The program itself is Go and cannot be had here: what is marked `source` was read in
github.com/golang-migrate/migrate v4.
"""

from dataclasses import replace
from typing import Any

import pytest

from cockpit.database.identity import read_identity
from cockpit.model.history import History, Recorded
from cockpit.model.ledger import EventKind, Ledger, fold
from cockpit.model.migration import Direction, MigrationSet
from cockpit.model.plan import PlannedPhase
from cockpit.model.revision import SourceFile
from cockpit.tools.golang_migrate import GolangMigrate, advisory_key
from tests.databases import Database
from tests.sessions import Connect
from tests.unit.model.events import Story

TOOL = GolangMigrate()
DDL = "CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null)"


def file(name: str, text: str = "SELECT 1;") -> SourceFile:
    return SourceFile(f"db/{name}", f"blob {name}", text.encode())


def files(*numbers: int) -> MigrationSet:
    names = [f"{n:04}_m{n}.{way}.sql" for n in numbers for way in ("up", "down")]
    return TOOL.read([file(name) for name in names])


def history(
    database: Database, connect: Connect, numbers: tuple[int, ...], *rows: tuple[int, bool],
    story: Story | None = None,
) -> History:  # fmt: skip
    """What is told of these files when the table holds these rows."""
    database.execute(DDL)
    for version, dirty in rows:
        database.execute("INSERT INTO schema_migrations VALUES (%s, %s)", version, dirty)
    ledger = fold(story.events) if story else Ledger()
    with connect(read_only=True).look() as reader:
        return TOOL.observe(reader, ledger, files(*numbers))


def verdicts(told: History) -> dict[str, Recorded]:
    return {record.version: record.recorded for record in told.records}


# Lock keys, from database/util.go and database/postgres/postgres.go


@pytest.mark.parametrize(("name", "key"), [("gm", 1418081039), ("/gm", 3596941855)])
def test_source_the_lock_key_of_a_database(name: str, key: int) -> None:
    assert advisory_key(name, "public", "schema_migrations") == key


def test_source_the_command_line_and_a_program_take_two_keys(
    connect: Connect, fresh_database: Database
) -> None:
    reader = connect()
    keys = TOOL.lock_keys(reader, read_identity(reader))
    name = fresh_database.name
    assert {key.note: key.key for key in keys} == {
        "command line": advisory_key(f"/{name}", "public", "schema_migrations"),
        "library": advisory_key(name, "public", "schema_migrations"),
    }


# File names, from source/parse.go and source/migration.go


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("1_a.up.sql", "1"),
        ("0001_a.up.sql", "0001"),
        ("1_.up.sql", "1"),
        ("1_a.b.up.sql", "1"),
        ("1_a.up.sql.bak", "1"),
        ("1_a.down.up.sql", "1"),
        ("1_a.down.sql", None),
        ("a_1.up.sql", None),
        ("1-a.up.sql", None),
        ("1_a.up", None),
        ("1_a.UP.sql", None),
    ],
)
def test_source_file_names(name: str, version: str | None) -> None:
    assert TOOL.version_of(name) == version


def test_source_numbers_order_as_numbers() -> None:
    assert files(10, 9, 2).versions == ("0002", "0009", "0010")


def test_an_up_and_a_down_with_other_names_or_zeros_are_one_version() -> None:
    read = TOOL.read([file("0001_a.up.sql", "UP"), file("1_b.down.sql", "DOWN")])
    (only,) = read.migrations
    assert (only.version, only.name, only.up[0].script, only.down[0].script) == (
        "0001", "a", "UP", "DOWN",
    )  # fmt: skip
    assert (len(only.blobs), read.problems) == (2, ())


def test_source_two_files_for_one_number_are_refused() -> None:
    (problem,) = TOOL.read([file("0001_a.up.sql"), file("1_b.up.sql")]).problems
    assert problem.what.startswith("version 1 exists twice: db/0001_a.up.sql has it too")
    assert (problem.version, problem.blocks_writing) == ("0001", True)


def test_source_a_number_that_the_table_cannot_hold_is_no_migration() -> None:
    read = TOOL.read([file(f"{2**63}_a.up.sql"), file(f"{2**63 - 1}_b.up.sql")])
    assert read.versions == (str(2**63 - 1),)
    assert "too large" in read.problems[0].what


def test_a_way_down_without_a_way_up_is_told() -> None:
    read = TOOL.read([file("0001_a.down.sql")])
    assert read.migrations == ()
    assert "no way up" in read.problems[0].what


def test_an_empty_way_down_is_one_and_a_missing_one_is_none() -> None:
    read = TOOL.read([file("1_a.up.sql"), file("1_a.down.sql", ""), file("2_b.up.sql")])
    assert [migration.reversible for migration in read.migrations] == [True, False]


def test_a_file_that_is_not_utf_8_is_told_with_its_place() -> None:
    bad = SourceFile("db/1_a.up.sql", "blob", b"SELECT 1;\n-- caf\xe9")
    (problem,) = TOOL.read([bad]).problems
    assert (problem.line, problem.column) == (2, 7)


# The row, from database/postgres/postgres.go and migrate.go


def test_no_table_is_an_empty_history_and_is_not_created(
    connect: Connect, fresh_database: Database
) -> None:
    with connect(read_only=True).look() as reader:
        told = TOOL.observe(reader, Ledger(), files(1))
    assert (told.records, told.exists, told.problems) == ((), False, ())
    assert fresh_database.execute("SELECT to_regclass('schema_migrations')") == [(None,)]


def test_no_row_is_nothing_applied(fresh_database: Database, connect: Connect) -> None:
    told = history(fresh_database, connect, (1, 2))
    assert (told.records, told.exists, told.problems) == ((), True, ())


def test_a_row_stands_for_every_older_file(fresh_database: Database, connect: Connect) -> None:
    told = history(fresh_database, connect, (1, 2, 3), (2, False))
    assert verdicts(told) == {"0001": Recorded.APPLIED, "0002": Recorded.APPLIED}
    assert {record.checksum for record in told.records} == {None}


def test_a_dirty_row_is_a_failure_that_nobody_can_judge_and_forbids_writing(
    fresh_database: Database, connect: Connect
) -> None:
    told = history(fresh_database, connect, (1, 2, 3), (2, True))
    assert verdicts(told) == {"0001": Recorded.APPLIED, "0002": Recorded.FAILED}
    assert told.records[1].note == "whether anything of it is kept only the schema can tell"
    (problem,) = told.problems
    assert problem.blocks_writing
    assert "the way up of 2, or the way down of 0003, failed" in problem.what
    assert "cockpit settle 0002" in problem.next_step


def test_source_minus_one_is_a_first_way_down_that_failed(
    fresh_database: Database, connect: Connect
) -> None:
    told = history(fresh_database, connect, (1, 2), (-1, True))
    assert told.records == ()
    assert "the way down of 0001 failed" in told.problems[0].what


def test_several_rows_are_not_believed(fresh_database: Database, connect: Connect) -> None:
    told = history(fresh_database, connect, (1, 2), (1, False), (2, False))
    assert told.records == ()
    assert set(told.doubts) == {"0001", "0002"}
    assert told.problems[0].blocks_writing


def test_a_table_of_another_shape_is_not_believed_nor_ever_truncated(
    fresh_database: Database, connect: Connect
) -> None:
    fresh_database.execute("CREATE TABLE schema_migrations (version varchar primary key)")
    with connect(read_only=True).look() as reader:
        told = TOOL.observe(reader, Ledger(), files(1))
    assert "this is not golang-migrate's table" in told.problems[0].what
    assert told.problems[0].blocks_writing
    assert set(told.doubts) == {"0001"}


def test_source_only_the_sessions_own_schema_counts(
    fresh_database: Database, connect: Connect
) -> None:
    fresh_database.execute(
        "CREATE SCHEMA app; CREATE TABLE app.schema_migrations "
        "(version bigint primary key, dirty boolean); INSERT INTO app.schema_migrations "
        "VALUES (2, false)"
    )
    with connect(read_only=True).look() as reader:
        told = TOOL.observe(reader, Ledger(), files(1, 2))
    assert (told.records, told.exists) == ((), False)
    (advice,) = told.problems
    assert ("app has one" in advice.what, advice.blocks_writing) == (True, False)


def test_a_row_without_its_file_hides_what_is_below_it(
    fresh_database: Database, connect: Connect
) -> None:
    told = history(fresh_database, connect, (1, 2), (5, False))
    assert list(verdicts(told)) == ["0001", "0002", "5"]
    assert "refuses to go up or down" in told.records[2].note
    (problem,) = told.problems
    assert problem.blocks_writing
    assert "Look at the ref that was deployed" in problem.next_step


def test_a_row_without_its_file_is_no_riddle_when_the_ledger_knows_it(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().add(EventKind.OBSERVED, detail={"versions": ["0001", "0002", "0003"]})
    story.applied("0004", undo="DROP TABLE t4")
    told = history(fresh_database, connect, (1, 2), (4, False), story=story)
    assert list(verdicts(told)) == ["0001", "0002", "0003", "0004"]
    assert told.problems == ()
    assert [phase.script for phase in told.records[3].undo] == ["DROP TABLE t4"]


def test_the_ledger_makes_what_we_applied_verifiable(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().add(EventKind.OBSERVED, detail={"versions": ["1"]})
    story.applied("2", checksum="c", git_commit="abc")
    told = history(fresh_database, connect, (1, 2), (2, False), story=story)
    assert list(verdicts(told)) == ["0001", "0002"], "0002 and 2 are one version"
    assert (told.records[1].checksum, told.records[1].commit) == ("c", "abc")


def test_a_version_that_came_too_late_was_skipped(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().add(EventKind.OBSERVED, detail={"versions": ["0001", "0003"]})
    told = history(fresh_database, connect, (1, 2, 3, 4), (4, False), story=story)
    assert list(verdicts(told)) == ["0001", "0003", "0004"]
    assert told.skipped == {"0002"}


def test_a_skipped_version_stays_skipped_when_the_row_falls_on_it(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().add(EventKind.OBSERVED, detail={"versions": ["0001", "0003"]})
    told = history(fresh_database, connect, (1, 2, 3), (2, False), story=story)
    assert told.skipped == {"0002"}
    assert told.problems == ()
    assert verdicts(told) == {"0001": Recorded.APPLIED, "0003": Recorded.ROLLED_BACK}


def test_an_older_version_that_we_rolled_back_is_not_called_applied(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().applied("0001").applied("0002").applied("0003").rolled_back("0002")
    told = history(fresh_database, connect, (1, 2, 3), (3, False), story=story)
    assert verdicts(told)["0002"] is Recorded.ROLLED_BACK


def test_what_the_tool_applied_after_our_rollback_is_applied(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().applied("0001").applied("0002").rolled_back("0002")
    told = history(fresh_database, connect, (1, 2), (2, False), story=story)
    assert verdicts(told) == {"0001": Recorded.APPLIED, "0002": Recorded.APPLIED}
    assert told.records[1].checksum is None


def test_what_the_tool_applied_again_stays_applied_when_we_go_on(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().applied("0001").applied("0002").rolled_back("0002")
    story.add(EventKind.OBSERVED, detail={"versions": ["0002"]}).applied("0003")
    told = history(fresh_database, connect, (1, 2, 3), (3, False), story=story)
    assert set(verdicts(told).values()) == {Recorded.APPLIED}
    assert told.skipped == frozenset()


def test_what_the_tool_rolled_back_after_us_is_rolled_back(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().applied("0001").applied("0002")
    told = history(fresh_database, connect, (1, 2), (1, False), story=story)
    assert verdicts(told) == {"0001": Recorded.APPLIED, "0002": Recorded.ROLLED_BACK}


def test_a_failed_version_of_ours_is_told_while_the_row_is_clean(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().failed("0002", error="no")
    told = history(fresh_database, connect, (1, 2), (1, False), story=story)
    assert verdicts(told) == {"0001": Recorded.APPLIED, "0002": Recorded.FAILED}


def test_a_way_up_of_ours_that_broke_off_can_be_resumed(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().finished("0002", "a", 1).started("0002", "b", 2)
    told = history(fresh_database, connect, (1, 2), (2, True), story=story)
    record = told.records[1]
    assert (record.recorded, record.failure) == (Recorded.PARTIAL, None)
    assert record.open is not None
    assert (record.open.finished, record.open.started) == (("a",), "b")
    assert [problem.blocks_writing for problem in told.problems] == [False]


def test_a_way_down_of_ours_that_broke_off_can_be_finished(
    fresh_database: Database, connect: Connect
) -> None:
    story = Story().started("0002", "a", 1, direction=Direction.DOWN)
    told = history(fresh_database, connect, (1, 2), (1, True), story=story)
    record = told.records[1]
    assert (record.version, record.recorded, record.done) == ("0002", Recorded.PARTIAL, ("up",))
    assert [problem.blocks_writing for problem in told.problems] == [False]


def test_the_head_changes_with_the_row(fresh_database: Database, connect: Connect) -> None:
    clean = history(fresh_database, connect, (1, 2), (1, False))
    fresh_database.execute("UPDATE schema_migrations SET dirty = true")
    with connect(read_only=True).look() as reader:
        assert TOOL.observe(reader, Ledger(), files(1, 2)).head != clean.head


# Writing, from `SetVersion` and `ensureVersionTable`

PHASE = PlannedPhase(
    version="0002", name="m2", phase="up", direction=Direction.UP, steps=(), script="", path="",
    checksum=None, all_phases=("up",), previous_version="0002",
)  # fmt: skip


def columns(database: Database) -> list[tuple[Any, ...]]:
    return database.execute(
        "SELECT a.attname, a.atttypid::regtype::text, a.attnotnull, c.contype FROM pg_attribute a "
        "LEFT JOIN pg_constraint c ON c.conrelid = a.attrelid AND a.attnum = ANY (c.conkey) "
        "AND c.contype = 'p' "
        "WHERE a.attrelid = 'schema_migrations'::regclass AND a.attnum > 0 ORDER BY a.attnum"
    )


def test_source_the_table_is_made_as_the_driver_makes_it(
    fresh_database: Database, connect: Connect
) -> None:
    with connect().transaction() as writer:
        TOOL.prepare(writer)
        TOOL.prepare(writer)
    made = columns(fresh_database)
    fresh_database.execute(f"DROP TABLE schema_migrations; {DDL}")
    assert made == columns(fresh_database)


def rows(database: Database) -> list[tuple[Any, ...]]:
    return database.execute("SELECT version, dirty FROM schema_migrations ORDER BY 1")


@pytest.mark.parametrize("before", [(), ((1, False),), ((7, True),)])
def test_source_one_clean_row_is_left(
    fresh_database: Database, connect: Connect, before: tuple[tuple[int, bool], ...]
) -> None:
    history(fresh_database, connect, (1, 2), *before)
    with connect().transaction() as writer:
        TOOL.record(writer, PHASE)
    assert rows(fresh_database) == [(2, False)]


def test_source_no_row_is_left_of_nothing(fresh_database: Database, connect: Connect) -> None:
    history(fresh_database, connect, (1,), (1, False))
    nothing = replace(PHASE, direction=Direction.DOWN, previous_version=None)
    with connect().transaction() as writer:
        TOOL.record(writer, nothing)
    assert rows(fresh_database) == []
    assert TOOL.record_words(nothing) == "golang-migrate's history: no row"


@pytest.mark.parametrize(("previous", "row"), [("0002", (2, True)), (None, (-1, True))])
def test_source_a_step_in_doubt_leaves_a_dirty_row(
    fresh_database: Database, connect: Connect, previous: str | None, row: tuple[int, bool]
) -> None:
    history(fresh_database, connect, (1, 2), (1, False))
    with connect().transaction() as writer:
        TOOL.mark_in_doubt(writer, replace(PHASE, previous_version=previous))
    assert rows(fresh_database) == [row]


@pytest.mark.parametrize("path", ["app", "''"])
def test_a_migration_that_moves_the_search_path_does_not_move_the_record(
    fresh_database: Database, connect: Connect, path: str
) -> None:
    history(fresh_database, connect, (1, 2), (1, False))
    fresh_database.execute("CREATE SCHEMA app")
    with connect().transaction() as writer:
        writer.execute(f"SET search_path = {path}")
        TOOL.record(writer, PHASE)
    assert rows(fresh_database) == [(2, False)]


def test_the_record_is_undone_with_its_transaction(
    fresh_database: Database, connect: Connect
) -> None:
    history(fresh_database, connect, (1, 2), (1, False))

    def fail() -> None:
        with connect().transaction() as writer:
            TOOL.record(writer, PHASE)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert rows(fresh_database) == [(1, False)]
