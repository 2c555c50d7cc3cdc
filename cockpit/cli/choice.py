"""What options and settings come to: which files, which database."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cockpit.cli.options import Request
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import UsageError
from cockpit.model.target import Environment
from cockpit.settings.paths import settings_root
from cockpit.settings.sources import Resolved, load
from cockpit.settings.target import Target, choose


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings in force, and the target they name."""

    resolved: Resolved
    target: Target | None
    start: Path
    """Where the repository is looked for."""
    root: Path | None
    """Top of the work tree; None for a bare repository."""
    request: Request
    """What the command line itself said."""

    @property
    def named_by(self) -> tuple[str, ...]:
        """Options that name the same target and files again; no secret is in them."""
        return tuple(_named_by(self))


def read_choice(request: Request, surroundings: Surroundings) -> Choice:
    """Every source of settings, and the target they name. Raises UsageError."""
    start = (surroundings.folder / (request.repo or "")).absolute()
    root = settings_root(start)
    options = {
        "target": request.target,
        "dsn": request.dsn,
        "environment": request.environment,
        "folder": _folder(request.path, root, surroundings.folder),
        "tool": request.tool,
        "history_table": request.history_table,
    }
    resolved = load(options, surroundings.environment, root, surroundings.paths)
    return Choice(resolved, choose(resolved), start, root, request)


def targets(request: Request, surroundings: Surroundings) -> tuple[str, ...]:
    """The names of all targets that the settings have. Raises UsageError where they are wrong."""
    start = (surroundings.folder / (request.repo or "")).absolute()
    root = settings_root(start)
    return tuple(load({}, surroundings.environment, root, surroundings.paths).settings.targets)


def needed(choice: Choice) -> Target:
    """The target. Raises UsageError with the ways to name one."""
    if choice.target is not None:
        return choice.target
    names = ", ".join(choice.resolved.settings.targets)
    known = f"Known targets: {names}. " if names else ""
    raise UsageError(
        "No database is named.",
        next_step=f"{known}Give --target NAME or --dsn URL, or set COCKPIT_DSN or DATABASE_URL.",
    )


def _named_by(choice: Choice) -> Iterator[str]:
    asked, target = choice.request, choice.target
    if target is not None and target.name is not None:
        yield from ("--target", target.name)
    elif target is not None:
        yield from ("--dsn", target.dsn.conninfo())
        if target.environment is not Environment.UNKNOWN:
            yield from ("--environment", target.environment.value)
    table = target.rules.history_table if target and target.name is None else asked.history_table
    for option, value in (
        ("--repo", asked.repo),
        ("--path", asked.path),
        ("--tool", asked.tool),
        ("--history-table", table),
    ):
        if value:
            yield from (option, str(value))


def _folder(path: str | None, root: Path | None, current: Path) -> str | None:
    """The folder relative to the root; a relative one may be meant from where one is."""
    if path is None or root is None:
        return path
    from_here = (current / path).absolute()
    meant = from_here if from_here.is_dir() else root / path
    if meant.is_relative_to(root):
        return meant.relative_to(root).as_posix()
    if not Path(path).is_absolute():
        return path
    raise UsageError(
        f"--path {path} is outside of the repository {root}.",
        next_step="Name its repository with --repo.",
    )
