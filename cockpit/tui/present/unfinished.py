"""What an earlier run left behind, before anything else."""

from cockpit.model.board import Unfinished
from cockpit.present.harmless import harmless
from cockpit.tui.present.line import Line, line


def unfinished_lines(left: Unfinished) -> tuple[Line, ...]:
    """What happened, kept, undone, held, next."""
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
    keys = (("p", "key"), " shows what would run  ", ("A", "acts"), " runs it  ")
    rows += [line(), line(("here    ", "muted"), *keys, ("U", "acts"), " rolls back", hang=8)]
    return tuple(rows)
