"""The planner is asked how many rows a statement finds, and nothing is run for it."""

from dataclasses import replace

import pytest

from cockpit.analysis.hazards.asking import question, questions
from cockpit.analysis.impact import syntax
from cockpit.analysis.lint.weigh import weigh
from cockpit.database.catalog import read_facts
from cockpit.database.expected import expected_rows
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard, Severity
from tests.databases import Database
from tests.sessions import opened

TABLES = """
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
INSERT INTO orders SELECT n, 'open' FROM generate_series(1, 50000) n;
CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint);
INSERT INTO lines SELECT n, n FROM generate_series(1, 50000) n;
CREATE FUNCTION sly(n bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql
  AS 'BEGIN PERFORM pg_sleep(600); RETURN n; END';
ANALYZE;
"""


@pytest.fixture
def shop(fresh_database: Database) -> Database:
    fresh_database.execute(TABLES)
    return fresh_database


def known(database: Database, *sqls: str) -> CatalogFacts:
    """The facts with what the planner says of these statements."""
    with opened(database.dsn, read_only=True) as session:
        with session.look() as reader:
            facts = read_facts(reader)
        asked = questions(sqls, facts)
        return replace(facts, expected=expected_rows(session, asked))


def hazards(database: Database, sql: str) -> list[list[Hazard]]:
    return [list(one.hazards) for one in weigh("a.sql", sql, facts=known(database, sql))]


def words(found: list[Hazard], rule: str) -> list[tuple[Severity, str]]:
    return [(h.severity, h.message) for h in found if h.rule == rule]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders SET state = 'new' WHERE id > 0",
        "DELETE FROM orders WHERE id > 10",
        "UPDATE orders o SET state = 'x' FROM lines l WHERE l.order_id = o.id AND l.id > 5",
    ],
)
def test_condition_that_finds_nearly_every_row_is_a_hazard(shop: Database, sql: str) -> None:
    ((found,),) = [words(one, "write-every-row") for one in hazards(shop, sql)]
    assert found[0] is Severity.MEDIUM
    assert "about 50 k rows (the planner's estimate" in found[1]


def test_condition_that_finds_one_row_is_none(shop: Database) -> None:
    (found,) = hazards(shop, "UPDATE orders SET state = 'new' WHERE id = 7")
    assert words(found, "write-every-row") == []


def test_many_rows_found_by_an_index_are_work_under_an_earlier_lock(shop: Database) -> None:
    sql = "ALTER TABLE lines ADD COLUMN note text; UPDATE orders SET state = 'x' WHERE id > 0;"
    _, found = hazards(shop, sql)
    ((severity, message),) = words(found, "lock-held-over-work")
    assert severity is Severity.MEDIUM
    assert message.startswith("Works through public.orders (about 50 k rows")


def test_what_cannot_be_planned_yet_is_said_not_to_be_known(shop: Database) -> None:
    update = "UPDATE orders SET seen = 1 WHERE id > 5 AND seen IS NULL;"
    sql = f"ALTER TABLE orders ADD COLUMN seen int; {update}"
    _, found = hazards(shop, sql)
    ((severity, message),) = words(found, "write-every-row")
    assert severity is Severity.LOW
    assert "how many it finds is not known" in message


def test_functions_of_users_are_not_handed_to_the_planner(shop: Database) -> None:
    sql = "UPDATE orders SET state = 'x' WHERE id > sly(5)"
    assert known(shop, sql).expected == {}
    ((severity, _),) = words(hazards(shop, sql)[0], "write-every-row")
    assert severity is Severity.LOW


def test_asking_writes_nothing_and_one_error_keeps_no_other_answer_away(shop: Database) -> None:
    asked = ["SELECT 1 FROM nothing_of_that_name", "SELECT 1 FROM orders WHERE id > 0"]
    with opened(shop.dsn, read_only=True) as session:
        assert list(expected_rows(session, asked)) == asked[1:]
    assert shop.execute("SELECT count(*) FROM orders WHERE state = 'open'") == [(50000,)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders SET state = 'x'",
        "UPDATE orders SET state = 'x' WHERE id BETWEEN $1 AND $2",
        "DELETE FROM orders WHERE CURRENT OF c",
        "WITH gone AS (DELETE FROM lines RETURNING id) DELETE FROM orders WHERE id > 0",
        "SELECT 1 FROM orders WHERE id > 0",
    ],
)
def test_nothing_is_asked_where_there_is_nothing_to_ask(sql: str) -> None:
    (node,) = syntax.parse(sql)
    assert question(node) is None


def test_question_keeps_aliases_and_other_tables() -> None:
    (node,) = syntax.parse("DELETE FROM ONLY a x USING b WHERE x.id = b.id")
    assert question(node) == "SELECT 1 FROM ONLY a x, b WHERE x.id = b.id"
