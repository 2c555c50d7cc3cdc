"""Small git repositories with migrations, made on the spot."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = "db/migrations"
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ana Author",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Ana Author",
    "GIT_COMMITTER_EMAIL": "ana@example.org",
}


@dataclass(frozen=True, slots=True)
class Project:
    """A work tree with a folder of migrations."""

    root: Path

    @classmethod
    def create(cls, root: Path) -> "Project":
        """An empty repository on branch main."""
        (root / FOLDER).mkdir(parents=True)
        project = cls(root)
        project.git("init", "-q", "-b", "main")
        return project

    def git(self, *arguments: str) -> str:
        """Run git here; what it printed."""
        return self.git_input("", *arguments)

    def git_input(self, text: str, *arguments: str) -> str:
        """The same with something on its standard input."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            input=text,
            env=os.environ | _ENVIRONMENT,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, name: str, text: str) -> Path:
        """Put a file into the migrations folder."""
        path = self.root / FOLDER / name
        path.write_text(text)
        return path

    def native(self, version: str, name: str, up: str, down: str = "", options: str = "") -> None:
        """One native migration with a plain phase."""
        text = f"-- migrate:up {options}\n{up}\n"
        if down:
            text += f"-- migrate:down {options}\n{down}\n"
        self.write(f"{version}_{name}.sql", text)

    def pair(self, version: str, name: str, up: str, down: str) -> None:
        """One golang-migrate migration."""
        self.write(f"{version}_{name}.up.sql", up)
        self.write(f"{version}_{name}.down.sql", down)

    def commit(self, subject: str = "Change the schema", tag: str | None = None) -> str:
        """Commit everything; the commit's id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")
