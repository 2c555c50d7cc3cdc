"""Names for commits: what the operator asks for, tags, branches."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from difflib import get_close_matches

from cockpit.errors import SourceError
from cockpit.model.queue import Branch
from cockpit.model.revision import Tag
from cockpit.source.git_process import GitProcess
from cockpit.source.objects import read_objects

_TAG_FIELDS = (
    "%(refname:strip=2)", "%(objecttype)", "%(objectname)", "%(committerdate:unix)",
    "%(*objecttype)", "%(*objectname)", "%(*committerdate:unix)",
)  # fmt: skip
_MOST_SUGGESTED = 3
_BRANCHES = ("refs/heads", "refs/remotes")
_NEWEST_FIRST = "--sort=-committerdate"


def commit_of(git: GitProcess, ref: str, *, shallow: bool) -> str:
    """The full id of the commit that a ref names. `SourceError` tells nearest names otherwise."""
    answer = git.ask("rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
    if "ambiguous" in answer.complaint:
        raise _ambiguous(git, ref)
    if answer.status == 0:
        return answer.output.decode().strip()
    if shallow:
        raise _perhaps_beyond(git, ref)
    raise _unknown(git, ref)


def head_commit(git: GitProcess) -> str | None:
    """The commit that HEAD names; None before the first one."""
    answer = git.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return answer.output.decode().strip() if answer.status == 0 else None


def head_branch(git: GitProcess) -> str | None:
    """The branch that is checked out; None on a detached HEAD."""
    answer = git.ask("symbolic-ref", "--short", "--quiet", "HEAD")
    return answer.output.decode().strip() if answer.status == 0 else None


def all_refs(git: GitProcess) -> dict[str, str]:
    """Every ref by its full name, and HEAD; a tag object counts as itself. Empty before any."""
    lines = git.ask("show-ref", "--head").output.decode(errors="replace").splitlines()
    return {name: object_id for object_id, _, name in (line.partition(" ") for line in lines)}


def fetch_words(git: GitProcess, *, shallow: bool) -> str:
    """The command that brings what this clone leaves out; empty where it leaves nothing out."""
    followed = git.ask("config", "--get-regexp", r"^remote\..*\.fetch$").output.decode()
    rules = [line.partition(" ") for line in followed.splitlines()]
    remote = next((name.split(".")[1] for name, _, _ in rules), "origin")
    narrow = bool(rules) and not any("refs/heads/*:" in rule or "refs/*:" in rule
                                     for _, _, rule in rules)  # fmt: skip
    if not shallow and not narrow:
        return ""
    cut = "--unshallow " if shallow else ""
    rest = f" {remote} '+refs/heads/*:refs/remotes/{remote}/*'" if narrow else ""
    return f"git fetch {cut}--tags{rest}"


def are_kept(git: GitProcess, commits: Collection[str]) -> bool:
    """Whether some ref still leads to every one of these commits."""
    asked = "".join(f"{commit}\n" for commit in commits).encode()
    answer = git.ask("rev-list", "-1", "--stdin", "--not", "--all", stdin=asked)
    return answer.status == 0 and not answer.output


def ancestors(git: GitProcess, commit: str) -> frozenset[str]:
    """The commit itself and all that it stands on."""
    return frozenset(git.run("rev-list", "--end-of-options", commit, "--").decode().split())


def tags(git: GitProcess) -> tuple[Tag, ...]:
    """Every tag that leads to a commit, oldest commit first; v1.9 before v1.10 on the same one."""
    output = git.run("for-each-ref", f"--format={'%00'.join(_TAG_FIELDS)}", "refs/tags")
    found = (_tag(git, line.split("\0")) for line in output.decode().splitlines())
    return tuple(sorted((tag for tag in found if tag), key=lambda t: (t.at, _natural(t.name))))


def _tag(git: GitProcess, fields: list[str]) -> Tag | None:
    name, kind, commit, at, peeled_kind, peeled_commit, peeled_at = fields
    if kind == "tag":
        kind, commit, at = peeled_kind, peeled_commit, peeled_at
    if kind == "tag":
        return _nested(git, name)
    return Tag(name, commit, _time(at)) if kind == "commit" else None


def _nested(git: GitProcess, name: str) -> Tag | None:
    """A tag of a tag, which `for-each-ref` peels only once."""
    answer = git.ask("log", "-1", "--format=%H %ct", f"refs/tags/{name}", "--")
    if answer.status != 0:
        return None
    commit, at = answer.output.decode().split()
    return Tag(name, commit, _time(at))


def _time(unix: str) -> datetime:
    return datetime.fromtimestamp(int(unix), UTC)


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Digits compare as numbers, so that v1.9 comes before v1.10."""
    return tuple((int(n or 0), text) for text, n in re.findall(r"([^\d]+)|(\d+)", name))


