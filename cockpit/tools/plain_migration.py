"""A migration of another tool's file: one phase up, at most one down, one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.model.migration import Direction, Migration, Phase
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.source.checksum import native_checksum


@dataclass(frozen=True, slots=True)
class Side:
    """One direction's SQL and where it stands."""

    script: str
    path: str
    line: int = 1
    transaction: bool = True


def marked_side(
    lines: Sequence[tuple[Direction | None, str]], direction: Direction, path: str
) -> Side | None:
    """The lines of one direction, where each line of a file is known to be up, down or neither.

    Sections of one direction are joined, with blank lines in the place of the others, so that a
    line keeps its number. None where no line is of this direction.
    """
    mine = [number for number, (whose, _) in enumerate(lines) if whose is direction]
    if not mine:
        return None
    text = [line if whose is direction else "" for whose, line in lines[mine[0] : mine[-1] + 1]]
    return Side("\n".join(text), path, line=mine[0] + 1)


def text_of(file: SourceFile) -> str | Problem:
    """The file's text without a byte order mark; a problem when it is not UTF-8."""
    try:
        return file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        return Problem(
            "this is not UTF-8; the file is left out",
            path=file.path,
            line=before.count(b"\n") + 1,
            column=len(before) - before.rfind(b"\n"),
            next_step="Save it as UTF-8.",
        )


def plain_migration(
    version: str,
    name: str,
    files: tuple[SourceFile, ...],
    up: Side | None,
    down: Side | None,
    *,
    checksum: str | None = None,
    irreversible: str | None = None,
) -> Migration:
    """One version. The first file carries the up side; without `checksum` ours is taken over it.

    Without an `up` its statements cannot be known: a program, which only its own tool can run.
    """
    return Migration(
        version=version,
        name=name,
        up=(_phase(up, Direction.UP),) if up else (),
        down=(_phase(down, Direction.DOWN),) if down else (),
        checksum=checksum if checksum is not None else native_checksum(files[0].content),
        path=files[0].path,
        blobs=tuple(file.blob for file in files),
        irreversible=irreversible,
        uncommitted=any(file.uncommitted for file in files),
    )


def exists_twice(version: str, file: SourceFile, first: str, consequence: str) -> Problem:
    """Two files claim one version."""
    return Problem(
        f"version {version} exists twice: {first} has it too, {consequence}",
        path=file.path,
        version=version,
        next_step="Give one of the two another version.",
    )


def is_program(file: SourceFile, version: str, tool: str) -> Problem:
    """The file is code, which is never run to look at it."""
    return Problem(
        f"this is a program: its statements are known only when {tool} runs it, so the cockpit "
        f"shows {version} and does not apply it",
        path=file.path,
        version=version,
        next_step=f"Apply it with {tool}.",
        blocks_writing=False,
    )


def _phase(side: Side, direction: Direction) -> Phase:
    return Phase(
        "up", direction, side.script, side.path, line=side.line, transaction=side.transaction
    )
