"""What the last look at each target saw, remembered between two sessions."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cockpit.model.board import Board
from cockpit.model.state import Lane
from cockpit.present.durations import plural
from cockpit.tui.present.states import out_of_step


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look in a few words."""

    words: str
    at: datetime


def state_words(board: Board) -> str:
    """`3 pending, 2 drifted · v1.3`; only of a board whose database was read."""
    pending = len(board.lane(Lane.PENDING))
    parts = [f"{pending} pending"] if pending else []
    parts += out_of_step(board)
    words = (
        ", ".join(parts) or f"{plural(len(board.lane(Lane.APPLIED)), 'migration')}, none pending"
    )
    return f"{words} · {board.release.tag}" if board.release else words


class Sightings:
    """By the target's name; kept in a file where there is a folder for it."""

    def __init__(self, folder: Path | None) -> None:
        """Nothing is created before something is kept."""
        self._path = folder / "seen.json" if folder else None
        self._seen: dict[str, Sighting] = {}

    def of(self, name: str) -> Sighting | None:
        """The last look at that target; None when it was never opened here."""
        return self._seen.get(name) or self._read().get(name)

    def saw(self, name: str, board: Board) -> None:
        """Keep what this look says. Written when the words change: a look comes every 2 seconds."""
        if board.identity is None or board.history is None:
            return
        before, words = self._seen.get(name), state_words(board)
        self._seen[name] = Sighting(words, board.as_of)
        if before is None or before.words != words:
            self._write()

    def flush(self) -> None:
        """Write the moments of the last looks, at the end."""
        if self._seen:
            self._write()

    def _read(self) -> dict[str, Sighting]:
        """What earlier sessions kept; a file that cannot be read says nothing."""
        if self._path is None:
            return {}
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                name: Sighting(str(each["words"]), datetime.fromisoformat(each["at"]))
                for name, each in kept.items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _write(self) -> None:
        """Best effort: a state folder that cannot be written keeps nobody from working."""
        if self._path is None:
            return
        both = {**self._read(), **self._seen}
        kept = {name: {"words": s.words, "at": s.at.isoformat()} for name, s in both.items()}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self._path.with_suffix(".draft")
            draft.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            draft.replace(self._path)
        except OSError:
            return
