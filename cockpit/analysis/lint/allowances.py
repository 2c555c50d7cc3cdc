"""`-- cockpit:allow drop-column: nobody reads it since v2.3`: hazards that a file takes on.

It counts for the statement it stands in or directly above; `cockpit:allow-file` for the file.
"""

import re
from dataclasses import dataclass

_MARK = re.compile(r"--\s*cockpit:allow(-file)?\s+([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)")
_COMMENT = re.compile(r"\s*--")


@dataclass(frozen=True, slots=True)
class Allowances:
    """What one file allows, and where."""

    everywhere: frozenset[str]
    at: dict[int, frozenset[str]]
    """Rules by the line of the comment, from 1."""
    comments: frozenset[int]
    """Lines that are comments from their beginning on."""

    def named(self) -> frozenset[str]:
        """Every rule that is named anywhere."""
        return self.everywhere.union(*self.at.values())

    def allow(self, rule: str, first: int, last: int) -> bool:
        """Whether a statement from the first to the last of these lines may have this hazard."""
        if rule in self.everywhere:
            return True
        start = first
        while start - 1 in self.comments:
            start -= 1
        return any(rule in self.at.get(line, ()) for line in range(start, last + 1))


def allowances(text: str) -> Allowances:
    """Every such comment of a file."""
    everywhere: set[str] = set()
    at: dict[int, frozenset[str]] = {}
    comments = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if _COMMENT.match(line):
            comments.add(number)
        for found in _MARK.finditer(line):
            names = frozenset(name.strip() for name in found[2].split(","))
            if found[1]:
                everywhere |= names
            else:
                at[number] = at.get(number, frozenset()) | names
    return Allowances(frozenset(everywhere), at, frozenset(comments))
