"""Every recipe, run up, back and up again by the engine: schema and data come back."""

from dataclasses import dataclass

import pytest

from cockpit.analysis.lint import lint
from cockpit.analysis.recipes.book import RECIPES, write
from cockpit.analysis.recipes.request import Request
from cockpit.deploy.session import Session
from cockpit.errors import UsageError
from cockpit.model.event import Event, PhaseReady, RunFinished
from cockpit.model.goal import Action, Goal
from cockpit.model.hazard import Severity
from tests.databases import Database
from tests.projects import Project
from tests.schema import schema_of

SETUP = """
CREATE SCHEMA shop;
CREATE TABLE customers (id bigint PRIMARY KEY);
INSERT INTO customers SELECT generate_series(1, 3);
CREATE TABLE shop."Orders" (
  id bigint PRIMARY KEY, number int NOT NULL, mail text, name text, customer bigint
);
INSERT INTO shop."Orders" VALUES
  (1, 11, 'a@x', 'Ana Maria Lopez', 1), (2, 22, NULL, 'Bo', 2), (3, 33, 'c@x', NULL, NULL);
"""
TABLE = "shop.Orders"


@dataclass(frozen=True)
class Case:
    """One use of a recipe, what new code does with it and what must then be there."""

    request: Request
    write: str
    """Between up and down, by code that knows the new shape."""
    seen: str
    """A query for that code ..."""
    rows: list[tuple[object, ...]]
    """... and its rows."""
    back: str = 'SELECT count(*) FROM shop."Orders"'
    """A query for old code after the way back ..."""
    kept: tuple[object, ...] = (3,)
    """... and its one row."""


CASES = [
    Case(
        Request("not-null", TABLE, ("mail",), value="''"),
        "UPDATE shop.\"Orders\" SET mail = 'new' WHERE id = 1",
        'SELECT mail FROM shop."Orders" ORDER BY id',
        [("new",), ("",), ("c@x",)],
    ),
    Case(
        Request("type-change", TABLE, ("number",), type="bigint", required=True),
        'UPDATE shop."Orders" SET number = 5 WHERE id = 1',
        'SELECT number::text, pg_typeof(number)::text FROM shop."Orders" ORDER BY id',
        [("5", "bigint"), ("22", "bigint"), ("33", "bigint")],
        'SELECT array_agg(number ORDER BY id), max(pg_typeof(number)::text) FROM shop."Orders"',
        ([5, 22, 33], "integer"),
    ),
    Case(
        Request("rename", TABLE, ("mail",), to=("email",), type="text"),
        "UPDATE shop.\"Orders\" SET email = 'new' WHERE id = 2",
        'SELECT email FROM shop."Orders" ORDER BY id',
        [("a@x",), ("new",), ("c@x",)],
        'SELECT array_agg(mail ORDER BY id) FROM shop."Orders"',
        (["a@x", "new", "c@x"],),
    ),
    Case(
        Request("drop-column", TABLE, ("mail",), type="text"),
        'DELETE FROM shop."Orders" WHERE id = 9',
        'SELECT count(*) FROM shop."Orders"',
        [(3,)],
    ),
    Case(
        Request("unique", TABLE, ("number", "mail")),
        'DELETE FROM shop."Orders" WHERE id = 9',
        "SELECT count(*) FROM pg_constraint WHERE conname = 'Orders_number_mail_key'",
        [(1,)],
    ),
    Case(
        Request("foreign-key", TABLE, ("customer",), references="customers (id)"),
        'DELETE FROM shop."Orders" WHERE id = 9',
        "SELECT convalidated FROM pg_constraint WHERE contype = 'f'",
        [(True,)],
    ),
    Case(
        Request("split-column", TABLE, ("name",), to=("first", "rest")),
        "UPDATE shop.\"Orders\" SET first = 'Zoe', rest = 'Day' WHERE id = 2",
        'SELECT first, rest FROM shop."Orders" ORDER BY id',
        [("Ana", "Maria Lopez"), ("Zoe", "Day"), (None, None)],
        'SELECT array_agg(name ORDER BY id) FROM shop."Orders" WHERE id < 3',
        (["Ana Maria Lopez", "Zoe Day"],),
    ),
]  # fmt: skip
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.request.recipe)


def run(session: Session, goal: Goal) -> RunFinished:
    """Run to the end, every gate confirmed."""
    session.arm(session.look().standpoint.name)
    gates: list[Event] = []
    deployment = session.start(session.plan(goal), gates.append, stepwise=False)
    for _ in range(600):
        outcome = deployment.join(0.1)
        if outcome is not None:
            return outcome
        if any(isinstance(event, PhaseReady) for event in gates):
            gates.clear()
            deployment.proceed()
    raise AssertionError("the run did not end")


def schema(database: Database) -> set[str]:
    """Everything but the ledger."""
    return {words for words in schema_of(database.dsn) if "orders" in words.lower()}


def values(database: Database, query: str) -> list[tuple[object, ...]]:
    """All rows of a query."""
    return database.execute(query)


@every_case
def test_recipe_goes_up_and_back_and_up_again(
    case: Case, project: Project, session: Session, fresh_database: Database
) -> None:
    fresh_database.execute(SETUP)
    before = schema(fresh_database)
    project.write("20260101000000_change.sql", write(case.request))
    project.commit()

    assert run(session, Goal(Action.APPLY)).exit_code == 0
    fresh_database.execute(case.write)
    assert values(fresh_database, case.seen) == case.rows

    assert run(session, Goal(Action.ROLLBACK)).exit_code == 0
    assert schema(fresh_database) == before
    assert values(fresh_database, case.back) == [case.kept]

    assert run(session, Goal(Action.APPLY)).exit_code == 0
    assert values(fresh_database, case.seen) == case.rows


@every_case
def test_recipe_has_no_hazard_but_what_the_operator_asked_for(case: Case) -> None:
    found = lint("1_a.sql", write(case.request))
    assert found.problems == ()
    asked_for = {"drop-column", "rename-column", "drop-object"}
    worst = [f.hazard for f in found.findings if f.hazard.rule not in asked_for]
    assert [hazard for hazard in worst if hazard.severity is not Severity.LOW] == []


@every_case
def test_recipe_says_what_it_was_not_told(case: Case) -> None:
    with pytest.raises(UsageError, match=f"The recipe {case.request.recipe} needs --table"):
        write(Request(case.request.recipe, columns=case.request.columns))


def test_every_recipe_has_a_case() -> None:
    assert {case.request.recipe for case in CASES} == set(RECIPES)
