"""The safer form is written into a file only where the old text can be had again."""

from cockpit.analysis.ceremony import Act, ceremony
from cockpit.deploy.session import Session
from cockpit.model.mending import Mending
from tests.deploy.conftest import run
from tests.projects import Project

BLOCKING = "-- migrate:up\nCREATE INDEX things_name ON things (name);\n"


def applied(project: Project, session: Session) -> None:
    """A table that is there already, so that an index on it blocks somebody."""
    project.native("001", "things", "CREATE TABLE things (name text);")
    project.commit()
    assert run(session).outcome == "done"


def prepared(project: Project, session: Session) -> Mending:
    """Of the second line of the one file that is not applied."""
    file = project.root / "db/migrations/002_index.sql"
    return session.mending(
        "002", str(file.relative_to(project.root)), 2, "create-index-blocks-writes"
    )


def test_a_text_that_no_commit_has_is_kept_beside_its_file(
    project: Project, session: Session
) -> None:
    applied(project, session)
    project.write("002_index.sql", BLOCKING)
    made = prepared(project, session)
    lines = ceremony(Act.MEND, session.look().standpoint, mending=made).lines
    assert lines.way_back == "put 002_index.sql.orig in its place, or edit the file"
    session.mend(made)
    kept = project.root / made.kept_in
    assert kept.read_text() == BLOCKING
    assert "CONCURRENTLY" in kept.with_suffix("").read_text()


def test_what_is_committed_as_it_stands_needs_no_copy(project: Project, session: Session) -> None:
    applied(project, session)
    project.write("002_index.sql", BLOCKING)
    project.commit()
    made = prepared(project, session)
    lines = ceremony(Act.MEND, session.look().standpoint, mending=made).lines
    assert lines.way_back == "git restore, or edit the file"
    session.mend(made)
    assert not list(project.root.rglob("*.orig"))


def test_an_older_copy_is_never_written_over(project: Project, session: Session) -> None:
    applied(project, session)
    project.write("002_index.sql", BLOCKING)
    project.write("002_index.sql.orig", "older\n")
    made = prepared(project, session)
    assert made.kept_in.endswith("002_index.sql.orig1")
