"""A past run is seen again as it was: from the journal, or from the ledger where that is gone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cockpit.deploy.session import Session
from cockpit.errors import UsageError
from cockpit.model.event import Event, Noted, PhaseFailed, PhaseFinished, RunFinished
from cockpit.model.goal import Action, Goal
from cockpit.present.report_text import report_text
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project


def tables(project: Project) -> None:
    project.native("001", "a", "CREATE TABLE a (id int);", "DROP TABLE a;")
    project.native("002", "b", "CREATE TABLE b (id int);\nSELECT 1 / 0;", "DROP TABLE b;")
    project.commit()


def test_the_journal_gives_back_the_very_events_and_the_very_plan(
    project: Project, session: Session
) -> None:
    tables(project)
    plan = session.plan(Goal(Action.APPLY))
    heard: list[Event] = []
    outcome = run(session, events=heard)
    seen = session.recording(outcome.run)
    assert seen.plan == plan
    assert list(seen.events) == heard
    assert seen.note == ""
    assert seen.origin.startswith("the journal ")


def test_the_ledger_tells_what_the_machine_that_ran_it_has_lost(
    project: Project, session: Session, tmp_path: Path
) -> None:
    tables(project)
    outcome = run(session)
    shutil.rmtree(tmp_path / "journal")
    seen = session.recording(outcome.run)
    assert seen.origin == "the ledger"
    assert [(p.version, p.phase) for p in seen.plan.phases] == [("001", "up"), ("002", "up")]
    assert [s.sql for s in seen.plan.phases[0].steps] == ["CREATE TABLE a (id int)", ""]
    kinds = [type(event) for event in seen.events]
    assert kinds.index(PhaseFinished) < kinds.index(PhaseFailed) < kinds.index(RunFinished)
    text = "\n".join(report_text(seen))
    assert "outcome  failed" in text
    assert "division by zero" in text
    assert "001 up applied" in text


def test_a_torn_journal_is_read_as_far_as_it_is_whole(
    project: Project, session: Session, tmp_path: Path
) -> None:
    tables(project)
    outcome = run(session)
    (path,) = (tmp_path / "journal").glob("*.jsonl")
    whole = session.recording(outcome.run)
    path.write_bytes(path.read_bytes()[:-20])
    seen = session.recording(outcome.run)
    assert seen.events == whole.events[:-1]
    assert "torn" in seen.note


def test_a_run_that_nobody_knows_is_an_error_that_says_where_to_look(
    project: Project, session: Session
) -> None:
    tables(project)
    for name in ("0000dead", "../../etc", "*"):
        with pytest.raises(UsageError, match="No run"):
            session.recording(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system needs root")
def test_a_full_state_folder_is_told_and_the_run_goes_on(
    project: Project, open_here: OpenSession, fresh_database: Database, tmp_path: Path
) -> None:
    project.native("001", "a", "CREATE TABLE a (id int);", "DROP TABLE a;")
    project.commit()
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(small)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this container may not mount")
    try:
        (small / "filler").write_bytes(b"x" * 4096)
        session = open_here(journal=small / "runs")
        heard: list[Event] = []
        assert run(session, events=heard).outcome == "done"
        notes = [event.text for event in heard if isinstance(event, Noted)]
        assert [note for note in notes if "No space left on device" in note]
        assert len([note for note in notes if "cannot be written" in note]) == 1
        session.close()
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert fresh_database.execute("SELECT to_regclass('a')") == [("a",)]


def test_a_state_folder_that_cannot_be_made_is_told_too(
    project: Project, open_here: OpenSession, tmp_path: Path
) -> None:
    project.native("001", "a", "CREATE TABLE a (id int);", "DROP TABLE a;")
    project.commit()
    (tmp_path / "taken").write_text("a file where the folder would be")
    session = open_here(journal=tmp_path / "taken" / "runs")
    heard: list[Event] = []
    assert run(session, events=heard).outcome == "done"
    assert any("cannot be written" in e.text for e in heard if isinstance(e, Noted))
