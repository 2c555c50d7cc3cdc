"""What each layout says, without a server."""

from cockpit.model.revision import SourceFile
from cockpit.tools.diesel import Diesel
from cockpit.tools.goose import Goose
from cockpit.tools.node_pg_migrate import NodePgMigrate
from cockpit.tools.registry import detect
from cockpit.tools.sqitch_plan import read_plan
from cockpit.tools.sql_migrate import SqlMigrate
from cockpit.tools.sqlx import checksum


def file(path: str, text: str) -> SourceFile:
    return SourceFile(path, path, text.encode())


def test_gooses_annotations_say_which_side_a_line_is_of() -> None:
    text = "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n"
    migration = Goose().read([file("db/00001_a.sql", text)]).migrations[0]
    up, down = migration.up[0], migration.down[0]
    assert (up.line, up.transaction, "SELECT 1;" in up.script) == (2, False, True)
    assert (down.line, "SELECT 1;" in down.script) == (4, False)


def test_what_goose_would_put_in_from_the_environment_is_not_run() -> None:
    text = "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${OWNER}';\n"
    (problem,) = Goose().read([file("db/00001_a.sql", text)]).problems
    assert (problem.line, problem.version, problem.blocks_writing) == (2, "00001", True)


def test_programs_are_shown_and_have_nothing_to_run() -> None:
    program = file("db/00002_b.go", "func init() { goose.AddMigrationContext(up, down) }")
    read = Goose().read([program])
    assert detect([program]) == Goose()
    assert (read.versions, read.migrations[0].up) == (("00002",), ())
    script = file("db/1700000000000_a.js", "exports.up = (pgm) => { pgm.sql('SELECT 1') }")
    assert detect([script]) == NodePgMigrate()
    assert NodePgMigrate().read([script]).migrations[0].up == ()


def test_moments_of_17_digits_sort_among_milliseconds() -> None:
    key = NodePgMigrate().order_key
    assert key("1767225599999_a") < key("20260101000000000_b") < key("1767225600001_c")


def test_sql_migrates_sections_are_joined_and_keep_their_lines() -> None:
    text = (
        "-- +migrate Up notransaction\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n"
        "-- +migrate Up\nSELECT 3;\n"
    )
    migration = SqlMigrate().read([file("db/1-a.sql", text)]).migrations[0]
    assert migration.up[0].script.splitlines()[5] == "SELECT 3;"
    assert [side[0].transaction for side in (migration.up, migration.down)] == [False, True]


def test_a_diesel_folder_says_whether_it_wants_a_transaction() -> None:
    folder = "db/2026-01-01-000001_a"
    files = [file(f"{folder}/up.sql", "SELECT 1"), file(f"{folder}/down.sql", "SELECT 2")]
    assert Diesel().read(files).migrations[0].up[0].transaction
    files.append(file(f"{folder}/metadata.toml", "run_in_transaction = false"))
    assert not Diesel().read(files).migrations[0].up[0].transaction
    assert detect(files) == Diesel()


def test_sqlx_hashes_the_very_bytes() -> None:
    assert checksum(b"a\r\n") != checksum(b"a\n")
    assert len(checksum(b"")) == 96


def test_a_reworked_change_keeps_its_scripts_under_the_tag_after_it() -> None:
    stamp = "2026-01-01T00:00:00Z Ana <ana@example.org>"
    plan = read_plan(
        f"%project=shop\n\nusers {stamp} # one\n@v1 {stamp}\nusers [users@v1] {stamp} # two\n"
    )
    assert [change.version for change in plan.changes] == ["users@v1", "users"]
    first, second = plan.changes
    assert second.requires == (("users@v1", first.id),)
    assert first.id != second.id
