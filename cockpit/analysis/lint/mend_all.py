"""Everything in a file that can give way to its safer form, one after the other."""

from dataclasses import dataclass

from cockpit.analysis.lint.mend import Mendable, mend, mendable
from cockpit.errors import MigrationError
from cockpit.model.facts import CatalogFacts


@dataclass(frozen=True, slots=True)
class Overhaul:
    """What became of one file."""

    text: str
    taken_out: tuple[Mendable, ...]
    """In the order they were; lines are those of the text at that moment."""
    refused: tuple[MigrationError, ...]
    """Why a safer form did not fit."""
    remarks: tuple[str, ...]


def mend_all(
    path: str,
    text: str,
    *,
    without: frozenset[str] = frozenset(),
    facts: CatalogFacts | None = None,
    major: int = 18,
    down: bool = False,
) -> Overhaul:
    """Take out every mechanical hazard but those of the rules in `without`.

    Raises `MigrationError` for SQL that cannot be read.
    """
    done: list[Mendable] = []
    refused: dict[tuple[str, str], MigrationError] = {}
    remarks: dict[str, None] = {}
    while True:
        found = mendable(path, text, facts=facts, major=major, down=down)
        chosen = next(
            (m for m in found if m.rule not in without and (m.rule, m.sql) not in refused), None
        )
        if chosen is None:
            return Overhaul(text, tuple(done), tuple(refused.values()), tuple(remarks))
        try:
            mended = mend(path, text, rule=chosen.rule, line=chosen.line, facts=facts, major=major)
        except MigrationError as error:
            refused[chosen.rule, chosen.sql] = error
            continue
        text = mended.text
        done.append(chosen)
        if mended.remark:
            remarks[mended.remark] = None
