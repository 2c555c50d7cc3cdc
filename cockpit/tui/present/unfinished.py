"""What an earlier run left behind, before anything else."""

from cockpit.analysis.ceremony import month_and_day
from cockpit.model.board import Unfinished
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
    """What to press where something was left half done; no words where nothing was."""
    half = now.known.half_done
    if not half and not now.stopped:
        return line()
    which = f" finishes {shorter(half[0].version)}" if half else " tries the stopped run again"
    which = f" finishes one of {len(half)}" if len(half) > 1 else which
    return line(
        ("! half done  " if half else "! stopped  ", "drifted"),
        ("R", "acts"), f"{which} · ", ("U", "acts"), " rolls back · ", ("o", "key"), " problems",
    )  # fmt: skip


def shorter(version: str) -> str:
    """Month and day of a stamp, else all of it."""
    return harmless(month_and_day(version) or version)
