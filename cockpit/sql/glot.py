"""sqlglot, imported on first use and kept quiet."""

import logging
from types import ModuleType


def sqlglot() -> ModuleType:
    """The library. What it does not know it would otherwise say on the terminal."""
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    import sqlglot

    return sqlglot
