"""Proofs of the way back that were made on this machine."""

from pathlib import Path

from cockpit.model.migration import Migration
from cockpit.rehearsal.leg import key_of
from cockpit.rehearsal.store import Kept, ProofStore


def proofs_of(folder: Path | None, migrations: tuple[Migration, ...]) -> dict[str, Kept]:
    """By version: the newest proof of exactly these scripts; nothing where none are kept."""
    if folder is None:
        return {}
    keys = {key_of(migration): migration.version for migration in migrations}
    return {keys[key]: kept for key, kept in ProofStore(folder).lookup(keys).items()}
