"""A column changes its type: what hung on the old one hangs on the new one, and back again."""

from dataclasses import replace

import pytest

from cockpit.analysis.lint import lint
from cockpit.analysis.recipes.book import write
from cockpit.analysis.recipes.request import Request
from cockpit.database.connection import Connection
from cockpit.database.live_column import read_live_column
from cockpit.deploy.session import Session
from cockpit.errors import UsageError
from cockpit.model.column import LiveColumn
from cockpit.model.goal import Action, Goal
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.deploy.test_recipes import run
from tests.projects import Project
from tests.schema import schema_of

SETUP = """
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Kinds" ("Num" int PRIMARY KEY);
INSERT INTO "Shop"."Kinds" SELECT generate_series(1, 500);
CREATE TABLE "Shop"."Orders" (
  id uuid NOT NULL DEFAULT gen_random_uuid(), tenant int NOT NULL DEFAULT 1,
  "Num" serial CHECK ("Num" > 0) REFERENCES "Shop"."Kinds" ON DELETE SET NULL DEFERRABLE,
  note text,
  PRIMARY KEY ("Num"), UNIQUE (tenant, "Num") DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "Shop"."Orders" (note) SELECT 'n' FROM generate_series(1, 50);
ALTER TABLE "Shop"."Orders" ADD CONSTRAINT loose CHECK ("Num" < 400) NOT VALID;
CREATE TABLE lines (
  id int PRIMARY KEY, "Num" int CONSTRAINT "toOrder" REFERENCES "Shop"."Orders" ON DELETE CASCADE
);
INSERT INTO lines SELECT g, g FROM generate_series(1, 20) g;
COMMENT ON CONSTRAINT "toOrder" ON lines IS 'which order';
CREATE INDEX "byNum" ON "Shop"."Orders" ("Num" DESC, lower(note)) INCLUDE (tenant) WHERE "Num" > 2;
CREATE UNIQUE INDEX "once" ON "Shop"."Orders" (("Num" + 1), "Num");
CREATE UNIQUE INDEX ident ON "Shop"."Orders" ("Num");
ALTER TABLE "Shop"."Orders" CLUSTER ON once;
ALTER TABLE "Shop"."Orders" REPLICA IDENTITY USING INDEX ident;
COMMENT ON INDEX "Shop"."byNum" IS 'it''s by number';
COMMENT ON COLUMN "Shop"."Orders"."Num" IS 'counted';
COMMENT ON CONSTRAINT "Orders_pkey" ON "Shop"."Orders" IS 'the key';
CREATE STATISTICS "Shop"."together" (ndistinct) ON tenant, "Num" FROM "Shop"."Orders";
ALTER STATISTICS "Shop"."together" SET STATISTICS 500;
ALTER TABLE "Shop"."Orders" ALTER "Num" SET STATISTICS 300, ALTER "Num" SET (n_distinct = -1);
CREATE VIEW "Shop".seen AS SELECT "Num" FROM "Shop"."Orders";
"""
GRANTS = 'GRANT SELECT ("Num"), UPDATE ("Num") ON "Shop"."Orders" TO PUBLIC;'
TABLE = "Shop.Orders"


def live(database: Database, table: str = "Orders", column: str = "Num") -> LiveColumn:
    """The column as the catalog has it now."""
    connection = Connection.open(parse(database.dsn), None, application="test", read_only=True)
    try:
        with connection.look() as reader:
            found = read_live_column(reader, "Shop", table, column)
    finally:
        connection.close()
    assert found is not None
    return found


def schema(database: Database) -> set[str]:
    """All but the ledger."""
    ours = ("Shop", "Orders", "lines", "kinds")
    return {words for words in schema_of(database.dsn) if any(name in words for name in ours)}


def as_before(column: LiveColumn) -> LiveColumn:
    """Without what a change of type is meant to change, and the order objects were made in."""
    return replace(
        column,
        type="",
        others=(),
        sequence=replace(column.sequence, type="") if column.sequence else None,
        indexes=tuple(sorted(column.indexes, key=lambda index: index.name)),
        constraints=tuple(sorted(column.constraints, key=lambda one: (one.table, one.name))),
    )


