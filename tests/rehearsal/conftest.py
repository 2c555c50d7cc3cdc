"""A project, a database with some of it applied, and rehearsals of the rest."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cockpit.deploy.opening import Opening
from cockpit.deploy.rehearsing import Stage, rehearse_goal
from cockpit.deploy.session import Session
from cockpit.model.goal import Action, Goal
from cockpit.model.rehearsal import Rehearsal
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.projects import FOLDER, Project

APPLY, ROLLBACK = Goal(Action.APPLY), Goal(Action.ROLLBACK)

Rehearse = Callable[..., Rehearsal]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty repository with a migrations folder."""
    return Project.create(tmp_path / "orders")


@pytest.fixture
def shop(fresh_database: Database) -> Database:
    """Two tables with rows, made before anybody had migrations."""
    fresh_database.execute(
        "CREATE TABLE customers (id int PRIMARY KEY, name text, email text NOT NULL);"
        "CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers, total int);"
        "INSERT INTO customers SELECT n, 'Name ' || n, n || '@example.org'"
        "  FROM generate_series(1, 30) n;"
        "INSERT INTO orders SELECT n, 1 + n % 30, n FROM generate_series(1, 90) n"
    )
    return fresh_database


@pytest.fixture
def opening(project: Project, shop: Database) -> Opening:
    """The project on the shop's database."""
    return Opening(
        repository=project.root,
        folder=FOLDER,
        dsn=parse(shop.dsn),
        environment=Environment.PRODUCTION,
    )


@pytest.fixture
def rehearse(opening: Opening) -> Rehearse:
    """Rehearses what is pending, or another goal."""

    def rehearse_one(goal: Goal = APPLY, **stage: Any) -> Rehearsal:
        return rehearse_goal(opening, goal, Stage(**stage))

    return rehearse_one


@pytest.fixture
def apply_all(opening: Opening) -> Iterator[Callable[[], None]]:
    """Applies everything pending for real."""
    session = Session(opening)

    def apply_now() -> None:
        session.arm(session.look().standpoint.name)
        outcome = session.start(session.plan(APPLY), lambda event: None, stepwise=False).join(60)
        assert outcome is not None
        assert outcome.outcome == "done", outcome

    yield apply_now
    session.close()