def commit_time(git: GitProcess, commit: str) -> datetime:
    """The committer's time, in UTC."""
    output = git.run("log", "-1", "--format=%ct", "--end-of-options", commit, "--")
    return _time(output.decode().strip())


def is_part_of(git: GitProcess, commit: str, of: str) -> bool:
    """Whether a commit is an ancestor of the other, or the same; False for one that is not here."""
    return git.ask("merge-base", "--is-ancestor", commit, of).status == 0


def first_parents(git: GitProcess, commit: str) -> tuple[tuple[str, datetime], ...]:
    """The main line that ends at a commit, newest first, with the committers' times."""
    asked = ("log", "--first-parent", "--format=%H %ct", "--end-of-options", commit, "--")
    lines = (line.split() for line in git.run(*asked).decode().splitlines())
    return tuple((object_id, _time(at)) for object_id, at in lines)


def branches(git: GitProcess) -> tuple[Branch, ...]:
    """Newest commit first; a remote's branch that a local one equals is left out."""
    fields = ("%(refname)", "%(symref)", "%(objectname)", "%(committerdate:unix)", "%(authorname)")
    output = git.run("for-each-ref", f"--format={'%00'.join(fields)}", _NEWEST_FIRST, *_BRANCHES)
    lines = [line.split("\0") for line in output.decode(errors="replace").splitlines()]
    local = {fields[2] for fields in lines if fields[0].startswith("refs/heads/")}
    return tuple(
        Branch(name.split("/", 2)[2], commit, _time(at), author)
        for name, symbolic, commit, at, author in lines
        if not symbolic and (name.startswith("refs/heads/") or commit not in local)
    )


def branch_of(git: GitProcess, commit: str) -> str | None:
    """A branch that holds the commit: the checked-out one, a main one, else the newest.

    Branches of remotes count when no local one holds it. None for a commit that is on no branch.
    """
    for prefix in _BRANCHES:
        names = _names(git, prefix, "--contains", commit, _NEWEST_FIRST)
        if names:
            return _foremost(git, names)
    return None


def branch_with(git: GitProcess, path: str) -> str | None:
    """A branch whose newest commit has the file; the same choice among several."""
    for prefix in _BRANCHES:
        names = _names(git, prefix, _NEWEST_FIRST)
        found = read_objects(git, [f"{prefix}/{name}:{path}" for name in names])
        holding = [name for name, blob in zip(names, found, strict=True) if blob is not None]
        if holding:
            return _foremost(git, holding)
    return None


def _foremost(git: GitProcess, names: list[str]) -> str:
    wanted = (head_branch(git), "main", "master", "origin/main", "origin/master")
    return next((name for name in wanted if name in names), names[0])


def _names(git: GitProcess, prefix: str, *arguments: str) -> list[str]:
    answer = git.ask("for-each-ref", "--format=%(refname)", *arguments, prefix)
    lines = answer.output.decode().splitlines() if answer.status == 0 else []
    return [line.removeprefix(f"{prefix}/") for line in lines if not line.endswith("/HEAD")]


def _ambiguous(git: GitProcess, ref: str) -> SourceError:
    output = git.run("for-each-ref", "--format=%(refname)").decode()
    full = [name for name in output.splitlines() if name.endswith(f"/{ref}")]
    choices = " or ".join(full) if full else "more of its digits"
    return SourceError(f"{ref} names more than one thing.", next_step=f"Write {choices}.")


def _perhaps_beyond(git: GitProcess, ref: str) -> SourceError:
    return SourceError(
        f"This clone is shallow and does not hold {ref}.",
        next_step=f"Fetch the rest: {fetch_words(git, shallow=True)}",
    )


def _unknown(git: GitProcess, ref: str) -> SourceError:
    known = [name for prefix in ("refs/heads", "refs/tags", "refs/remotes")
             for name in _names(git, prefix)]  # fmt: skip
    near = get_close_matches(ref, known, n=_MOST_SUGGESTED, cutoff=0.5)
    near += [name for name in known if name.endswith(f"/{ref}") and name not in near]
    suggestion = (
        f"Nearest: {', '.join(near)}." if near else "git branch --all and git tag list all."
    )
    return SourceError(f"There is no commit called {ref} here.", next_step=suggestion)