def widen(database: Database, **more: object) -> str:
    """The file that makes it a bigint."""
    column = live(database)
    request = Request("type-change", TABLE, ("Num",), type="bigint", key='"Num"', live=column)
    return write(replace(request, **more))  # type: ignore[arg-type]


def test_everything_that_hung_on_the_column_hangs_on_the_new_one_and_back(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(SETUP + GRANTS)
    before, whole = live(fresh_database), schema(fresh_database)
    project.write("20260101000000_wide.sql", widen(fresh_database))
    project.commit()

    for _ in range(2):
        assert run(session, Goal(Action.APPLY)).exit_code == 0
        after = live(fresh_database)
        assert after.type == "bigint"
        assert after.sequence is not None
        assert after.sequence.type == "bigint"
        assert as_before(after) == as_before(before)
        fresh_database.execute("""INSERT INTO "Shop"."Orders" (note) VALUES ('new')""")

        assert run(session, Goal(Action.ROLLBACK)).exit_code == 0
        assert as_before(live(fresh_database)) == as_before(before)
        assert live(fresh_database).type == "integer"
        assert schema(fresh_database) == whole
        fresh_database.execute("""INSERT INTO "Shop"."Orders" (note) VALUES ('old')""")
    numbers = 'SELECT count(*), count(DISTINCT "Num"), max("Num") FROM "Shop"."Orders"'
    assert fresh_database.execute(numbers) == [(54, 54, 54)]


def test_an_identity_goes_on_counting_where_it_was(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(
        """CREATE SCHEMA "Shop"; CREATE TABLE "Shop"."Orders" (
             "Num" int GENERATED ALWAYS AS IDENTITY (INCREMENT BY 10 CACHE 5) PRIMARY KEY, a int);
           GRANT USAGE ON SEQUENCE "Shop"."Orders_Num_seq" TO PUBLIC;
           GRANT SELECT ON SEQUENCE "Shop"."Orders_Num_seq" TO pg_monitor WITH GRANT OPTION;
           COMMENT ON SEQUENCE "Shop"."Orders_Num_seq" IS 'it''s the number';
           INSERT INTO "Shop"."Orders" (a) VALUES (1), (2);"""
    )
    before, whole = live(fresh_database), schema(fresh_database)
    assert before.sequence is not None
    assert [grant.privilege for grant in before.sequence.grants] == ["USAGE", "SELECT"]
    project.write("20260101000000_wide.sql", widen(fresh_database))
    project.commit()
    assert run(session, Goal(Action.APPLY)).exit_code == 0
    assert as_before(live(fresh_database)) == as_before(before)
    fresh_database.execute("""INSERT INTO "Shop"."Orders" (a) VALUES (3)""")
    assert run(session, Goal(Action.ROLLBACK)).exit_code == 0
    assert live(fresh_database) == before
    assert schema(fresh_database) == whole
    numbers = fresh_database.execute('SELECT "Num" % 10 FROM "Shop"."Orders"')
    assert numbers == [(1,), (1,), (1,)]


HUNG = """
CREATE SCHEMA "Shop";
CREATE TABLE kinds (name varchar(40) PRIMARY KEY);
INSERT INTO kinds VALUES ('Ana Lopez'), ('Bo Day'), ('');
CREATE TABLE "Shop"."Orders" (
  a int, "Whose" varchar(40) NOT NULL DEFAULT '' COLLATE "C"
    REFERENCES kinds ON DELETE SET NULL,
  CONSTRAINT "some" CHECK (length("Whose") < 30), UNIQUE ("Whose", a)
);
INSERT INTO "Shop"."Orders" VALUES (1, 'Ana Lopez'), (2, 'Bo Day');
CREATE INDEX "byWhose" ON "Shop"."Orders" (lower("Whose")) WHERE a > 0;
COMMENT ON COLUMN "Shop"."Orders"."Whose" IS 'the customer';
COMMENT ON INDEX "Shop"."byWhose" IS 'for the search';
CREATE STATISTICS "Shop".both ON a, "Whose" FROM "Shop"."Orders";
GRANT SELECT ("Whose") ON "Shop"."Orders" TO PUBLIC;
"""


@pytest.mark.parametrize(
    "asked",
    [
        Request("rename", TABLE, ("Whose",), to=("Customer Name",), key="ctid"),
        Request("split-column", TABLE, ("Whose",), to=("first", "Last"), key="ctid"),
        Request("not-null", TABLE, ("a",), value="0", key="ctid"),
    ],
    ids=lambda asked: asked.recipe,
)
def test_a_table_without_key_is_what_it_was_after_every_way_back(
    asked: Request, project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(HUNG)
    before, whole = live(fresh_database, column="Whose"), schema(fresh_database)
    rows = fresh_database.execute('SELECT a, "Whose" FROM "Shop"."Orders" ORDER BY a')
    found = live(fresh_database, column=asked.column)
    project.write("20260101000000_change.sql", write(replace(asked, live=found)))
    project.commit()
    for _ in range(2):
        assert run(session, Goal(Action.APPLY)).exit_code == 0
        assert schema(fresh_database) != whole
        assert run(session, Goal(Action.ROLLBACK)).exit_code == 0
        assert as_before(live(fresh_database, column="Whose")) == as_before(before)
        assert schema(fresh_database) == whole
        now = fresh_database.execute('SELECT a, "Whose" FROM "Shop"."Orders" ORDER BY a')
        assert now == rows


def test_a_renamed_column_keeps_all_that_hangs_on_it(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(HUNG)
    before = live(fresh_database, column="Whose")
    asked = Request("rename", TABLE, ("Whose",), to=("Customer",), key="ctid", live=before)
    project.write("20260101000000_change.sql", write(asked))
    project.commit()
    assert run(session, Goal(Action.APPLY)).exit_code == 0
    after = live(fresh_database, column="Customer")
    assert [index.name for index in after.indexes] == [index.name for index in before.indexes]
    assert {one.name for one in after.constraints} == {one.name for one in before.constraints}
    assert (after.comment, after.grants) == (before.comment, before.grants)
    assert (after.not_null, after.default) == (before.not_null, before.default)


def test_a_dropped_column_comes_back_with_what_went_with_it(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(HUNG + 'ALTER TABLE "Shop"."Orders" ALTER "Whose" DROP NOT NULL')
    before, whole = live(fresh_database, column="Whose"), schema(fresh_database)
    text = write(Request("drop-column", TABLE, ("Whose",), live=before))
    project.write("20260101000000_change.sql", text)
    project.commit()
    for _ in range(2):
        assert run(session, Goal(Action.APPLY)).exit_code == 0
        assert run(session, Goal(Action.ROLLBACK)).exit_code == 0
        assert as_before(live(fresh_database, column="Whose")) == as_before(before)
        assert schema(fresh_database) == whole


def test_what_cannot_come_along_is_named_at_the_head_of_the_file(fresh_database: Database) -> None:
    fresh_database.execute(SETUP)
    text = widen(fresh_database)
    assert '--   view "Shop".seen\n' in text.partition("-- migrate:up")[0]
    assert "what the head of this file names is made" in text


def test_without_a_database_the_file_says_what_it_does_not_know_of() -> None:
    text = write(Request("type-change", TABLE, ("Num",), type="bigint"))
    head = text.partition("-- migrate:up")[0]
    assert "NOT in this file, because no database was asked:" in head
    assert "foreign keys in both directions" in head


def test_partitions_get_their_indexes_one_by_one(
    project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(
        """CREATE SCHEMA "Shop";
           CREATE TABLE "Shop"."Orders" (id int, "Num" int NOT NULL DEFAULT 7 CHECK ("Num" > 0))
             PARTITION BY RANGE (id);
           CREATE TABLE "Shop"."First" PARTITION OF "Shop"."Orders" FOR VALUES FROM (0) TO (10)
             PARTITION BY RANGE (id);
           CREATE TABLE "Shop"."Leaf" PARTITION OF "Shop"."First" DEFAULT;
           CREATE TABLE "Shop"."Rest" PARTITION OF "Shop"."Orders" DEFAULT;
           CREATE INDEX "byNum" ON "Shop"."Orders" ("Num");
           INSERT INTO "Shop"."Orders" SELECT g, g FROM generate_series(1, 30) g;"""
    )
    before = live(fresh_database)
    whole = schema(fresh_database)
    project.write("20260101000000_wide.sql", widen(fresh_database, key="id"))
    project.commit()
    assert run(session, Goal(Action.APPLY)).exit_code == 0
    assert as_before(live(fresh_database)) == as_before(before)
    assert run(session, Goal(Action.ROLLBACK)).exit_code == 0
    assert live(fresh_database) == before
    assert schema(fresh_database) == whole


PARTED = """
CREATE SCHEMA "Shop";
CREATE TABLE kinds (name int PRIMARY KEY);
INSERT INTO kinds SELECT generate_series(1, 40);
CREATE TABLE "Shop"."Orders" (a int, "Num" int, PRIMARY KEY (a, "Num")) PARTITION BY RANGE (a);
CREATE TABLE "Shop"."First" PARTITION OF "Shop"."Orders" FOR VALUES FROM (0) TO (10)
  PARTITION BY RANGE (a);
CREATE TABLE "Shop"."Leaf" PARTITION OF "Shop"."First" DEFAULT;
CREATE TABLE "Shop"."Rest" PARTITION OF "Shop"."Orders" DEFAULT;
INSERT INTO "Shop"."Orders" SELECT g, g FROM generate_series(1, 30) g;
"""


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        (
            Request("foreign-key", TABLE, ("Num",), references="kinds"),
            "SELECT bool_and(convalidated), count(*) FILTER (WHERE conparentid = 0) "
            "FROM pg_constraint WHERE contype = 'f'",
        ),
        (
            Request("unique", TABLE, ("Num", "a")),
            "SELECT bool_and(indisvalid), count(*) FILTER (WHERE NOT relispartition) "
            "FROM pg_index JOIN pg_class ON oid = indexrelid "
            "WHERE indisunique AND relname LIKE '%Num_a_key%'",
        ),
        (
            Request("not-null", TABLE, ("Num",), value="0", key="a"),
            "SELECT bool_and(attnotnull), count(DISTINCT attname) FROM pg_attribute "
            "WHERE attrelid = '\"Shop\".\"Leaf\"'::regclass AND attname = 'Num'",
        ),
    ],
    ids=lambda value: value.recipe if isinstance(value, Request) else "",
)
def test_a_partitioned_table_is_served_partition_by_partition(
    asked: Request, made: str, project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(PARTED)
    if asked.recipe == "not-null":
        fresh_database.execute('ALTER TABLE "Shop"."Orders" DROP CONSTRAINT "Orders_pkey"')
        fresh_database.execute('ALTER TABLE "Shop"."Orders" ALTER "Num" DROP NOT NULL')
    whole = schema(fresh_database)
    project.write("20260101000000_change.sql", write(replace(asked, live=live(fresh_database))))
    project.commit()
    for _ in range(2):
        assert run(session, Goal(Action.APPLY)).exit_code == 0
        assert fresh_database.execute(made) == [(True, 1)]
        assert run(session, Goal(Action.ROLLBACK)).exit_code == 0
        assert schema(fresh_database) == whole


@pytest.mark.parametrize(
    ("table", "column", "why"),
    [
        ("Orders", "id", "divides a partitioned table"),
        ("First", "n", "has n from"),
        ("Orders", "twice", "is generated"),
    ],
)
def test_a_column_that_cannot_be_swapped_is_refused(
    fresh_database: Database, table: str, column: str, why: str
) -> None:
    fresh_database.execute(
        """CREATE SCHEMA "Shop";
           CREATE TABLE "Shop"."Orders" (
             id int, n int, twice int GENERATED ALWAYS AS (n * 2) STORED
           ) PARTITION BY RANGE (id);
           CREATE TABLE "Shop"."First" PARTITION OF "Shop"."Orders" DEFAULT;"""
    )
    found = live(fresh_database, table, column)
    with pytest.raises(UsageError, match=why):
        write(Request("type-change", f"Shop.{table}", (column,), type="bigint", live=found))


def test_a_carried_file_is_read_without_a_problem(fresh_database: Database) -> None:
    fresh_database.execute(SETUP)
    assert lint("1_a.sql", widen(fresh_database)).problems == ()
