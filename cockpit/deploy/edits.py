"""Files that were edited after they were applied: by whom, in which commit, and how far it goes."""

from collections.abc import Sequence
from dataclasses import replace

from cockpit.deploy.source_side import SourceLook
from cockpit.model.history import Record
from cockpit.model.migration import Migration
from cockpit.model.revision import FileChange, SourceFile
from cockpit.model.state import Drift, Standing
from cockpit.source.archaeology import applied_change, edits_since, trace_of
from cockpit.source.repository import Repository
from cockpit.sql.meaning import classify_edit


def drifted(
    look: SourceLook, repository: Repository, standing: Standing, changes: Sequence[FileChange]
) -> Standing:
    """Which commit made the difference, and whether it changes what the migration means."""
    migration, record = standing.migration, standing.record
    if migration is None or record is None:
        return standing
    drift, applied = _difference(migration, record), None
    if record.script is None:
        applied = _applied(look, repository, migration, record, changes)
        drift = _classified(look, repository, migration, applied)
    origin = _origin(record, applied)
    later = next(
        (c for c in changes if c.path == migration.path and c.previous_blob in migration.blobs),
        None,
    )
    if later is not None:
        why = (
            f"Applied in a later edit, by {later.author} in {later.commit[:7]} "
            f"({later.subject}); this ref has the older text."
        )
        return replace(standing, drift=drift, trace=trace_of(later), why=why)
    start = applied.commit if applied else record.commit
    newer = edits_since(changes, migration.path, start, blob=migration.blobs[0])
    if newer is None and drift is Drift.LINE_ENDINGS:
        why = f"{standing.why}{origin} Only line endings differ from what git holds."
        return replace(standing, drift=drift, why=why)
    if newer is None:
        why = f"{standing.why}{origin} The edit is not committed, or not in the history at hand."
        return replace(standing, drift=drift, why=why)
    why = (
        f"Applied, and edited since by {newer.author} in {newer.commit[:7]} "
        f"({newer.subject}).{origin}"
    )
    return replace(standing, drift=drift, trace=newer, why=why)


def commit_applied(
    look: SourceLook, repository: Repository, standing: Standing, changes: Sequence[FileChange]
) -> str | None:
    """The commit with the very text that the history keeps the checksum of; None: none has it."""
    migration, record = standing.migration, standing.record
    if migration is None or record is None or record.checksum is None:
        return None
    found = _applied(look, repository, migration, record, changes)
    return found.commit if found else None


def applied_text(
    look: SourceLook, repository: Repository, standing: Standing, changes: Sequence[FileChange]
) -> tuple[str, str] | None:
    """The way up as it was applied, and where it is kept: in the ledger, else in git by its
    checksum, else what git had at that time. None where nobody kept it."""
    migration, record = standing.migration, standing.record
    if migration is None or record is None:
        return None
    if record.script is not None:
        return record.script, "the ledger"
    commit = None
    if record.checksum is not None:
        found = _applied(look, repository, migration, record, changes)
        commit = found.commit if found else None
    commit = commit or _then(look, repository, record)
    file = repository.file_at(commit, migration.path) if commit else None
    if commit is None or file is None:
        return None
    others = tuple(other for other in look.files if other.path != migration.path
                   and other.blob in migration.blobs)  # fmt: skip
    read = look.tool.read((file, *others)).find(migration.version)
    if read is None:
        return None
    return "\n".join(phase.script for phase in read.up), f"commit {commit[:10]}"


