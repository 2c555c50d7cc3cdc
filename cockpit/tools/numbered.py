"""Versions that a tool keeps as integers and files spell with leading zeros."""

import re
from collections.abc import Iterable

from cockpit.model.ledger import Ledger
from cockpit.model.migration import Migration, MigrationSet
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.plain_migration import exists_twice, plain_migration


def by_number(version: str) -> tuple[object, ...]:
    """Sorts as integers do; what is no number comes first, as text."""
    return (1, int(version), "") if version.isdecimal() else (0, 0, version)


def spelling(migrations: MigrationSet, ledger: Ledger) -> dict[int, str]:
    """Number to version as the files write it, else as they wrote it when we applied it."""
    kept = {int(version): version for version in ledger.versions if version.isdecimal()}
    files = {int(version): version for version in migrations.versions if version.isdecimal()}
    return kept | files


def one_a_number(files: Iterable[SourceFile], pattern: re.Pattern[str], why: str) -> MigrationSet:
    """Programs whose names begin with a number and go on with theirs, by number.

    Two files with one number are a problem, and `why` says what the tool makes of it.
    """
    found: dict[int, Migration] = {}
    problems: list[Problem] = []
    for file in sorted(files, key=lambda file: file.name):
        match = pattern.match(file.name)
        if match is None:
            continue
        migration = plain_migration(match[1], match[2], (file,), None, None)
        first = found.setdefault(int(match[1]), migration)
        if first is not migration:
            problems.append(exists_twice(first.version, file, first.path, why))
    return MigrationSet(tuple(found[number] for number in sorted(found)), tuple(problems))
