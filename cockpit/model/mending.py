"""A statement of a file and the safer form that would take its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mending:
    """One file of the work tree, before and after."""

    path: str
    """Relative to the repository's root."""
    rule: str
    version: str
    before: str
    """The whole file as it was read."""
    after: str
    diff: tuple[str, ...]
    """Unified, without line ends."""
    remark: str = ""
    """What the sender of the file must know; empty when nothing."""
    kept_in: str = ""
    """The file beside it that will keep the old text, which the last commit does not have; empty
    where it has."""
