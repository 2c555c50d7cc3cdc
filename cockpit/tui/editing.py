"""Opening a migration in the operator's editor: the file itself where it is the one looked at."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit.model.board import Board
from cockpit.model.migration import Migration


def editor() -> list[str]:
    """The command: VISUAL, else EDITOR, else vi."""
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")


def work_file(board: Board, migration: Migration, start: Path) -> Path | None:
    """The file in the work tree around `start`; None when another revision is looked at."""
    if board.revision is None or not board.revision.worktree:
        return None
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            path = folder / migration.path
            return path if path.is_file() else None
    return None


@contextmanager
def opened_copy(migration: Migration) -> Iterator[Path]:
    """A read-only copy of both sides, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cockpit-") as folder:
        path = Path(folder) / Path(migration.path).name
        path.write_text("\n".join(p.script for p in (*migration.up, *migration.down)))
        path.chmod(0o400)
        yield path


def edit(board: Board, migration: Migration, start: Path) -> str:
    """Run the editor and wait for it; the sentence that says what was opened."""
    command = editor()
    try:
        if path := work_file(board, migration, start):
            subprocess.run([*command, str(path)], check=False)  # noqa: S603 - the operator's own
            return f"Opened {migration.path}. r reads it again."
        with opened_copy(migration) as copy:
            subprocess.run([*command, str(copy)], check=False)  # noqa: S603 - the operator's own
        return f"Opened a read-only copy of {migration.path}: another revision is looked at."
    except OSError as error:
        return f"The editor {command[0]} cannot be started: {error.strerror}."
