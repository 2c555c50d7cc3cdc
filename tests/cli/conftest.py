"""The command line on a real repository and a real database, in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cockpit.cli.root import root
from cockpit.cli.surroundings import Surroundings
from cockpit.deploy.session import open_session
from cockpit.settings.keyring_store import KeyringStore
from cockpit.settings.paths import Paths
from tests.databases import Database
from tests.projects import FOLDER, Project
from tests.unit.settings.keyrings import MemoryKeyring

Cockpit = Callable[..., Result]
LetGo = Callable[[], None]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty repository with a migrations folder."""
    return Project.create(tmp_path / "orders")


@pytest.fixture
def environment(fresh_database: Database, tmp_path: Path) -> dict[str, str]:
    """Names the database and what it is for; a test may change it before it calls."""
    return {
        "COCKPIT_DSN": fresh_database.dsn,
        "COCKPIT_ENVIRONMENT": "local",
        "COCKPIT_FOLDER": FOLDER,
        "COCKPIT_LOCK_TIMEOUT": "100ms",
        "COCKPIT_LOCK_TRIES": "5",
        "HOME": str(tmp_path),
    }


@pytest.fixture
def cockpit(project: Project, environment: dict[str, str], tmp_path: Path) -> Cockpit:
    """Runs one command in the repository."""

    def call(*arguments: str) -> Result:
        surroundings = Surroundings(
            environment=environment,
            folder=project.root,
            paths=Paths(*(tmp_path / name for name in ("config", "state", "cache", "run"))),
            asks=False,
            draws=False,
            open_engine=open_session,
            open_keyring=lambda: KeyringStore(MemoryKeyring()),
        )
        return CliRunner().invoke(root, list(arguments), obj=surroundings)

    return call


@pytest.fixture
def let_go(fresh_database: Database) -> LetGo:
    """`CALL wait_to_be_let_go()` comes to its end once this is called."""
    fresh_database.execute(
        "CREATE TABLE let_go (); CREATE PROCEDURE wait_to_be_let_go() LANGUAGE plpgsql AS "
        "$$ BEGIN WHILE NOT EXISTS (SELECT FROM public.let_go) LOOP "
        "PERFORM pg_sleep(0.02); END LOOP; END $$"
    )

    def now() -> None:
        fresh_database.execute("INSERT INTO let_go DEFAULT VALUES")

    return now
