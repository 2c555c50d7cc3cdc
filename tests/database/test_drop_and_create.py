"""What a DROP and a CREATE lose: told from the catalog, and given back by the sentences told."""

import json
from collections.abc import Iterator

import pytest

from cockpit.analysis.hazards.rule import rules
from cockpit.model.hazard import Hazard, Severity
from tests.databases import Database
from tests.rules.examples import facts_of, reported

TABLES = "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, priority int);"
(RULE,) = (rule for rule in rules() if rule.NAME == "drop-and-create")


def told(database: Database, setup: str, script: str) -> list[Hazard]:
    """What the rule says about the script in a database with that setup."""
    database.execute(TABLES + setup)
    return reported(RULE, script, facts_of(database.dsn))


def standing(database: Database) -> Iterator[tuple[str, ...]]:
    """All that is attached to anything, by names in place of numbers."""
    facts = facts_of(database.dsn)
    names = {("pg_class", r.oid): r.full_name for r in facts.relations}
    names |= {("pg_proc", f.oid): f.name for f in facts.functions}
    names |= {("pg_type", t.oid): t.name for t in facts.types}
    names |= {(o.catalog, o.oid): o.name for o in facts.objects}
    owners = {("pg_class", r.oid): r.owner for r in facts.relations}
    for one in facts.attached:
        key = (one.catalog, one.object)
        if key in names:
            text = str(sorted(json.loads(one.text))) if one.kind == "acl" else one.text
            yield names[key], owners.get(key, ""), one.column, one.kind, text


