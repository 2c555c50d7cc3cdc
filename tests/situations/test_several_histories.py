"""Several tools keep histories in one database: each is named, and together they are one list."""

import json

import pytest

from cockpit.present.board_json import board_json
from cockpit.present.board_text import board_text
from cockpit.present.timeline_json import timeline_json
from cockpit.present.timeline_text import timeline_text
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.deploy.conftest import OpenSession
from tests.projects import Project

DJANGO = """
CREATE TABLE django_migrations (id bigserial PRIMARY KEY, app varchar(255), name varchar(255),
                                applied timestamptz);
INSERT INTO django_migrations (app, name, applied)
VALUES ('auth', '0001_initial', '2026-01-01Z'), ('shop', '0042_cart', '2026-03-01Z')
"""
GOOSE = """
CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL,
                               is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());
INSERT INTO goose_db_version (version_id, is_applied, tstamp)
VALUES (0, true, '2026-01-01'), (1, true, '2026-02-01')
"""
ALEMBIC = """
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('ae1027a6acf')
"""
MANY = {
    "dbmate": "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
    "INSERT INTO schema_migrations VALUES ('001')",
    "rails": "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
    "CREATE TABLE ar_internal_metadata (key varchar); INSERT INTO schema_migrations VALUES ('001')",
    "ecto": "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp(0));"
    "INSERT INTO schema_migrations VALUES (1, now())",
    "golang-migrate": "CREATE TABLE schema_migrations (version bigint, dirty boolean);"
    "INSERT INTO schema_migrations VALUES (1, false)",
    "flyway": "CREATE TABLE flyway_schema_history (installed_rank int, version varchar, description"
    " varchar, type varchar, installed_on timestamp, success boolean);"
    "INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', now(), true),"
    " (2, '2', 'b', 'SQL', now(), false), (3, NULL, 'schema', 'SCHEMA', now(), true)",
    "liquibase": "CREATE TABLE databasechangelog (id varchar, author varchar, filename varchar,"
    " dateexecuted timestamp, orderexecuted int);"
    "INSERT INTO databasechangelog VALUES ('1', 'ana', 'a.sql', now(), 1)",
    "sqitch": "CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text, change text,"
    " project text, committed_at timestamptz, planned_at timestamptz);"
    "INSERT INTO sqitch.changes VALUES ('x', 'a', 'shop', now(), now())",
    "sqlx": "CREATE TABLE _sqlx_migrations (version bigint, description text, installed_on"
    " timestamptz, success boolean); INSERT INTO _sqlx_migrations VALUES (1, 'a', now(), true)",
    "diesel": "CREATE TABLE __diesel_schema_migrations (version varchar(50), run_on timestamp);"
    "INSERT INTO __diesel_schema_migrations VALUES ('1', now())",
    "sql-migrate": "CREATE TABLE gorp_migrations (id text, applied_at timestamptz);"
    "INSERT INTO gorp_migrations VALUES ('1-a.sql', now())",
    "node-pg-migrate": "CREATE TABLE pgmigrations (id serial, name varchar, run_on timestamp);"
    "INSERT INTO pgmigrations (name, run_on) VALUES ('1_a', now())",
    "prisma": "CREATE TABLE _prisma_migrations (migration_name varchar, finished_at timestamptz,"
    " rolled_back_at timestamptz); INSERT INTO _prisma_migrations VALUES ('1_a', now(), NULL),"
    " ('2_b', NULL, NULL)",
    "knex": "CREATE TABLE knex_migrations (id serial, name varchar, batch int, migration_time"
    " timestamptz); INSERT INTO knex_migrations (name, batch, migration_time) VALUES"
    " ('1_a.js', 1, now())",
    "typeorm": "CREATE TABLE migrations (id serial, timestamp bigint, name varchar);"
    "INSERT INTO migrations (timestamp, name) VALUES (1, 'A1')",
    "atlas": "CREATE SCHEMA atlas_schema_revisions;"
    "CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar, description"
    " varchar, executed_at timestamptz, applied int, total int);"
    "INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES ('1', 'a', now(), 1, 1),"
    " ('.atlas_cloud_identifier', '', now(), 0, 0)",
    "drizzle": "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial,"
    " hash text, created_at bigint);"
    "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('abcdef', 1700000000000)",
    "pgroll": "CREATE SCHEMA pgroll; CREATE TABLE pgroll.migrations (schema name, name text,"
    " migration jsonb, done boolean, created_at timestamp);"
    "INSERT INTO pgroll.migrations VALUES ('public', '1_a', '{}', true, now())",
    "django": DJANGO,
    "goose": GOOSE,
    "alembic": ALEMBIC,
}


@pytest.fixture
def shop(project: Project) -> Project:
    """Native files, with nothing applied by us."""
    project.native("001", "customers", "CREATE TABLE customers (id int);", "DROP TABLE customers;")
    project.commit("Begin")
    return project


def test_golang_migrate_beside_django(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    for statements in (DJANGO, GOOSE, ALEMBIC):
        fresh_database.execute(statements)
    board = open_here(tool="cockpit").look()
    told = [(other.tool, other.applied, other.last) for other in board.others]
    assert told == [
        ("alembic", 1, "ae1027a6acf"),
        ("django", 2, "shop.0042_cart"),
        ("goose", 1, "1"),
    ]
    text = board_text(board)
    assert "also here  alembic (public.alembic_version): at ae1027a6acf" in text
    assert "django (public.django_migrations): 2 applied, last shop.0042_cart" in text
    listed = json.loads(json.dumps(board_json(board)["other_histories"]))
    assert [one["tool"] for one in listed] == ["alembic", "django", "goose"]


def test_all_histories_are_one_timeline_by_the_time_of_application(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    for statements in (DJANGO, GOOSE, ALEMBIC):
        fresh_database.execute(statements)
    entries = open_here(tool="goose").timeline()
    assert [(one.tool, one.version) for one in entries] == [
        ("django", "shop.0042_cart"),
        ("goose", "001"),
        ("django", "auth.0001_initial"),
        ("alembic", "ae1027a6acf"),
    ]
    assert [one["ours"] for one in timeline_json(entries)] == [False, True, False, False]
    first, *_, last = timeline_text(entries).splitlines()
    assert first.startswith("2026-03-01 00:00:00Z  django")
    assert last.startswith("not written down")


@pytest.mark.parametrize("tool", MANY)
def test_every_tool_is_told_by_the_shape_of_its_table(
    shop: Project, open_here: OpenSession, fresh_database: Database, tool: str
) -> None:
    fresh_database.execute(MANY[tool])
    found = open_here(tool="cockpit").look().others
    assert [other.tool for other in found] == [tool]
    assert found[0].applied == (2 if tool == "django" else 1)


def test_a_history_that_this_role_may_not_read_is_named_all_the_same(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(DJANGO)
    fresh_database.execute("DROP ROLE IF EXISTS cockpit_blind; CREATE ROLE cockpit_blind LOGIN")
    fresh_database.execute("ALTER TABLE django_migrations OWNER TO CURRENT_USER")
    blind = parse(f"{fresh_database.dsn} user=cockpit_blind")
    [other] = open_here(tool="cockpit", dsn=blind).look().others
    assert (other.tool, other.why) == ("django", "this role may not read it")
    fresh_database.execute("DROP OWNED BY cockpit_blind; DROP ROLE cockpit_blind")


def test_a_table_of_that_name_with_other_columns_is_no_history(
    shop: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE migrations (bird text)")
    assert open_here(tool="cockpit").look().others == ()
