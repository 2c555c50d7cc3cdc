"""Versions that a tool keeps as integers and files spell with leading zeros."""

from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet


def by_number(version: str) -> tuple[object, ...]:
    """Sorts as integers do; what is no number comes first, as text."""
    return (1, int(version), "") if version.isdecimal() else (0, 0, version)


def spelling(migrations: MigrationSet, ledger: Ledger) -> dict[int, str]:
    """Number to version as the files write it, else as they wrote it when we applied it."""
    kept = {int(version): version for version in ledger.versions if version.isdecimal()}
    files = {int(version): version for version in migrations.versions if version.isdecimal()}
    return kept | files
