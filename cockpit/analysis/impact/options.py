"""Storage parameters and the lock that changing them takes (`reloptions.c`)."""

from collections.abc import Iterable

from cockpit.analysis.impact import syntax
from cockpit.model.locks import LockMode, strongest

_EXCLUSIVE = frozenset(
    {
        "autosummarize", "pages_per_range", "fastupdate", "gin_pending_list_limit", "buffering",
        "user_catalog_table", "security_barrier", "security_invoker", "check_option",
    }
)  # fmt: skip
"""Readers look at these, so they must not change under them."""


def lock_for_options(definitions: Iterable[syntax.Node]) -> LockMode:
    """The strongest lock that any of these options asks for."""
    names = {node.def_elem.defname.lower() for node in definitions}
    modes = [
        LockMode.ACCESS_EXCLUSIVE if name in _EXCLUSIVE else LockMode.SHARE_UPDATE_EXCLUSIVE
        for name in names
    ]
    return strongest(modes) or LockMode.ACCESS_EXCLUSIVE