def judged(
    look: SourceLook, repository: Repository, standing: Standing, changes: Sequence[FileChange]
) -> Standing:
    """Where no checksum was kept: what git makes likely. A judgement, and told as one."""
    migration, record = standing.migration, standing.record
    if migration is None or record is None:
        return standing
    mine = [c for c in changes if c.path == migration.path and c.blob is not None]
    if migration.uncommitted:
        return _add(standing, "Git cannot judge: the file is not committed as it stands.")
    if not mine:
        return _add(standing, "Git cannot judge: no commit that is here tells of the file.")
    if len({change.blob for change in mine}) == 1:
        return _add(standing, "Judged by git: no commit has ever edited the file.")
    then = _then(look, repository, record)
    if then is None:
        newest = trace_of(mine[0])
        return _add(
            replace(standing, trace=newest),
            f"Edited by {newest.author} in {newest.commit[:7]}; whether before or after it was "
            "applied, nobody wrote down.",
        )
    folder = look.folder
    deep = "/" in migration.path.removeprefix(f"{folder}/" if folder else "")
    before = repository.blobs_at(then, folder, recursive=deep).get(migration.path)
    if before is None:
        return _add(standing, f"Git cannot judge: {then[:7]}, of that time, lacks the file.")
    if before in migration.blobs:
        return _add(
            standing, f"Judged by git: the file is what {then[:7]} held when it was applied."
        )
    newest = trace_of(mine[0])
    content = repository.contents([before]).get(before, b"")
    drift = classify_edit(_text(content), _today(look, migration))
    return _add(
        replace(standing, drift=drift, trace=newest),
        f"Judged by git: edited after it was applied, by {newest.author} in "
        f"{newest.commit[:7]} ({newest.subject}).",
    )


def _then(look: SourceLook, repository: Repository, record: Record) -> str | None:
    """The commit it was applied from, or what the ref's main line was at that time."""
    if record.commit is not None:
        return record.commit
    if record.applied_at is None or look.revision.commit is None:
        return None
    return repository.commit_before(look.revision.commit, record.applied_at)


def _add(standing: Standing, words: str) -> Standing:
    return replace(standing, why=f"{standing.why} {words}")


def _difference(migration: Migration, record: Record) -> Drift | None:
    """The worse of what was changed on the way up and on the way down.

    A checksum covers the whole file: where neither script differs, the comments around them do.
    """
    if record.script is None or any(phase.program for phase in migration.up):
        # What a program sends is known only when it is asked, and its text is no SQL.
        return None
    up = classify_edit(record.script, "\n".join(phase.script for phase in migration.up))
    before = "\n".join(phase.script for phase in record.undo)
    down = classify_edit(before, migration.undo_script or "") if record.undo else None
    order = list(Drift)
    found = [drift for drift in (up, down) if drift is not None]
    return max(found, key=order.index, default=Drift.COMMENT)


def _applied(
    look: SourceLook,
    repository: Repository,
    migration: Migration,
    record: Record,
    changes: Sequence[FileChange],
) -> FileChange | None:
    """The commit that wrote the very text whose checksum the history keeps."""
    wanted = record.checksum or ""

    def checksum_of(content: bytes) -> str:
        """Of the content, or the wanted one when another spelling of line ends has it."""
        found = [_checksum(look, migration, text) for text in _spellings(content)]
        return wanted if wanted in found else found[0]

    paths = dict.fromkeys([migration.path, *(change.path for change in changes)])
    for path in paths:
        change = applied_change(
            changes, path, wanted, checksum_of=checksum_of, read=repository.contents
        )
        if change is not None:
            return change
    return None


def _spellings(content: bytes) -> tuple[bytes, ...]:
    plain = content.replace(b"\r\n", b"\n")
    return tuple(dict.fromkeys((content, plain, plain.replace(b"\n", b"\r\n"))))


def _checksum(look: SourceLook, migration: Migration, content: bytes) -> str:
    """As the tool reckons it; empty where the content is no migration to it."""
    others = tuple(
        file for file in look.files if file.blob in migration.blobs and file.path != migration.path
    )
    file = SourceFile(migration.path, "0" * 40, content)
    read = look.tool.read((file, *others)).find(migration.version)
    return (read.checksum if read else None) or ""


def _classified(
    look: SourceLook, repository: Repository, migration: Migration, applied: FileChange | None
) -> Drift | None:
    if applied is None or applied.blob is None:
        return None
    before = repository.contents([applied.blob]).get(applied.blob)
    if before is None:
        return None
    return classify_edit(_text(before), _today(look, migration)) or Drift.LINE_ENDINGS


def _origin(record: Record, applied: FileChange | None) -> str:
    if applied is not None:
        return f" What was applied is in {applied.commit[:7]}, by {applied.author}."
    if record.script is None:
        return " The text that was applied is in no commit here."
    return ""


def _today(look: SourceLook, migration: Migration) -> str:
    found = next((file for file in look.files if file.path == migration.path), None)
    return _text(found.content) if found else ""


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")
