"""The story as git's fast-import format: the whole history in one process."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files

from cockpit.demo.story import Commit


@dataclass
class Stream:
    """Writes commits one after the other, and knows what the earlier ones left."""

    _texts: dict[str, str] = field(default_factory=dict)
    _added_on: dict[str, list[str]] = field(default_factory=dict)
    _marks: dict[str, int] = field(default_factory=dict)
    """Commits by number: the head of each branch, and each release."""

    def write(self, story: Iterable[Commit]) -> bytes:
        """All commits, branches and release tags."""
        numbered = enumerate(story, start=1)
        return "".join(
            part for mark, commit in numbered for part in self._commit(commit, mark)
        ).encode()

    def _commit(self, commit: Commit, mark: int) -> Iterator[str]:
        stamp = f"{commit.author} {commit.when.timestamp():.0f} {commit.when:%z}"
        yield f"commit refs/heads/{commit.branch}\nmark :{mark}\n"
        yield f"author {stamp}\ncommitter {stamp}\n{_data(commit.subject)}"
        parent = self._marks.get(commit.base or commit.branch)
        yield f"from :{parent}\n" if parent else ""
        yield f"merge :{self._marks[commit.merges]}\n" if commit.merges else ""
        for path in self._changed(commit):
            yield f"M 100644 inline {path}\n{_data(self._texts[path])}"
        self._marks[commit.branch] = mark
        if commit.tag:
            self._marks[commit.tag] = mark
            yield f"tag {commit.tag}\nfrom :{mark}\n"
            yield f"tagger {stamp}\n{_data(f'Release {commit.tag}')}"

    def _changed(self, commit: Commit) -> list[str]:
        """The paths that differ from the first parent. A merge brings what its branch added."""
        self._texts |= {path: _packaged(path) for path in commit.files}
        for edit in commit.edits:
            self._texts[edit.path] = self._texts[edit.path].replace(edit.old, edit.new)
        changed = [*commit.files, *(edit.path for edit in commit.edits)]
        self._added_on.setdefault(commit.branch, []).extend(changed)
        return changed + (self._added_on[commit.merges] if commit.merges else [])


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _packaged(path: str) -> str:
    return files("cockpit.demo").joinpath("orders", *path.split("/")).read_text(encoding="utf-8")
