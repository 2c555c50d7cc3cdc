"""What an earlier run left behind, before anything else."""

from cockpit.analysis.ceremony import month_and_day
from cockpit.model.board import Unfinished
from cockpit.model.state import Standing, State
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, line
from cockpit.tui.situation import Situation


def unfinished_lines(left: Unfinished, *, resumable: bool) -> tuple[Line, ...]:
    """What happened, kept, undone, held, next; the key that finishes it where there is a rest."""
    rows = [line((harmless(left.what), "high")), line()]
    for label, words in (
        ("kept", left.kept),
        ("undone", left.undone),
        ("held", left.held),
        ("next", left.next_step),
    ):
        if words:
            look = "strong" if label == "next" else ""
            rows.append(line((f"{label:<8}", "muted"), (harmless(words), look), hang=8))
    finish = (("R", "acts"), " finishes it, after a question  ") if resumable else ()
    keys = (*finish, ("p", "key"), " shows the plan  ", ("U", "acts"), " rolls back")
    rows += [line(), line(("here    ", "muted"), *keys, hang=8)]
    return tuple(rows)


def next_keys(now: Situation) -> Line:
    """What to press where something was left half done or failed; no words where nothing was."""
    half = now.known.half_done
    if not half and not now.stopped:
        return line()
    if now.walkthrough:
        return line((f"! {_left(half)}  ", "drifted"), ("o", "key"), " tells what")
    back = (("U", "acts"), " rolls back · ") if now.in_force else ()
    return line(
        (f"! {_left(half)}  ", "drifted"),
        ("R", "acts"), f" {_again(half)} · ", *back, ("o", "key"), " problems",
    )  # fmt: skip


def failed_whole(standing: Standing) -> bool:
    """It failed, and the history knows of nothing that it left."""
    return standing.state is State.FAILED and not standing.anything_in_force


def _left(half: tuple[Standing, ...]) -> str:
    """In which way it is not done."""
    if not half:
        return "stopped"
    if not all(failed_whole(standing) for standing in half):
        return "half done"
    doubtful = any(s.record is not None and s.record.note for s in half)
    return "failed" if doubtful else "failed, nothing kept"


def _again(half: tuple[Standing, ...]) -> str:
    """What `R` does to it."""
    if not half:
        return "tries the stopped run again"
    if len(half) > 1:
        return f"finishes one of {len(half)}"
    which = shorter(half[0].version)
    return f"tries {which} again" if failed_whole(half[0]) else f"finishes {which}"


def shorter(version: str) -> str:
    """Month and day of a stamp, else all of it."""
    return harmless(month_and_day(version) or version)
