"""What the layouts of programs say, without running any of them and without a server."""

import json

from cockpit.model.revision import SourceFile
from cockpit.tools.drizzle import Drizzle
from cockpit.tools.ecto import Ecto
from cockpit.tools.golang_migrate import GolangMigrate
from cockpit.tools.knex import Knex
from cockpit.tools.rails import Rails
from cockpit.tools.registry import detect, folder_of, for_another_database
from cockpit.tools.sqitch import Sqitch
from cockpit.tools.typeorm import TypeOrm

PROGRAM = "exports.up = (knex) => knex.raw('SELECT 1');\n"


def file(path: str, text: str) -> SourceFile:
    return SourceFile(path, path, text.encode())


def test_typeorm_knows_a_class_by_its_name_or_by_the_one_it_gives_itself() -> None:
    text = (
        "export class First1700000000001 implements MigrationInterface {}\n"
        "export class Second implements MigrationInterface {\n"
        "  name = 'Renamed1700000000002'\n}\n"
        "class Helper {}\n"
    )
    read = TypeOrm().read([file("m/1-both.ts", text)])
    assert [(m.version, m.name, m.metadata) for m in read.migrations] == [
        ("1700000000001", "First", "First1700000000001"),
        ("1700000000002", "Renamed", "Renamed1700000000002"),
    ]


def test_two_classes_of_one_moment_stay_two_and_of_one_name_are_a_problem() -> None:
    one = "export class A1700000000001 implements MigrationInterface {}"
    other = "export class B1700000000001 implements MigrationInterface {}"
    files = [file("m/a.ts", one), file("m/b.ts", other), file("m/c.ts", one)]
    read = TypeOrm().read(files)
    assert read.versions == ("1700000000001", "1700000000001-B")
    assert [problem.path for problem in read.problems] == ["m/c.ts"]


def test_declarations_of_types_are_no_migrations() -> None:
    declared = "export declare class A1700000000001 implements MigrationInterface {}"
    assert TypeOrm().read([file("m/1700000000001-A.d.ts", declared)]).versions == ()
    assert Knex().read([file("m/20260101000000_a.d.ts", PROGRAM)]).versions == ()
    assert detect([file("m/20260101000000_a.d.ts", PROGRAM)]) is None


def test_to_knex_another_extension_is_another_migration() -> None:
    assert Knex().version_of("20260101000000_a.js") != Knex().version_of("20260101000000_a.ts")


def test_rails_reads_what_runs_after_the_new_code_beside_what_runs_before() -> None:
    text = "class A < ActiveRecord::Migration[8.0]\nend\n"
    files = [
        file("db/migrate/20260101000002_b.rb", text),
        file("db/post_migrate/20260101000001_a.rb", text),
        file("db/migrate/20260101000003_c.engine.rb", text),
        file("db/seeds.rb", "puts 1"),
    ]
    read = Rails().read(files)
    assert [version[-1] for version in read.versions] == ["1", "2", "3"]
    assert {folder_of(f.path) for f in files[:3]} == {"db"}
    assert detect(files) == Rails()


def test_ecto_looks_into_all_subfolders_and_refuses_one_number_twice() -> None:
    text = "defmodule A do\n  use MyApp.Migration\nend\n"
    files = [
        file("priv/repo/migrations/1_a.exs", text),
        file("priv/repo/migrations/old/2_b.exs", text),
        file("priv/repo/migrations/2_c.exs", text),
    ]
    read = Ecto().read(files)
    assert read.versions == ("1", "2")
    assert len(read.problems) == 1
    assert {folder_of(f.path) for f in files} == {"priv/repo/migrations"}


def test_drizzles_journal_says_what_runs_and_in_which_order() -> None:
    entries = [
        {"tag": "0001_b", "when": 5},
        {"tag": "0000_a", "when": 7},
        {"tag": "2_c", "when": 8},
    ]
    files = [
        file("d/meta/_journal.json", json.dumps({"dialect": "postgresql", "entries": entries})),
        file("d/0000_a.sql", "SELECT 1;"),
        file("d/0001_b.sql", "SELECT 1;--> statement-breakpoint\nSELECT 2;"),
        file("d/0009_x.sql", "SELECT 3;"),
    ]
    read = Drizzle().read(files)
    assert read.versions == ("0001_b", "0000_a")
    assert [(p.path, p.blocks_writing) for p in read.problems] == [
        ("d/meta/_journal.json", True),
        ("d/0009_x.sql", False),
    ]
    assert detect(files) == Drizzle()


def test_a_journal_for_another_database_is_nobodys() -> None:
    journal = file("d/meta/_journal.json", '{"dialect": "sqlite", "entries": []}')
    assert detect([journal]) is None
    assert "sqlite" in Drizzle().read([journal]).problems[0].what


def test_pairs_stay_golang_migrates_whatever_their_comments_say() -> None:
    files = [
        file("m/20260101000000_a.up.sql", "SELECT 1;"),
        file("m/20260101000000_a.down.sql", "-- Down migration for a\nSELECT 1;"),
    ]
    assert detect(files) == GolangMigrate()


def test_a_folder_that_is_named_after_another_database_is_told() -> None:
    assert for_another_database("src/main/resources/db/migration/H2")
    assert for_another_database("migrations/mysql")
    assert not for_another_database("migrations/postgresql")
    assert not for_another_database("mysql_exporter/migrations")


def test_sqitchs_settings_say_where_the_scripts_lie() -> None:
    plan = "%project=shop\n\nusers 2026-01-01T00:00:00Z Ana <ana@example.org> # a\n"
    conf = "[core]\n\tengine = pg\n\ttop_dir = ./sql\n[deploy]\n\ttop_dir = no\n"
    files = [
        file("sqitch.plan", plan),
        file("sqitch.conf", conf),
        file("sql/deploy/users.sql", "CREATE TABLE users ();"),
        file("sql/revert/users.sql", "DROP TABLE users;"),
        file("other/deploy/users.sql", "SELECT 'not this one';"),
    ]
    (migration,) = Sqitch().read(files).migrations
    assert (migration.path, migration.reversible) == ("sql/deploy/users.sql", True)
