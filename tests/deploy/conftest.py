"""A project, a database, and sessions that join them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cockpit.deploy.context import Clock
from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.model.event import Event, RunFinished
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.databases import Database
from tests.projects import FOLDER, Project

OpenSession = Callable[..., Session]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty repository with a migrations folder."""
    return Project.create(tmp_path / "orders")


@pytest.fixture
def open_here(project: Project, fresh_database: Database, tmp_path: Path) -> Iterator[OpenSession]:
    """Opens sessions on the project and the database; closes them after the test."""
    with ExitStack() as stack:

        def open_one(clock: Clock | None = None, **changes: Any) -> Session:
            defaults: dict[str, Any] = {
                "repository": project.root,
                "folder": FOLDER,
                "dsn": parse(fresh_database.dsn),
                "environment": Environment.LOCAL,
                "limits": Limits(lock_timeout=timedelta(milliseconds=100), lock_tries=5),
                "journal": tmp_path / "journal",
            }
            session = Session(Opening(**(defaults | changes)), clock)
            stack.callback(session.close)
            return session

        yield open_one


@pytest.fixture
def session(open_here: OpenSession) -> Session:
    """One session on a local target."""
    return open_here()


def run(
    session: Session, goal: Goal | None = None, events: list[Event] | None = None
) -> RunFinished:
    """Arm, plan, run to the end or the first gate."""
    heard = events if events is not None else []
    session.arm(session.look().standpoint.name)
    deployment = session.start(
        session.plan(goal or Goal(Action.APPLY)), heard.append, stepwise=False
    )
    outcome = deployment.join(60)
    assert outcome is not None
    return outcome
