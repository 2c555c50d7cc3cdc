"""Every driven tool's own way to lay three migrations out, one release each."""

from dataclasses import dataclass
from typing import Protocol

from tests.projects import FOLDER, Project
from tests.tools.from_source import VECTORS
from tests.tools.real_tools import CHANGES, REAL_TOOLS, Change


class Layout(Protocol):
    """How one tool's files look."""

    @property
    def name(self) -> str:
        """As `--tool` spells it."""

    @property
    def folder(self) -> str:
        """Of its files, within the project."""

    def write(self, project: Project, change: Change) -> None:
        """Put the migration into the project."""


@dataclass(frozen=True, slots=True)
class GolangMigrate:
    """Two files a number."""

    name: str = "golang-migrate"
    folder: str = FOLDER

    def write(self, project: Project, change: Change) -> None:
        project.pair(f"{change.number:06}", change.table, change.up, change.down)


@dataclass(frozen=True, slots=True)
class Flyway:
    """A versioned and an undo file."""

    name: str = "flyway"
    folder: str = FOLDER

    def write(self, project: Project, change: Change) -> None:
        project.write(f"V{change.number}__{change.table}.sql", change.up)
        project.write(f"U{change.number}__{change.table}.sql", change.down)


@dataclass(frozen=True, slots=True)
class Prisma:
    """A folder a migration, with a `down.sql` beside."""

    name: str = "prisma"
    folder: str = FOLDER

    def write(self, project: Project, change: Change) -> None:
        folder = project.root / FOLDER / f"2026010100000{change.number}_{change.table}"
        folder.mkdir()
        (folder / "migration.sql").write_text(change.up)
        (folder / "down.sql").write_text(change.down)
        (folder.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')


@dataclass(frozen=True, slots=True)
class Native:
    """The cockpit's own."""

    name: str = "cockpit"
    folder: str = FOLDER

    def write(self, project: Project, change: Change) -> None:
        project.native(f"{change.number:03}", change.table, change.up, change.down)


LAYOUTS: tuple[Layout, ...] = (
    Native(), GolangMigrate(), Flyway(), Prisma(), *REAL_TOOLS, *VECTORS
)  # fmt: skip


def releases(project: Project, layout: Layout) -> None:
    """Tags v1, v2 and v3, each with one migration more."""
    for change in CHANGES:
        layout.write(project, change)
        project.commit(f"Add {change.table}", tag=f"v{change.number}")
