"""`atlas.sum`: one hash a file, each over every file before it too.

Source: github.com/ariga/atlas 1.2, `sql/migrate/dir.go` (`NewHashFile`, `Validate`, `directive`).
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile

NAME = "atlas.sum"
_FIRST_DIRECTIVE = re.compile(rb"^[ -~]*atlas:sum +ignore(?:\n|\r|$)")


def chain(files: Iterable[SourceFile]) -> dict[str, str]:
    """File name to hash, in the order of the names. A file that asks to be ignored has none."""
    running = hashlib.sha256()
    hashes = {}
    for file in sorted(files, key=lambda file: file.name):
        running.update(file.name.encode())
        if _FIRST_DIRECTIVE.match(file.content):
            continue
        running.update(file.content)
        hashes[file.name] = base64.b64encode(running.digest()).decode()
    return hashes


def total(hashes: Mapping[str, str]) -> str:
    """The hash of the first line, over all the others."""
    text = "".join(f"{name}{digest}" for name, digest in hashes.items())
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def differences(sum_file: SourceFile, hashes: Mapping[str, str]) -> tuple[Problem, ...]:
    """Where the file and the folder disagree first, as Atlas itself would say it."""
    first, *lines = sum_file.content.decode(errors="replace").splitlines() or [""]
    written = [_line(line) for line in lines]
    if first.removeprefix("h1:") == total(hashes) and written == list(hashes.items()):
        return ()
    number, what = _first_difference(written, list(hashes.items()))
    return (
        Problem(
            f"{what}, and Atlas runs nothing until its sum file agrees with the folder",
            path=sum_file.path,
            line=number,
            next_step="Look at that file; if it is as it should be: atlas migrate hash.",
            blocks_writing=False,
        ),
    )


def _line(line: str) -> tuple[str, str]:
    name, _, digest = line.partition("h1:")
    return name.strip(), digest


def _first_difference(
    written: Sequence[tuple[str, str]], found: Sequence[tuple[str, str]]
) -> tuple[int, str]:
    names = [name for name, _ in found]
    for index, entry in enumerate(written):
        if index < len(found) and found[index] == entry:
            continue
        name = entry[0]
        if name not in names:
            return index + 2, f"{name} was removed"
        if names.index(name) == index:
            return index + 2, f"{name} was edited"
        return index + 2, f"{names[index]} was added"
    if len(found) > len(written):
        return len(written) + 2, f"{names[len(written)]} was added"
    return 1, "its first line is not the hash of the others"
