"""What a step drops is kept first, and comes back exactly: counted, told and in the ledger."""

import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from time import monotonic, sleep

import psycopg
import pytest

from cockpit.analysis.consequences import five_lines
from cockpit.deploy.session import Session
from cockpit.errors import UsageError
from cockpit.model.attic import Place
from cockpit.model.event import Event, Noted, PhaseFailed, StepFinished
from cockpit.model.goal import Action, Goal
from cockpit.model.ledger import EventKind
from cockpit.model.ledger_chain import first_break
from cockpit.model.plan import StepKind
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

UP = Goal(Action.APPLY)
BACK = Goal(Action.ROLLBACK)
BASE = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE "Odd Customers" (
  id bigint PRIMARY KEY, "Full Name" text, mood mood, tags text[],
  doubled bigint GENERATED ALWAYS AS (id * 2) STORED
);
INSERT INTO "Odd Customers"
SELECT g, CASE WHEN g % 3 > 0 THEN E'tab\\t\\\\ ' || g END, 'ok', ARRAY['a,b', NULL, '"']
  FROM generate_series(1, 100) AS g;
"""
DROP = """
ALTER TABLE "Odd Customers" DROP COLUMN "Full Name", DROP COLUMN mood, DROP COLUMN doubled;
DROP TYPE mood;
"""
ADD = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TABLE "Odd Customers" ADD COLUMN "Full Name" text, ADD COLUMN mood mood,
  ADD COLUMN doubled bigint GENERATED ALWAYS AS (id * 2) STORED;
"""
CONTENT = """
SELECT id, "Full Name", mood::text, tags, doubled FROM "Odd Customers" ORDER BY id
"""


@pytest.fixture(params=[Place.DATABASE, Place.FILE])
def place(request: pytest.FixtureRequest) -> Place:
    """Both attics."""
    found: Place = request.param
    return found


@pytest.fixture
def session(open_here: OpenSession, tmp_path: Path) -> Session:
    """One that may keep files too."""
    return open_here(attic=tmp_path / "attic")


def keep(goal: Goal, place: Place) -> Goal:
    return replace(goal, keep=place)


def restore(goal: Goal) -> Goal:
    return replace(goal, restore=True)


def told(events: list[Event]) -> str:
    return " | ".join(event.text for event in events if isinstance(event, Noted))


def dropped_and_kept(
    project: Project, session: Session, place: Place, base: str, drop: str, add: str
) -> None:
    """Apply the base, then drop with the data kept."""
    project.native("001", "base", base)
    project.commit()
    assert run(session).outcome == "done"
    project.native("002", "contract", drop, add)
    project.commit()
    assert run(session, keep(UP, place)).outcome == "done"


