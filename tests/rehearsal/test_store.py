"""Proofs are kept for the scripts and the schema they were made on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cockpit.deploy.opening import Opening
from cockpit.deploy.rehearsing import Stage, rehearse_goal
from cockpit.model.rehearsal import Proof, Rehearsal, Verdict
from cockpit.rehearsal.leg import key_of
from cockpit.rehearsal.store import ProofStore
from cockpit.source.plain_folder import PlainFolder
from cockpit.tools.native import Native
from tests.projects import FOLDER, Project
from tests.rehearsal.conftest import APPLY

PROOF = Proof("1", "a", Verdict.REVERSIBLE, key="k1")
REHEARSAL = Rehearsal(
    at=datetime(2026, 11, 21, tzinfo=UTC),
    goal="apply everything pending",
    plan_id="f" * 64,
    target="orders",
    fingerprint="a" * 64,
    scratch="PostgreSQL 18.4, started for this rehearsal",
    verdict=Verdict.REVERSIBLE,
    proofs=(PROOF,),
    took=timedelta(seconds=1),
)


def test_a_proof_is_found_by_its_scripts(tmp_path: Path) -> None:
    store = ProofStore(tmp_path / "proofs")
    store.keep(REHEARSAL)
    found = store.lookup(["k1", "k2"])
    assert found.keys() == {"k1"}
    assert found["k1"].proof == PROOF
    assert found["k1"].fingerprint == REHEARSAL.fingerprint


def test_the_same_plan_on_the_same_schema_has_one_file(tmp_path: Path) -> None:
    store = ProofStore(tmp_path)
    first = store.keep(REHEARSAL)
    assert store.keep(replace(REHEARSAL, at=datetime.now(UTC))) == first
    assert store.keep(replace(REHEARSAL, fingerprint="b" * 64)) != first
    assert len(list(tmp_path.iterdir())) == 2


def test_nothing_is_written_where_nothing_was_proved(tmp_path: Path) -> None:
    store = ProofStore(tmp_path / "proofs")
    assert store.keep(replace(REHEARSAL, proofs=(), verdict=Verdict.IMPOSSIBLE)) is None
    assert store.lookup(["k1"]) == {}
    assert not (tmp_path / "proofs").exists()


def test_a_damaged_file_proves_nothing(tmp_path: Path) -> None:
    store = ProofStore(tmp_path)
    path = store.keep(REHEARSAL)
    assert path is not None
    path.write_text("{")
    assert store.lookup(["k1"]) == {}


def test_a_rehearsal_is_found_by_the_migration_of_the_files(
    project: Project, opening: Opening, tmp_path: Path
) -> None:
    project.native("1", "v", "ALTER TABLE orders ADD v int;", "ALTER TABLE orders DROP v;")
    store = ProofStore(tmp_path / "proofs")
    rehearsal = rehearse_goal(opening, APPLY, Stage(), store)
    folder = PlainFolder(project.root)
    (migration,) = Native().read(folder.files(FOLDER, folder.revision(None))).migrations
    assert store.lookup([key_of(migration)])[key_of(migration)].proof == rehearsal.proofs[0]
