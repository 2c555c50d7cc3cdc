"""Git repositories made for one test, deaf to the configuration of whoever runs it."""

import os
import subprocess
from pathlib import Path

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ana Author",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Cem Committer",
    "GIT_COMMITTER_EMAIL": "cem@example.org",
}
_FIRST = 1_700_000_000
FIRST_TIME = _FIRST
"""Committer's time of the first commit; each later one is a minute younger."""


class Sandbox:
    """A repository with a folder `db`."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        self._clock = _FIRST
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str) -> str:
        """What git printed, stripped."""
        stamp = {"GIT_AUTHOR_DATE": f"{self._clock} +0000"}
        stamp["GIT_COMMITTER_DATE"] = f"{self._clock} +0000"
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=os.environ | _ENVIRONMENT | stamp,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def write(self, path: str, content: str | bytes) -> None:
        """Put a file into the work tree."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, subject: str = "change", **files: str) -> str:
        """Commit the whole work tree, with `db/<name>.sql` files given by keyword; its id."""
        for name, content in files.items():
            self.write(f"db/{name.strip('_')}.sql", content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        self._clock += 60
        return self.git("rev-parse", "HEAD")
