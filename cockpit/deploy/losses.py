"""Versions that are applied and not in the ref: where they last were, and why they are not here."""

from collections.abc import Sequence
from dataclasses import replace

from cockpit.deploy.source_side import SourceLook
from cockpit.errors import SourceError
from cockpit.model.revision import FileChange
from cockpit.model.state import Standing, Trace
from cockpit.source.archaeology import last_seen, trace_of
from cockpit.source.repository import Repository
from cockpit.tools.registry import version_at

_MAIN_REFS = ("refs/heads/main", "refs/heads/master",
              "refs/remotes/origin/main", "refs/remotes/origin/master")  # fmt: skip
_TRUNKS = ("main", "master", "origin/main", "origin/master")


def lost(
    look: SourceLook,
    repository: Repository,
    standing: Standing,
    mine: Sequence[FileChange],
    everything: Sequence[FileChange],
) -> Standing:
    """The standing of a missing version with its last commit, branch and author."""
    trace = _last_seen(look, repository, mine)
    if trace is None:
        words = f"{_never_seen(repository)}{_rewritten(look, repository, standing)}"
        return replace(standing, why=f"{standing.why} {words}")
    here = look.revision.commit
    if here is not None and repository.is_part_of(trace.commit, here):
        words = _removed(look, repository, mine, everything, here)
        trace = replace(trace, branch=look.revision.branch)
    else:
        branch = _branch_of(look, repository, trace.commit)
        trace = replace(trace, branch=branch)
        words = _elsewhere(repository, trace, branch)
    rewritten = _rewritten(look, repository, standing)
    return replace(standing, trace=trace, why=f"{standing.why} {words}{rewritten}")


def _last_seen(
    look: SourceLook, repository: Repository, mine: Sequence[FileChange]
) -> Trace | None:
    """The newest commit that wrote it: on the main line if that ever had it, else anywhere."""
    if not mine:
        return None
    end = next((look.refs[name] for name in _MAIN_REFS if name in look.refs), None)
    held = [change for change in mine if change.path == mine[0].path and change.blob is not None]
    merged = (c for c in held if end is not None and repository.is_part_of(c.commit, end))
    found = next(merged, None)
    return trace_of(found) if found else last_seen(mine, mine[0].path)


def _never_seen(repository: Repository) -> str:
    if repository.is_shallow:
        return (
            "This clone is shallow and its commits do not hold it: fetch the rest with "
            f"`{repository.fetch_words()}`."
        )
    fetch = repository.fetch_words()
    if fetch:
        return f"No commit here ever held it, and this clone lacks other branches: `{fetch}`."
    return "No commit on any branch or tag ever held it."


def _removed(
    look: SourceLook,
    repository: Repository,
    mine: Sequence[FileChange],
    everything: Sequence[FileChange],
    here: str,
) -> str:
    removal = next(
        (c for c in mine if c.status == "D" and repository.is_part_of(c.commit, here)), None
    )
    if removal is None:
        return "It was removed here in a merge."
    words = f"Removed by {removal.author} in {removal.commit[:7]} ({removal.subject})"
    together = [c for c in everything if c.commit == removal.commit]
    gone = {version_at(look.tool, c.path) for c in together if c.status == "D"} - {None}
    added = {version_at(look.tool, c.path) for c in together if c.status == "A"} - {None} - gone
    if len(gone) > 1 and len(added) == 1:
        return f"{words}, which squashed {len(gone)} migrations into {added.pop()}."
    others = f", with {len(gone) - 1} more" if len(gone) > 1 else ""
    return f"{words}{others}."


def _elsewhere(repository: Repository, trace: Trace, branch: str | None) -> str:
    last = f"last seen in {trace.commit[:7]} by {trace.author}"
    if branch is None:
        return f"It is on no branch any more, {last}: the branch was rewritten or deleted."
    if branch in _TRUNKS:
        return f"This ref is older than it: it is on {branch}, {last}."
    trunk = _trunk(repository)
    if trunk is None:
        return f"It is on branch {branch} and not in this ref, {last}."
    return f"It is on branch {branch}, which was never merged into {trunk}, {last}."


def _trunk(repository: Repository) -> str | None:
    for name in _TRUNKS:
        try:
            repository.revision(name)
        except SourceError:
            continue
        return name
    return None


def _branch_of(look: SourceLook, repository: Repository, commit: str) -> str | None:
    """The checked-out or a main branch that holds it, for which the look knows where they end."""
    here = look.revision.branch
    names = [f"refs/heads/{here}"] if here else []
    for ref in (*names, *_MAIN_REFS[:2]):
        end = look.refs.get(ref)
        if end is not None and repository.is_part_of(commit, end):
            return ref.removeprefix("refs/heads/")
    return repository.branch_of(commit)


def _rewritten(look: SourceLook, repository: Repository, standing: Standing) -> str:
    """Whether the commit it was applied from is still in somebody's history."""
    commit = standing.record.commit if standing.record else None
    if commit is None or repository.is_shallow or _branch_of(look, repository, commit) is not None:
        return ""
    return f" The commit it was applied from, {commit[:7]}, is on no branch any more."
