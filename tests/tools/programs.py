"""Where the programs of other tools are on this machine, if they are."""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDERS = (
    HERE / "node_modules" / ".bin",
    HERE / "node_modules" / "liquibase" / "dist" / "liquibase",
    HERE / ".venv" / "bin",
    Path(sys.executable).parent,
)


def find(name: str) -> Path | None:
    """`COCKPIT_TEST_<NAME>` names it; else what the tests installed, else the PATH."""
    given = os.environ.get(f"COCKPIT_TEST_{name.upper().replace('-', '_')}")
    if given:
        return Path(given)
    for folder in FOLDERS:
        if (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    return Path(found) if found else None