def test_columns_of_odd_names_and_types_come_back_as_they_were(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    project.native("001", "base", BASE)
    project.commit()
    run(session)
    before = fresh_database.execute(CONTENT)
    project.native("002", "contract", DROP, ADD)
    project.commit()
    run(session, keep(UP, place))
    assert run(session, restore(BACK)).outcome == "done"
    assert fresh_database.execute(CONTENT) == before
    (entry,) = session.attic()
    assert (entry.rows, entry.restored_rows) == (100, 100)


def test_the_plan_says_what_is_kept_how_much_and_how_it_comes_back(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "base", BASE)
    project.native("002", "contract", DROP, ADD)
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    fresh_database.execute("ANALYZE")
    without = session.plan(UP)
    assert "LOSES" not in " ".join(without.keeps)
    assert without.keepable[0].startswith("2 columns of Odd Customers, about 100 rows, ")
    plan = session.plan(keep(UP, Place.DATABASE))
    assert plan.id != without.id
    assert plan.keepable == ()
    assert "in cockpit_attic.e1_Odd_Customers" in plan.keeps[0]
    lines = five_lines(plan)
    assert "kept in the attic: 2 columns of Odd Customers" in lines.loses
    assert lines.way_back == "roll back 002, with the kept data put back"
    assert plan.loses == ()
    kept = next(step for step in plan.steps if step.kind is StepKind.KEEP)
    assert kept.impact is not None
    assert kept.impact.strongest is not None
    assert kept.impact.strongest.blocks_reads


def test_whole_tables_come_back_with_their_sequences(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    tables = """
      CREATE TABLE tickets (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, what text);
      CREATE TABLE plain (a int, b text);
    """
    fill = """
      INSERT INTO tickets (what) SELECT 'w' || g FROM generate_series(1, 40) AS g;
      INSERT INTO plain VALUES (1, E'x\\ny'), (1, E'x\\ny'), (NULL, NULL);
    """
    dropped_and_kept(project, session, place, tables + fill, "DROP TABLE plain, tickets;", tables)
    assert run(session, restore(BACK)).outcome == "done"
    assert fresh_database.execute("SELECT count(*), sum(n) FROM tickets") == [(40, 820)]
    assert fresh_database.execute("SELECT count(*), count(a) FROM plain") == [(3, 2)]
    (next_id,) = fresh_database.execute("INSERT INTO tickets (what) VALUES ('x') RETURNING id, n")
    assert next_id == (41, 41)


def test_a_partitioned_table_is_kept_once_and_comes_back_whole(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    tables = """
      CREATE TABLE logs (at int, id int, what text, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
      CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (50);
      CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM (50) TO (100);
    """
    fill = "INSERT INTO logs SELECT g, g, 'w' FROM generate_series(1, 99) AS g;"
    dropped_and_kept(project, session, place, tables + fill, "DROP TABLE logs;", tables)
    assert [entry.holding.words for entry in session.attic()] == ["table logs"]
    assert run(session, restore(BACK)).outcome == "done"
    assert fresh_database.execute("SELECT count(*) FROM logs_1") == [(49,)]
    assert fresh_database.execute("SELECT count(*) FROM logs_2") == [(50,)]


def test_a_column_of_a_partitioned_table_comes_back_in_every_partition(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    base = """
      CREATE TABLE logs (at int PRIMARY KEY, what text) PARTITION BY RANGE (at);
      CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (50);
      CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM (50) TO (100);
      INSERT INTO logs SELECT g, 'w' || g FROM generate_series(1, 99) AS g;
    """
    drop, add = "ALTER TABLE logs DROP what;", "ALTER TABLE logs ADD what text;"
    dropped_and_kept(project, session, place, base, drop, add)
    assert [entry.rows for entry in session.attic()] == [99]
    run(session, restore(BACK))
    assert fresh_database.execute("SELECT count(*) FROM logs WHERE what = 'w' || at") == [(99,)]


@pytest.mark.parametrize(
    ("base", "drop", "why"),
    [
        ("CREATE TABLE t (a int, b int);", "ALTER TABLE t DROP b;", "t has no primary key"),
        (
            "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));", "ALTER TABLE t DROP b;",
            "part of the only key",
        ),
        (
            "CREATE TABLE t (a int PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY);",
            "ALTER TABLE t DROP b;", "GENERATED ALWAYS",
        ),
        (
            "CREATE TABLE t (a int PRIMARY KEY, b int); CREATE TABLE u () INHERITS (t);",
            "ALTER TABLE t DROP b;", "other tables inherit from this one",
        ),
        (
            "CREATE TABLE t (a int); CREATE MATERIALIZED VIEW v AS SELECT a FROM t;",
            "DROP MATERIALIZED VIEW v;", "a materialized view holds nothing of its own",
        ),
    ],
    ids=["no-key", "part-of-key", "identity", "inherited", "materialized-view"],
)  # fmt: skip
def test_what_could_not_come_back_is_refused_with_the_reason(
    project: Project, session: Session, base: str, drop: str, why: str
) -> None:
    project.native("001", "base", base)
    project.native("002", "drop", drop)
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    assert session.plan(UP).refusals == ()
    refusal = " ".join(session.plan(keep(UP, Place.DATABASE)).refusals)
    assert why in refusal
    assert "Leave --keep out to let it go." in refusal


def test_a_unique_index_over_columns_that_are_never_null_is_a_key_too(
    project: Project, session: Session, fresh_database: Database
) -> None:
    base = """
      CREATE TABLE t (a int NOT NULL UNIQUE, b int);
      INSERT INTO t VALUES (1, 10), (2, 20);
    """
    drop, add = "ALTER TABLE t DROP b;", "ALTER TABLE t ADD b int;"
    dropped_and_kept(project, session, Place.DATABASE, base, drop, add)
    run(session, restore(BACK))
    assert fresh_database.execute("SELECT b FROM t ORDER BY a") == [(10,), (20,)]


def test_what_cascade_takes_along_is_kept_table_by_table(
    project: Project, session: Session, fresh_database: Database
) -> None:
    base = """
      CREATE SCHEMA shop;
      CREATE TABLE shop.a (id int PRIMARY KEY); CREATE TABLE shop.b (id int REFERENCES shop.a);
      INSERT INTO shop.a VALUES (1), (2); INSERT INTO shop.b VALUES (1);
    """
    add = (
        "CREATE SCHEMA shop; CREATE TABLE shop.a (id int PRIMARY KEY);"
        "CREATE TABLE shop.b (id int REFERENCES shop.a);"
    )
    dropped_and_kept(project, session, Place.DATABASE, base, "DROP SCHEMA shop CASCADE;", add)
    assert sorted(e.holding.words for e in session.attic()) == ["table shop.a", "table shop.b"]
    assert run(session, restore(BACK)).outcome == "done"
    assert fresh_database.execute("SELECT count(*) FROM shop.a, shop.b") == [(2,)]


def test_rows_that_went_or_came_since_are_told_exactly(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    dropped_and_kept(project, session, place, BASE, DROP, ADD)
    fresh_database.execute('DELETE FROM "Odd Customers" WHERE id IN (7, 9)')
    fresh_database.execute('INSERT INTO "Odd Customers" VALUES (500)')
    events: list[Event] = []
    assert run(session, restore(BACK), events).outcome == "done"
    assert "98 of 100 kept rows are put back" in told(events)
    assert "2 are in the table no more (key 7; 9): theirs stay in the attic" in told(events)
    assert "1 row is new since, without a kept value" in told(events)
    restored = next(e for e in session.events() if e.event is EventKind.RESTORED)
    assert (restored.detail["missing"], restored.detail["newer"]) == (2, 1)


def test_a_value_that_the_way_down_wrote_is_replaced_and_told(
    project: Project, session: Session, fresh_database: Database
) -> None:
    base = "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'), (2, 'y');"
    add = "ALTER TABLE t ADD a text; UPDATE t SET a = 'guess' WHERE id = 1;"
    dropped_and_kept(project, session, Place.DATABASE, base, "ALTER TABLE t DROP a;", add)
    events: list[Event] = []
    run(session, restore(BACK), events)
    assert fresh_database.execute("SELECT a FROM t ORDER BY id") == [("x",), ("y",)]
    said = "1 of them had a value that this script wrote just before, which is replaced"
    assert said in told(events)
    assert "what people changed elsewhere since is not counted" in told(events)


def test_a_redo_keeps_the_data_it_drops_on_the_way(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    project.native("001", "t", "CREATE TABLE t (id int PRIMARY KEY, a text);", "DROP TABLE t;")
    project.commit()
    run(session)
    fresh_database.execute("INSERT INTO t SELECT g, 'w' FROM generate_series(1, 30) AS g")
    project.native(
        "001", "t", "CREATE TABLE t (id int PRIMARY KEY, a text, b int);", "DROP TABLE t;"
    )
    goal = keep(Goal(Action.REDO), place)
    assert run(session, goal).outcome == "done"
    assert fresh_database.execute("SELECT count(a), count(b) FROM t") == [(30, 0)]


def test_a_drop_that_fails_leaves_nothing_in_the_attic(
    project: Project, session: Session, fresh_database: Database, place: Place, tmp_path: Path
) -> None:
    project.native("001", "base", "CREATE TABLE t (id int PRIMARY KEY, a text);")
    project.native("002", "drop", "ALTER TABLE t DROP a; SELECT 1 / 0;")
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    assert run(session, keep(UP, place)).outcome == "failed"
    assert session.attic() == ()
    assert fresh_database.execute("SELECT to_regnamespace('cockpit_attic') IS NULL") == [(True,)]
    assert list((tmp_path / "attic").glob("*")) == []


def test_going_on_without_a_word_after_a_run_that_was_to_keep_is_refused(
    project: Project, session: Session
) -> None:
    create = "CREATE TABLE t (id int PRIMARY KEY, a text);"
    project.native("001", "base", create, "DROP TABLE t;")
    project.native("002", "drop", "ALTER TABLE t DROP a; SELECT 1 / 0;")
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    run(session, keep(UP, Place.DATABASE))
    (refusal,) = session.plan(UP).refusals
    assert "--keep database; on the Plan screen b" in refusal
    assert session.plan(Goal(Action.ROLLBACK)).refusals == ()
    assert session.plan(keep(UP, Place.NOWHERE)).refusals == ()
    assert session.plan(keep(UP, Place.DATABASE)).refusals == ()


def test_rows_that_a_policy_hides_are_never_left_out_in_silence(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    project.native("001", "base", "CREATE TABLE t (id int PRIMARY KEY, a text);")
    project.native("002", "drop", "ALTER TABLE t DROP a;")
    project.commit()
    session = open_here()
    run(session, Goal(Action.APPLY, to_version="001"))
    role = f"deployer_{fresh_database.name}"
    fresh_database.execute(f"""
      CREATE ROLE {role}; GRANT ALL ON DATABASE {fresh_database.name} TO {role};
      GRANT ALL ON SCHEMA cockpit TO {role}; GRANT ALL ON ALL TABLES IN SCHEMA cockpit TO {role};
      GRANT ALL ON SCHEMA public TO {role}; ALTER TABLE t OWNER TO {role};
      INSERT INTO t VALUES (1, 'seen'), (2, 'hidden');
      ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
      CREATE POLICY narrow ON t USING (id = 1);
    """)
    try:
        events: list[Event] = []
        other = open_here(role=role)
        assert run(other, keep(UP, Place.DATABASE), events).outcome == "failed"
        assert fresh_database.execute("SELECT count(a) FROM t") == [(2,)]
    finally:
        fresh_database.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def test_a_role_that_may_not_see_into_the_attic_plans_all_the_same(
    project: Project, session: Session, open_here: OpenSession, fresh_database: Database
) -> None:
    dropped_and_kept(project, session, Place.DATABASE, BASE, DROP, ADD)
    role = f"reader_{fresh_database.name}"
    fresh_database.execute(
        f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA cockpit TO {role};"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA cockpit, public TO {role}"
    )
    try:
        plan = open_here(role=role).plan(BACK)
        assert not plan.refusals
        assert "The attic holds" in " ".join(plan.notes)
    finally:
        fresh_database.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_what_is_kept_is_for_its_owner_only(
    project: Project, session: Session, fresh_database: Database, place: Place, tmp_path: Path
) -> None:
    dropped_and_kept(project, session, place, BASE, DROP, ADD)
    if place is Place.FILE:
        files = list((tmp_path / "attic").iterdir())
        assert len(files) == 2
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    else:
        granted = fresh_database.execute(
            "SELECT count(*) FROM information_schema.role_table_grants "
            "WHERE table_schema = 'cockpit_attic' AND grantee = 'PUBLIC'"
        )
        assert granted == [(0,)]


def test_an_entry_is_put_back_by_itself_and_leaves_what_was_written_since(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    base = """
      CREATE TABLE t (id int PRIMARY KEY, a text);
      INSERT INTO t SELECT g, 'old' || g FROM generate_series(1, 10) AS g;
    """
    drop, add = "ALTER TABLE t DROP a;", "ALTER TABLE t ADD a text;"
    dropped_and_kept(project, session, place, base, drop, add)
    run(session, BACK)
    fresh_database.execute("UPDATE t SET a = 'new' WHERE id = 3")
    session.arm(None)
    done = session.restore_kept(1)
    assert (done.kept, done.restored, done.left) == (10, 9, 1)
    assert fresh_database.execute("SELECT a FROM t WHERE id = 3") == [("new",)]
    again = session.restore_kept(1, overwrite=True)
    assert (again.restored, again.same, again.replaced) == (1, 9, 1)
    assert fresh_database.execute("SELECT a FROM t WHERE id = 3") == [("old3",)]


def test_an_entry_that_was_let_go_is_offered_no_more(
    project: Project, session: Session, place: Place, tmp_path: Path
) -> None:
    dropped_and_kept(project, session, place, BASE, DROP, ADD)
    assert session.plan(BACK).restorable
    session.arm(None)
    session.drop_kept(1)
    assert session.plan(BACK).restorable == ()
    assert list((tmp_path / "attic").glob("*")) == []
    with pytest.raises(UsageError, match="no entry 1"):
        session.restore_kept(1)


def test_a_file_that_was_changed_puts_nothing_back(
    project: Project, session: Session, fresh_database: Database, tmp_path: Path
) -> None:
    dropped_and_kept(project, session, Place.FILE, BASE, DROP, ADD)
    (file,) = (tmp_path / "attic").glob("*.gz")
    file.write_bytes(file.read_bytes() + b"x")
    assert run(session, restore(BACK)).outcome == "failed"
    assert fresh_database.execute("SELECT to_regtype('mood') IS NULL") == [(True,)]


def test_a_file_of_another_machine_is_named_before_anything_runs(
    project: Project, session: Session, tmp_path: Path
) -> None:
    dropped_and_kept(project, session, Place.FILE, BASE, DROP, ADD)
    for file in (tmp_path / "attic").iterdir():
        file.unlink()
    (refusal,) = session.plan(restore(BACK)).refusals
    assert "is not on this machine" in refusal


ODD_TYPES = """
  CREATE DOMAIN posint AS int CHECK (VALUE > 0);
  CREATE TYPE pair AS (a int, b text);
  CREATE TYPE span AS RANGE (subtype = float8);
  CREATE TABLE odd (
    k posint, u uuid, p pair, ps pair[], s span, f float8, ts timestamptz, iv interval, bin bytea,
    j json, n numeric(30, 10), c char(5), bits bit(3), big text, PRIMARY KEY (u, k)
  );
  INSERT INTO odd
  SELECT g, md5(g::text)::uuid, ROW(g, 'x,"y'::text)::pair, ARRAY[ROW(g, NULL::text)::pair, NULL],
         span(0.1, 0.30000000000000004), 0.1::float8 + 0.2, '2024-02-29 23:59:59.123456+05:45',
         '1 mon -3 days 04:05:06.7', '\\x00ff5c', '{"b":1,  "a":2}',
         12345678901234567890.0123456789, 'ab', B'101', repeat('x', 20000)
    FROM generate_series(1, 50) AS g;
"""
ODD_COLUMNS = {
    "p": "pair", "ps": "pair[]", "s": "span", "f": "float8", "ts": "timestamptz",
    "iv": "interval", "bin": "bytea", "j": "json", "n": "numeric(30, 10)", "c": "char(5)",
    "bits": "bit(3)", "big": "text",
}  # fmt: skip


def test_every_kind_of_value_comes_back_in_a_database_that_writes_them_oddly(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    name = fresh_database.name
    fresh_database.execute(f"""
      ALTER DATABASE {name} SET DateStyle = 'German, DMY';
      ALTER DATABASE {name} SET IntervalStyle = 'sql_standard';
      ALTER DATABASE {name} SET extra_float_digits = -10;
      ALTER DATABASE {name} SET bytea_output = 'escape';
      ALTER DATABASE {name} SET TimeZone = 'Asia/Tokyo';
    """)
    drop = "ALTER TABLE odd " + ", ".join(f"DROP {name}" for name in ODD_COLUMNS) + ";"
    add = "ALTER TABLE odd " + ", ".join(f"ADD {n} {t}" for n, t in ODD_COLUMNS.items()) + ";"
    exact = "SET extra_float_digits = 1; SELECT k, " + ", ".join(
        f"{name}::text" for name in ODD_COLUMNS
    )
    project.native("001", "base", ODD_TYPES)
    project.native("002", "drop", drop, add)
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    before = fresh_database.execute(f"{exact} FROM odd ORDER BY k")
    assert run(session, keep(UP, place)).outcome == "done"
    assert run(session, restore(BACK)).outcome == "done"
    assert fresh_database.execute(f"{exact} FROM odd ORDER BY k") == before


def test_nothing_can_be_written_between_the_copy_and_the_drop(
    project: Project, session: Session, fresh_database: Database, place: Place
) -> None:
    base = """
      CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, a text);
      INSERT INTO t (a) SELECT 'x' FROM generate_series(1, 1000);
    """
    drop, add = "ALTER TABLE t DROP a;", "ALTER TABLE t ADD a text;"
    project.native("001", "base", base)
    project.commit()
    run(session)
    project.native("002", "drop", drop, add)
    project.commit()
    written, stopping = [0], Flag()

    def write() -> None:
        with psycopg.connect(fresh_database.dsn, autocommit=True) as connection:
            while not stopping.is_set():
                try:
                    connection.execute("INSERT INTO t (a) VALUES ('while it runs')")
                except psycopg.errors.UndefinedColumn:
                    return
                written[0] += 1

    writer = Thread(target=write)
    writer.start()
    try:
        outcome = run(session, keep(UP, place))
    finally:
        stopping.set()
        writer.join()
    assert outcome.outcome == "done"
    (entry,) = session.attic()
    assert entry.rows == 1000 + written[0]


def test_a_reader_in_the_way_costs_no_copy(
    project: Project, session: Session, fresh_database: Database
) -> None:
    project.native("001", "base", "CREATE TABLE t (id int PRIMARY KEY, a text);")
    project.native("002", "drop", "ALTER TABLE t DROP a;")
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    events: list[Event] = []
    with psycopg.connect(fresh_database.dsn) as reader:
        reader.execute("SELECT * FROM t")
        assert run(session, keep(UP, Place.DATABASE), events).outcome == "failed"
    failed = next(event for event in events if isinstance(event, PhaseFailed))
    assert failed.sqlstate == "55P03"
    assert not any(isinstance(event, StepFinished) for event in events)
    assert session.attic() == ()


@pytest.mark.parametrize("event", [3, 4, 5, 7])
def test_kill_9_anywhere_leaves_both_the_data_and_its_place_or_neither(
    project: Project,
    session: Session,
    fresh_database: Database,
    place: Place,
    tmp_path: Path,
    event: int,
) -> None:
    project.native(
        "001", "base",
        "CREATE TABLE t (id int PRIMARY KEY, a text);"
        "INSERT INTO t SELECT g, 'v' || g FROM generate_series(1, 500) AS g;",
    )  # fmt: skip
    project.native("002", "drop", "ALTER TABLE t DROP a;", "ALTER TABLE t ADD a text;")
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    command = [sys.executable, "-m", "tests.deploy.one_run", str(project.root)]
    with subprocess.Popen(
        [*command, fresh_database.dsn, "apply", "", place.value],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for _ in range(event):
            process.stdout.readline()
        process.kill()
    last = monotonic() + 60
    while session.look().holders:
        assert monotonic() < last
        sleep(0.02)
    (there,) = fresh_database.execute(
        "SELECT count(*) FROM information_schema.columns WHERE table_name = 't'"
    )
    dropped = there == (1,)
    assert [entry.rows for entry in session.attic()] == ([500] if dropped else [])
    if not dropped:
        assert run(session, keep(UP, place)).outcome == "done"
    assert run(session, restore(BACK)).outcome == "done"
    assert fresh_database.execute("SELECT count(*) FROM t WHERE a = 'v' || id") == [(500,)]
    assert first_break(session.events()[::-1]) is None


def test_the_plan_does_not_promise_a_return_that_the_way_back_does_not_make(
    project: Project, session: Session
) -> None:
    project.native("001", "base", "CREATE TABLE t (id int PRIMARY KEY, a text);")
    project.native("002", "drop", "ALTER TABLE t DROP a;", "SELECT 1;")
    project.commit()
    run(session, Goal(Action.APPLY, to_version="001"))
    plan = session.plan(keep(UP, Place.DATABASE))
    assert five_lines(plan).way_back == "roll back 002"
    assert any("the way back does not make column t.a again" in note for note in plan.notes)


def test_a_rollback_of_phases_promises_what_applying_them_again_makes(
    project: Project, session: Session
) -> None:
    project.write(
        "001_phases.sql",
        "-- migrate:up phase:expand\nCREATE TABLE t (id int PRIMARY KEY);\n"
        "ALTER TABLE t ADD a text;\n"
        "-- migrate:up phase:fill table:t key:id\n"
        "UPDATE t SET a = 'x' WHERE id BETWEEN :from AND :to;\n"
        "-- migrate:down phase:expand\nDROP TABLE t;\n",
    )
    project.commit()
    run(session)
    plan = session.plan(keep(BACK, Place.FILE))
    assert plan.refusals == ()
    assert five_lines(plan).way_back.endswith("with the kept data put back")
