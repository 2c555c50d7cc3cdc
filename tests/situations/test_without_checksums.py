"""Tools that keep no checksum: git judges, and says that it is a judgement."""

import pytest

from cockpit.model.state import Drift, State
from tests.databases import Database
from tests.deploy.conftest import OpenSession
from tests.projects import Project
from tests.situations.verdicts import ONE, TWO, verdict


@pytest.fixture
def applied(project: Project, fresh_database: Database) -> Project:
    """One migration that dbmate has applied."""
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers")
    fresh_database.execute(
        "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);"
        f"INSERT INTO schema_migrations VALUES ('001'); {ONE}"
    )
    return project


def test_never_edited(applied: Project, open_here: OpenSession) -> None:
    told = verdict(open_here(tool="dbmate"), "001")
    assert (told.state, told.drift) == (State.UNVERIFIED, None)
    assert told.why.endswith("Judged by git: no commit has ever edited the file.")


def test_edited_and_nobody_wrote_down_when_it_was_applied(
    applied: Project, open_here: OpenSession
) -> None:
    applied.native("001", "customers", TWO, "DROP TABLE customers;")
    commit = applied.commit("Change it")
    told = verdict(open_here(tool="dbmate"), "001")
    assert told.state is State.UNVERIFIED
    assert f"Edited by Ana Author in {commit[:7]}; whether before or after" in told.why


def test_not_committed(applied: Project, open_here: OpenSession) -> None:
    applied.native("001", "customers", TWO, "DROP TABLE customers;")
    told = verdict(open_here(tool="dbmate"), "001")
    assert told.why.endswith("Git cannot judge: the file is not committed as it stands.")


@pytest.fixture
def goose(project: Project, fresh_database: Database) -> Project:
    """One migration that goose has applied, an hour after its commit."""
    up, down = "-- +goose Up", "-- +goose Down"
    project.write("00001_customers.sql", f"{up}\n{ONE}\n{down}\nDROP TABLE customers;\n")
    project.git("add", "-A")
    project.git("-c", "user.name=x", "commit", "-q", "-m", "Add customers")
    fresh_database.execute(
        "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL,"
        " is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());"
        "INSERT INTO goose_db_version (version_id, is_applied, tstamp)"
        f" VALUES (0, true, now()), (1, true, now() + interval '1 second'); {ONE}"
    )
    return project


def edited_tomorrow(project: Project, text: str) -> str:
    """Edit the file in a commit that is dated after the migration was applied."""
    up, down = "-- +goose Up", "-- +goose Down"
    project.write("00001_customers.sql", f"{up}\n{text}\n{down}\nDROP TABLE customers;\n")
    project.git("add", "-A")
    tree = project.git("write-tree")
    head = project.git("rev-parse", "HEAD")
    author = "Bob Editor <bob@example.org> 1900000000 +0000"
    commit = project.git_input(
        f"tree {tree}\nparent {head}\nauthor {author}\ncommitter {author}\n\nTidy\n",
        "hash-object", "-t", "commit", "-w", "--stdin",
    )  # fmt: skip
    project.git("reset", "-q", "--hard", commit)
    return commit


@pytest.mark.parametrize(
    ("text", "drift"), [(f"-- note\n{ONE}", Drift.COMMENT), (TWO, Drift.MEANING)]
)
def test_edited_after_it_was_applied(
    goose: Project, open_here: OpenSession, text: str, drift: Drift
) -> None:
    commit = edited_tomorrow(goose, text)
    told = verdict(open_here(tool="goose"), "00001")
    assert (told.state, told.drift) == (State.UNVERIFIED, drift)
    assert (
        f"Judged by git: edited after it was applied, by Bob Editor in {commit[:7]} (Tidy)."
        in told.why
    )


def test_edited_before_it_was_applied(goose: Project, open_here: OpenSession) -> None:
    edited_tomorrow(goose, TWO)
    session = open_here(tool="goose", ref="HEAD~1")
    told = verdict(session, "00001")
    assert told.state is State.UNVERIFIED
    assert "Judged by git: the file is what" in told.why
    assert told.drift is None
