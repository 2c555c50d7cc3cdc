"""Where the board draws the rule of a release: above the newest row that came with it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cockpit.model.board import Board
from cockpit.model.state import Lane, Standing

IN_NONE = "no release"


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """Releases that end at one place."""

    names: tuple[str, ...]
    """Newest first. Only the oldest brought migrations; the others have the same newest one."""
    whole: bool
    """Everything that came with it is in the database; else only a part of it is."""

    @property
    def lead(self) -> str:
        """What stands before the names."""
        return "" if self.whole else "part of "


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row of a lane with the rule above it."""

    standing: Standing
    rule: ReleaseRule | None = None
    release: str = ""
    """What it came with, where that is not the rule it stands under; else empty."""


def release_rules(board: Board, lane: Lane | None = None) -> Mapping[str, ReleaseRule]:
    """Which releases have a rule in this lane, or among all rows, by what they are called.

    A release stands for what came with it: the migrations that no older one holds. One of which
    nothing that is in force is here has no rule; one of which something is not in force is there
    in part.
    """
    came: dict[str, list[Standing]] = {}
    for standing in board.standings:
        release = board.released.get(standing.version)
        if release is not None:
            came.setdefault(release, []).append(standing)
    return {
        names[-1]: ReleaseRule(names, all(s.wholly_in_force for s in came[names[-1]]))
        for names in _ending_together(board, came)
        if any(s.state.in_force and lane in (None, s.state.lane) for s in came.get(names[-1], ()))
    }


def placed_rows(
    board: Board, shown: Iterable[Standing], rules: Mapping[str, ReleaseRule]
) -> Iterator[PlacedRow]:
    """These rows in their order, which is newest first; some of the lane's may be filtered out."""
    begun: set[str] = set()
    under = ""
    for standing in shown:
        release = board.released.get(standing.version, "")
        if release in rules and release not in begun:
            begun.add(release)
            under = release
            yield PlacedRow(standing, rules[release])
        else:
            elsewhere = bool(under) and release != under
            yield PlacedRow(standing, release=(release or IN_NONE) if elsewhere else "")


def _ending_together(board: Board, came: Collection[str]) -> Iterable[tuple[str, ...]]:
    """Releases that brought nothing and have the same newest migration as one that did."""
    names: dict[str, list[str]] = {}
    ending: dict[str, str] = {}
    for tag, newest in board.tags:
        if tag.name in came:
            ending[newest] = tag.name
        names.setdefault(ending.get(newest, tag.name), []).insert(0, tag.name)
    return map(tuple, names.values())
