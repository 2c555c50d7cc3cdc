"""Files of a commit that name something, found by git itself."""

from cockpit.source.git_process import GitProcess
from cockpit.source.objects import read_objects

MOST_FILES = 500
_LARGEST_BYTES = 1_000_000


def texts_naming(
    git: GitProcess, commit: str, word: str, *, leave_out: str
) -> tuple[dict[str, str], bool]:
    """Texts by path that hold the word as a whole word; those below a folder are left out.

    The second value is True when there were more than `MOST_FILES`, or larger ones than a megabyte,
    and the rest was not read. Binary files never count.
    """
    answer = git.ask(
        "grep", "--files-with-matches", "--null", "--word-regexp", "--ignore-case", "-I",
        "--fixed-strings", "-e", word, commit, "--", ".", *_without(leave_out),
    )  # fmt: skip
    paths = [
        entry.partition(b":")[2].decode("utf-8", "surrogateescape")
        for entry in answer.output.split(b"\0")
        if entry
    ]
    chosen = paths[:MOST_FILES]
    objects = read_objects(git, [f"{commit}:{path}" for path in chosen])
    texts = {
        path: found.content.decode(errors="replace")
        for path, found in zip(chosen, objects, strict=True)
        if found is not None and len(found.content) <= _LARGEST_BYTES
    }
    return texts, len(texts) < len(paths)


def _without(folder: str) -> tuple[str, ...]:
    return (f":(exclude,top){folder}",) if folder else ()