CASES = {
    "view": (
        """CREATE VIEW v AS SELECT id, total FROM orders;
        GRANT SELECT, INSERT ON v TO pg_monitor, PUBLIC; GRANT UPDATE (total) ON v TO pg_monitor;
        COMMENT ON VIEW v IS 'it''s\\all'; COMMENT ON COLUMN v.total IS 'net';
        ALTER VIEW v SET (security_barrier = true); ALTER VIEW v OWNER TO pg_read_all_stats;""",
        "DROP VIEW v; CREATE VIEW v AS SELECT id, total * 2 AS total FROM orders;",
    ),
    "function": (
        """CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
        REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION f(int) TO pg_monitor WITH GRANT OPTION;
        ALTER FUNCTION f(int) OWNER TO pg_read_all_stats; COMMENT ON FUNCTION f(int) IS 'one';""",
        """DROP FUNCTION f(int);
        CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 2';""",
    ),
    "type": (
        """CREATE TYPE mood AS ENUM ('ok'); REVOKE USAGE ON TYPE mood FROM PUBLIC;
        GRANT USAGE ON TYPE mood TO pg_monitor; COMMENT ON TYPE mood IS 'how it is';""",
        "DROP TYPE mood; CREATE TYPE mood AS ENUM ('ok', 'sad');",
    ),
    "schema": (
        """CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO pg_monitor;
        CREATE TABLE app.t (a int); GRANT SELECT ON app.t TO pg_monitor;""",
        "DROP SCHEMA app CASCADE; CREATE SCHEMA app; CREATE TABLE app.t (a int);",
    ),
    "table": (
        """CREATE TABLE t (a int); GRANT ALL ON t TO pg_monitor;
        ALTER TABLE t ALTER a SET STATISTICS 500; ALTER TABLE t SET (fillfactor = 70);
        CREATE PUBLICATION p FOR TABLE t; ALTER TABLE t ENABLE ROW LEVEL SECURITY;""",
        "DROP TABLE t; CREATE TABLE t (a int, b int);",
    ),
    "table that another one takes the place of": (
        "CREATE TABLE t (a int); GRANT SELECT ON t TO pg_monitor;",
        "CREATE TABLE t_new (a int, b int); DROP TABLE t; ALTER TABLE t_new RENAME TO t;",
    ),
    "sequence": (
        "CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO pg_monitor; SELECT setval('s', 7);",
        "DROP SEQUENCE s; CREATE SEQUENCE s;",
    ),
    "view that goes with another one": (
        """CREATE VIEW v AS SELECT id FROM orders; CREATE VIEW w AS SELECT id FROM v;
        GRANT SELECT ON w TO pg_monitor;""",
        "DROP VIEW v CASCADE; CREATE VIEW v AS SELECT 1 AS id; CREATE VIEW w AS SELECT id FROM v;",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sentences_told_bring_back_all_that_was_there(case: str, fresh_database: Database) -> None:
    setup, script = CASES[case]
    found = told(fresh_database, setup, script)
    before = sorted(standing(fresh_database))
    fresh_database.execute(script)
    assert sorted(standing(fresh_database)) != before
    for hazard in found:
        fresh_database.execute(hazard.safer.rpartition("-- else: ")[2].partition("\n")[2])
    assert sorted(standing(fresh_database)) == before
    assert {hazard.severity for hazard in found} == {Severity.HIGH}


SILENT = {
    "nothing was given": ("CREATE VIEW v AS SELECT 1 AS a;", ""),
    "the plan gives it again": (
        "CREATE VIEW v AS SELECT 1 AS a; GRANT SELECT ON v TO pg_monitor;",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO pg_monitor;",
    ),
    "default privileges give it": (
        """CREATE VIEW v AS SELECT 1 AS a; GRANT SELECT ON v TO pg_monitor;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;""",
        "",
    ),
}


@pytest.mark.parametrize("case", SILENT)
def test_what_comes_back_is_not_told(case: str, fresh_database: Database) -> None:
    setup, more = SILENT[case]
    script = f"DROP VIEW v; CREATE VIEW v AS SELECT 2 AS a; {more}"
    assert told(fresh_database, setup, script) == []


def test_what_only_goes_is_not_told(fresh_database: Database) -> None:
    setup = "CREATE VIEW v AS SELECT 1 AS a; GRANT SELECT ON v TO pg_monitor;"
    assert told(fresh_database, setup, "DROP VIEW v;") == []


AGAIN = "DROP VIEW v; CREATE VIEW v AS SELECT 2 AS a;"


def test_without_a_catalog_it_is_a_reminder() -> None:
    (found,) = reported(RULE, AGAIN, None)
    assert (found.severity, found.loses) == (Severity.LOW, ())
    assert "triggers and comments that v may have" in found.message


@pytest.mark.parametrize(
    "script",
    [
        f"{AGAIN} GRANT SELECT ON v TO app;",
        f"CREATE VIEW v AS SELECT 1 AS a; {AGAIN}",
        "DROP VIEW v;",
        "DROP VIEW v; CREATE VIEW w AS SELECT 1 AS a;",
    ],
)
def test_without_a_catalog_nothing_is_told_of_what_is_new_or_given_again(script: str) -> None:
    assert reported(RULE, script, None) == []


def test_triggers_and_rules_are_lost_and_named(fresh_database: Database) -> None:
    setup = """
        CREATE VIEW v AS SELECT id FROM orders;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER "Put" INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
        CREATE RULE quiet AS ON DELETE TO v DO INSTEAD NOTHING;"""
    (found,) = told(fresh_database, setup, "DROP VIEW v; CREATE VIEW v AS SELECT 1 AS id;")
    assert found.loses == ('trigger "Put" of v', "rule quiet of v")
    assert "CREATE RULE quiet AS" in found.safer
    assert "CREATE OR REPLACE VIEW v AS SELECT 1 AS id;" in found.safer


def test_comment_alone_is_a_low_hazard_and_no_loss(fresh_database: Database) -> None:
    setup = "CREATE VIEW v AS SELECT 1 AS a; COMMENT ON VIEW v IS 'one';"
    (found,) = told(fresh_database, setup, "DROP VIEW v; CREATE VIEW v AS SELECT 2 AS b;")
    assert (found.severity, found.loses) == (Severity.LOW, ())
