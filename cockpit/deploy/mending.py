"""The safer form takes the statement's place in a file of the work tree that is not applied yet."""

from collections.abc import Callable
from difflib import unified_diff
from itertools import count
from pathlib import Path, PurePosixPath

from cockpit.analysis.lint.mend import mend
from cockpit.deploy.opening import Opening
from cockpit.errors import Refused, SourceError, StalePlan
from cockpit.model.board import Board
from cockpit.model.facts import CatalogFacts
from cockpit.model.mending import Mending
from cockpit.source.git_repository import find_git_repository

Facts = Callable[[], CatalogFacts | None]


def prepare(
    opening: Opening, board: Board, facts: Facts, version: str, path: str, line: int, rule: str
) -> Mending:
    """What `rule` would make of the statement at that line; writes nothing.

    Raises `Refused` for a file that is applied or not of the work tree, `MigrationError` where the
    form asks for decisions.
    """
    file = _file(opening, board, version, path)
    before = file.read_bytes().decode("utf-8")
    major = board.identity.major if board.identity else 18
    made = mend(path, before, rule=rule, line=line, facts=facts(), major=major)
    rows = unified_diff(before.splitlines(), made.text.splitlines(), path, "safer", lineterm="")
    kept_in = "" if _committed(opening, path, before) else _beside(file, path)
    return Mending(path, rule, version, before, made.text, tuple(rows), made.remark, kept_in)


def write(opening: Opening, board: Board, mending: Mending) -> None:
    """Write it into the file, unless the file or its state has changed since it was prepared.

    What no commit has of the old text is written beside it first."""
    file = _file(opening, board, mending.version, mending.path)
    if file.read_bytes().decode("utf-8") != mending.before:
        raise StalePlan(
            f"{mending.path} was edited meanwhile.", next_step="Look at the new plan first."
        )
    if mending.kept_in:
        with (file.parent / PurePosixPath(mending.kept_in).name).open("xb") as copy:
            copy.write(mending.before.encode("utf-8"))
    file.write_bytes(mending.after.encode("utf-8"))


def _committed(opening: Opening, path: str, text: str) -> bool:
    """The last commit has the file as it stands, so that git can restore it."""
    repository = find_git_repository(opening.repository)
    if repository is None:
        return False
    try:
        committed = repository.file_at("HEAD", path)
    except SourceError:
        return False
    return committed is not None and committed.content == text.encode("utf-8")


def _beside(file: Path, path: str) -> str:
    """The first name that is free, relative to the repository's root."""
    names = (f".orig{number or ''}" for number in count())
    return next(path + end for end in names if not file.with_name(file.name + end).exists())


def _file(opening: Opening, board: Board, version: str, path: str) -> Path:
    standing = board.find(version)
    if board.revision is None or not board.revision.worktree:
        raise Refused(
            "This is a commit, not the work tree: its files cannot be edited.",
            next_step="Open the cockpit without --ref.",
        )
    if board.history is None or standing is None:
        raise Refused(
            f"Whether {version} is applied is not known.",
            next_step="Wait until the database can be read.",
        )
    if not standing.state.untouched:
        raise Refused(
            f"{version} is {standing.state}: its file stays as it is.",
            next_step="Write a new migration instead.",
        )
    repository = find_git_repository(opening.repository)
    file = (repository.root if repository else opening.repository) / path
    if not file.is_file():
        raise Refused(f"{path} is not in the work tree.")
    return file
