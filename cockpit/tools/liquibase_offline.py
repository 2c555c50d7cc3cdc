"""What Liquibase itself says that every change set sends: asked offline, without a database.

Source: github.com/liquibase/liquibase 4.28, `database/OfflineConnection.java` (`changeLogFile`,
`outputLiquibaseSql`), `changelog/visitor/UpdateVisitor.java` (the comment before each set).
"""

import re
from collections.abc import Sequence
from pathlib import Path

from cockpit.model.migration import Direction, Migration, Phase
from cockpit.tools.liquibase import key_of, same_file

_SEARCH = "--search-path="
_HEADING = re.compile(r"^-- Changeset (.+)::(.+?)::(.+)$", re.MULTILINE)
_NO_SQL = re.compile(r"^(?:--.*|\s*)$")


def arguments(command: Sequence[str], root: str, scratch: Path) -> tuple[str, ...]:
    """For its command: print the statements of every change set, and write only into `scratch`.

    `root` is the changelog that includes the others, named below the command's search path.
    """
    places = [part.removeprefix(_SEARCH) for part in command if part.startswith(_SEARCH)]
    for place in (place.strip("/") for part in places for place in part.split(",")):
        root = root.removeprefix(f"{place}/") if place not in ("", ".") else root
    return (
        f"--changelog-file={root}",
        f"--url=offline:postgresql?changeLogFile={scratch / 'rows.csv'}&outputLiquibaseSql=none",
        "update-sql",
    )


def told(output: str, migrations: Sequence[Migration]) -> dict[str, tuple[Phase, ...]]:
    """Version to its way up, for every migration that the output speaks of."""
    found: dict[str, tuple[Phase, ...]] = {}
    begins = list(_HEADING.finditer(output))
    ends = [*(match.start() for match in begins[1:]), len(output)]
    for match, end in zip(begins, ends, strict=False):
        script = _statements(output[match.end() : end])
        for migration in migrations:
            file, identity, author = key_of(migration)
            if (identity, author) == (match[2], match[3]) and same_file(match[1], file):
                phase = Phase("up", Direction.UP, script, migration.path)
                found[migration.version] = (phase,)
    return found


def _statements(text: str) -> str:
    """Without the comments that Liquibase puts before, and what it says at the very end."""
    lines = text.strip("\n").split("\n")
    while lines and _NO_SQL.match(lines[0]):
        lines = lines[1:]
    while lines and not lines[-1].rstrip().endswith(";"):
        lines = lines[:-1]
    return "\n".join(lines)
