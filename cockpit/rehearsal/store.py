"""Proofs that were made, kept as files so that a later look can show them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cockpit.model.rehearsal import Proof, Rehearsal
from cockpit.settings.paths import private_folder

_KEPT_FILES = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """One proof, and what it was made on."""

    proof: Proof
    at: datetime
    fingerprint: str
    """Of the schema it was made on; the schema of now may be another."""
    scratch: str
    rows: int


class ProofStore:
    """A folder with one JSON file for the migrations of a plan on one schema; the newest 200."""

    def __init__(self, folder: Path) -> None:
        """Nothing is created before something is kept."""
        self._folder = folder

    def keep(self, rehearsal: Rehearsal) -> Path | None:
        """Write it, in place of an older one of the same migrations on the same schema.

        None when nothing was proved.
        """
        import msgspec

        if not rehearsal.proofs:
            return None
        path = private_folder(self._folder) / f"{_name(rehearsal)}.json"
        draft = path.with_suffix(".draft")
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(rehearsal), indent=1))
        draft.replace(path)
        for old in self._files()[_KEPT_FILES:]:
            old.unlink(missing_ok=True)
        return path

    def lookup(self, keys: Iterable[str]) -> dict[str, Kept]:
        """The newest proof for each of these `Proof.key`s that there is one for."""
        wanted = set(keys)
        found: dict[str, Kept] = {}
        for rehearsal in self._rehearsals():
            for proof in rehearsal.proofs:
                if proof.key in wanted and proof.key not in found:
                    found[proof.key] = Kept(
                        proof,
                        rehearsal.at,
                        rehearsal.fingerprint,
                        rehearsal.scratch,
                        rehearsal.rows,
                    )
        return found

    def _rehearsals(self) -> Iterator[Rehearsal]:
        """Newest first. A file that cannot be read is passed over: it proves nothing."""
        import msgspec

        for path in self._files():
            try:
                yield msgspec.json.decode(path.read_bytes(), type=Rehearsal)
            except (OSError, msgspec.DecodeError):
                continue

    def _files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        files = [(path.stat().st_mtime_ns, path) for path in self._folder.glob("*.json")]
        return [path for _, path in sorted(files, reverse=True)]


def _name(rehearsal: Rehearsal) -> str:
    known = [proof.key for proof in rehearsal.proofs] + [rehearsal.fingerprint]
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:32]
