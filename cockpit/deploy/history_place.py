"""Where the tool's history is on this target: as the operator says, or the tool's own settings."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from cockpit.deploy.opening import Opening
from cockpit.deploy.source_side import SourceLook
from cockpit.model.revision import Revision
from cockpit.source.repository import Repository
from cockpit.tools.adopted import AdoptedProject
from cockpit.tools.configured import kept_in, place_named, place_of
from cockpit.tools.protocol import Tool
from cockpit.tools.sqitch import Sqitch
from cockpit.tools.sqitch_user import project_settings


def history_place(
    opening: Opening, repository: Repository, look: SourceLook
) -> Callable[[Tool], Tool]:
    """Makes a tool look for its history where it is here.

    What it gives raises `UsageError` for a tool that knows one place only.
    """
    named = opening.history_table
    read = partial(_text, repository, look.revision)

    def moved(tool: Tool) -> Tool:
        if isinstance(tool, AdoptedProject):
            return replace(tool, layout=moved(tool.layout))
        if isinstance(tool, Sqitch):
            tool = replace(tool, settings=project_settings(look.folder, read))
        if named and tool.name != "cockpit":
            return kept_in(tool, place_named(named))
        return kept_in(tool, place_of(tool, look.folder, read))

    return moved


def _text(repository: Repository, revision: Revision, path: str) -> str | None:
    """A file beside the migrations, as the revision has it; None where it is none of ours."""
    if not revision.worktree:
        return repository.text_at(revision.commit, path) if revision.commit else None
    root = repository.root.resolve()
    place = (root / path).resolve()
    if not place.is_relative_to(root) or not place.is_file():
        return None
    try:
        return place.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        # Who may not read the tool's settings is told nothing by them.
        return None
