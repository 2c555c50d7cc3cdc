"""What the role may not do is said when a plan is made, and refused before anything is done."""

from collections.abc import Iterator

import pytest

from cockpit.errors import Refused
from cockpit.model.event import Event
from cockpit.model.goal import Action, Goal
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project

APPLY = Goal(Action.APPLY)


@pytest.fixture
def clerk(fresh_database: Database) -> Iterator[str]:
    """A role with no right but to connect; runs take it on."""
    fresh_database.execute("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk")
    yield "clerk"
    fresh_database.execute("DROP OWNED BY clerk; DROP ROLE clerk")


@pytest.fixture
def pending(project: Project, open_here: OpenSession) -> Project:
    """One version applied by the owner, one pending that alters its table."""
    project.native("001", "orders", "CREATE TABLE orders (a int);", "DROP TABLE orders;")
    project.commit()
    assert run(open_here()).outcome == "done"
    project.native(
        "002", "more",
        "CREATE TABLE more (a int); ALTER TABLE more ADD b int; ALTER TABLE orders ADD b int;"
        "CREATE INDEX ON orders (b);",
    )  # fmt: skip
    project.commit()
    return project


@pytest.mark.usefixtures("pending")
def test_a_role_that_may_not_write_the_ledger_is_refused_before_anything_is_done(
    open_here: OpenSession, fresh_database: Database, clerk: str
) -> None:
    grants = (
        f"GRANT USAGE ON SCHEMA cockpit TO {clerk}; "
        f"GRANT SELECT, INSERT ON cockpit.ledger, cockpit.schema_snapshot TO {clerk}"
    )
    session = open_here(role=clerk)
    plan = session.plan(APPLY)
    assert plan.refusals == ()
    assert plan.id == open_here().plan(APPLY).id
    assert f"clerk may not write the ledger of this database. As an owner: {grants}." in plan.notes
    events = fresh_database.execute("SELECT count(*) FROM cockpit.ledger")
    session.arm(session.look().standpoint.name)
    heard: list[Event] = []
    with pytest.raises(Refused, match="may not write the ledger") as refused:
        session.start(plan, heard.append, stepwise=False)
    assert grants in refused.value.next_step
    assert (heard, fresh_database.execute("SELECT count(*) FROM cockpit.ledger")) == ([], events)
    fresh_database.execute(grants)
    assert not [note for note in session.plan(APPLY).notes if "ledger" in note]


@pytest.mark.usefixtures("pending")
def test_a_step_that_needs_the_owner_is_named(open_here: OpenSession, clerk: str) -> None:
    notes = [note for note in open_here(role=clerk).plan(APPLY).notes if "does not own" in note]
    [note] = notes
    assert note.startswith("clerk does not own public.orders, ")
    assert note.endswith("does: the server will refuse step 3 (002).")
    assert not [note for note in open_here().plan(APPLY).notes if "does not own" in note]


def test_without_a_ledger_the_right_to_make_one_is_named(
    project: Project, open_here: OpenSession, fresh_database: Database, clerk: str
) -> None:
    project.native("001", "orders", "CREATE TABLE orders (a int);", "DROP TABLE orders;")
    project.commit()
    session = open_here(role=clerk)
    [note] = [note for note in session.plan(APPLY).notes if "ledger" in note]
    assert f"GRANT CREATE ON DATABASE {fresh_database.name} TO clerk" in note
    fresh_database.execute(f"GRANT CREATE ON DATABASE {fresh_database.name} TO clerk")
    assert not [note for note in session.plan(APPLY).notes if "ledger" in note]


def test_a_schema_made_for_the_ledger_is_enough_for_its_owner(
    project: Project, open_here: OpenSession, fresh_database: Database, clerk: str
) -> None:
    project.native("001", "orders", "CREATE TABLE orders (a int);", "DROP TABLE orders;")
    project.commit()
    fresh_database.execute(
        f"CREATE SCHEMA cockpit; GRANT USAGE ON SCHEMA cockpit TO {clerk};"
        f"GRANT CREATE ON SCHEMA public TO {clerk}"
    )
    session = open_here(role=clerk)
    [note] = [note for note in session.plan(APPLY).notes if "ledger" in note]
    grant = f"ALTER SCHEMA cockpit OWNER TO {clerk}"
    assert grant in note
    fresh_database.execute(grant)
    heard: list[Event] = []
    outcome = run(session, events=heard)
    assert outcome.outcome == "done", heard
