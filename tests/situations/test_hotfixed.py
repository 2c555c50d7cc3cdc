"""A schema that somebody has changed by hand, and releases told by what is applied."""

import pytest

from cockpit.model.goal import Action, Goal
from cockpit.present.board_text import board_text
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.situations.verdicts import ONE, TWO


@pytest.fixture
def released(project: Project, open_here: OpenSession) -> OpenSession:
    """v1.0 and v1.1 in git, both applied."""
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers", tag="v1.0")
    project.native("002", "orders", TWO, "DROP TABLE orders;")
    project.commit("Add orders", tag="v1.1")
    run(open_here())
    return open_here


def test_hotfixed_in_production(released: OpenSession, fresh_database: Database) -> None:
    fresh_database.execute("CREATE INDEX hot ON orders (total)")
    text = board_text(released().look())
    assert "schema    1 object differs from what migrations left" in text
    assert "+ index public.hot added" in text


def test_hotfix_taken_back(released: OpenSession, fresh_database: Database) -> None:
    fresh_database.execute("CREATE INDEX hot ON orders (total)")
    fresh_database.execute("DROP INDEX hot")
    assert released().look().schema_drift == ()


def test_restored_from_an_older_backup_of_the_schema(
    released: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute("DROP TABLE orders")
    text = board_text(released().look())
    assert "- table public.orders dropped, with 2 columns" in text


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (None, "v1.1"),
        (Goal(Action.ROLLBACK, to_tag="v1.0"), "v1.0"),
    ],
)
def test_release_that_a_database_is_on(
    released: OpenSession, goal: Goal | None, words: str
) -> None:
    if goal is not None:
        run(released(), goal)
    release = released().look().release
    assert release is not None
    assert release.words == words


def test_release_and_one_later(project: Project, released: OpenSession) -> None:
    project.native("003", "items", "CREATE TABLE items (id int);", "DROP TABLE items;")
    project.commit("Add items")
    run(released())
    release = released().look().release
    assert release is not None
    assert release.sentence == "v1.1 (later 003)"


def test_release_with_one_taken_out(released: OpenSession) -> None:
    run(released(), Goal(Action.ROLLBACK, only="001"))
    release = released().look().release
    assert release is not None
    assert release.words == "v1.1, 1 missing"


def test_old_release_deployed_is_still_the_newer_release(
    project: Project, released: OpenSession
) -> None:
    project.git("checkout", "-q", "v1.0")
    release = released().look().release
    assert release is not None
    assert release.words == "v1.1"


def test_late_one_is_not_drawn_under_a_release_that_lacks_it(
    project: Project, released: OpenSession
) -> None:
    project.native("0015", "late", "CREATE TABLE late (id int);", "DROP TABLE late;")
    project.commit("Late")
    run(released())
    lines = board_text(released().look()).splitlines()
    assert next(i for i, line in enumerate(lines) if "0015" in line) < lines.index("  -- v1.1 --")


def test_without_git_nothing_is_called_pending(released: OpenSession) -> None:
    text = board_text(released(ref="nope").look())
    assert "PENDING unknown" in text
    assert "IN THE HISTORY 2, compared with nothing" in text
