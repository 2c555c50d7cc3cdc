"""Files edited after they were applied."""

import pytest

from cockpit.model.goal import Action, Goal
from cockpit.model.state import Drift, State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.situations.verdicts import ONE, TWO, verdict


@pytest.fixture
def applied(project: Project, open_here: OpenSession) -> OpenSession:
    """Version 001, applied from a commit by Ana."""
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Add customers", tag="v1.0")
    run(open_here())
    return open_here


@pytest.mark.parametrize(
    ("situation", "text", "drift"),
    [
        ("edited_comment_only", f"-- why\n{ONE}", Drift.COMMENT),
        ("edited_whitespace_only", "CREATE   TABLE customers (\n  id int\n);", Drift.WHITESPACE),
        ("edited_keyword_case", "create table customers (id int);", Drift.WHITESPACE),
        ("edited_meaning", "CREATE TABLE customers (id bigint);", Drift.MEANING),
        ("edited_added_statement", f"{ONE}\nCREATE INDEX ON customers (id);", Drift.MEANING),
        ("edited_to_nonsense", "CREATE TABEL customers (id int);", Drift.MEANING),
    ],
)
def test_an_edit_is_classed_and_its_author_named(
    project: Project, applied: OpenSession, situation: str, text: str, drift: Drift
) -> None:
    project.native("001", "customers", text, "DROP TABLE customers;")
    commit = project.commit(situation)
    told = verdict(applied(), "001")
    assert (told.state, told.drift) == (State.DRIFTED, drift)
    assert told.why == f"Applied, and edited since by Ana Author in {commit[:7]} ({situation})."


def test_edited_way_down_only(project: Project, applied: OpenSession) -> None:
    project.native("001", "customers", ONE, "DROP TABLE IF EXISTS customers CASCADE;")
    project.commit("Force it")
    told = verdict(applied(), "001")
    assert (told.state, told.drift) == (State.DRIFTED, Drift.MEANING)


def test_edited_and_not_committed(project: Project, applied: OpenSession) -> None:
    project.native("001", "customers", TWO, "DROP TABLE customers;")
    told = verdict(applied(), "001")
    assert told.state is State.DRIFTED
    assert told.why.endswith("The edit is not committed, or not in the history at hand.")


def test_edited_and_put_back(project: Project, applied: OpenSession) -> None:
    project.native("001", "customers", TWO, "DROP TABLE customers;")
    project.commit("Oops")
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    project.commit("Put it back")
    assert verdict(applied(), "001").state is State.APPLIED


def test_crlf_checkout(project: Project, applied: OpenSession) -> None:
    path = next(project.root.rglob("001_customers.sql"))
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert verdict(applied(), "001").state is State.APPLIED


def test_renamed_file_with_the_same_version(project: Project, applied: OpenSession) -> None:
    project.git("mv", "db/migrations/001_customers.sql", "db/migrations/001_clients.sql")
    project.commit("Call it by its name")
    assert verdict(applied(), "001").state is State.APPLIED


def test_edited_twice_names_the_last_editor(project: Project, applied: OpenSession) -> None:
    project.native("001", "customers", TWO, "DROP TABLE customers;")
    project.commit("First edit")
    project.native("001", "customers", f"-- note\n{TWO}", "DROP TABLE customers;")
    last = project.commit("Second edit")
    told = verdict(applied(), "001")
    assert told.trace is not None
    assert told.trace.commit == last
    assert told.drift is Drift.MEANING


def test_older_ref_before_the_edit_that_was_applied(project: Project, applied: OpenSession) -> None:
    project.native("001", "customers", f"-- later\n{ONE}", "DROP TABLE customers;")
    project.commit("Explain", tag="v1.1")
    session = applied()
    assert run(session, Goal(Action.REDO)).outcome == "done"
    told = verdict(applied(ref="v1.0"), "001")
    assert told.state is State.DRIFTED
    assert "this ref has the older text" in told.why


def test_applied_text_that_the_ledger_does_not_keep_is_found_in_git(
    project: Project, applied: OpenSession, fresh_database: Database
) -> None:
    fresh_database.execute(
        "ALTER TABLE cockpit.ledger DISABLE TRIGGER append_only;"
        "UPDATE cockpit.ledger SET script = NULL, undo = NULL, git_commit = NULL"
    )
    first = project.git("rev-parse", "HEAD")
    project.native("001", "customers", f"-- why\n{ONE}", "DROP TABLE customers;")
    edit = project.commit("Explain")
    told = verdict(applied(), "001")
    assert (told.state, told.drift) == (State.DRIFTED, Drift.COMMENT)
    assert told.why == (
        f"Applied, and edited since by Ana Author in {edit[:7]} (Explain). "
        f"What was applied is in {first[:7]}, by Ana Author."
    )


def test_applied_text_that_no_commit_ever_held(
    project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    project.native("001", "customers", ONE, "DROP TABLE customers;")
    run(open_here())
    fresh_database.execute(
        "ALTER TABLE cockpit.ledger DISABLE TRIGGER append_only;"
        "UPDATE cockpit.ledger SET script = NULL, undo = NULL"
    )
    project.native("001", "customers", TWO, "DROP TABLE customers;")
    project.commit("Add customers")
    told = verdict(open_here(), "001")
    assert told.state is State.DRIFTED
    assert "The text that was applied is in no commit here." in told.why
