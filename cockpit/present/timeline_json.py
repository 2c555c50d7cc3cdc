"""Versions of all histories in one database, as JSON."""

from collections.abc import Iterable
from typing import Any

from cockpit.model.timeline import Applied
from cockpit.present.board_json import moment


def timeline_json(entries: Iterable[Applied]) -> list[dict[str, Any]]:
    """Everything that is known of each, in the order given."""
    return [
        {
            "tool": one.tool,
            "table": one.table or None,
            "version": one.version,
            "name": one.name or None,
            "applied_at": moment(one.at) if one.at else None,
            "ours": one.ours,
        }
        for one in entries
    ]
