"""What an earlier run left behind, told before anything else."""

from collections.abc import Mapping

from cockpit.analysis.compare import kept_words
from cockpit.model.board import Board, Unfinished
from cockpit.model.evidence import Evidence
from cockpit.model.history import History, Record
from cockpit.model.ledger import RunOpen


def unfinished(board: Board, evidence: Mapping[str, Evidence]) -> Unfinished | None:
    """None when every run has said how it ended and no phase is half done.

    A run whose lock is still held by somebody is not over; it is left to its owner.
    """
    history = board.history
    if history is None:
        return None
    half = [r for r in history.records if r.open is not None and not r.open.untouched]
    run = history.unfinished
    if any(holder.key.tool == "cockpit" for holder in board.holders):
        return None
    if run is None and not half:
        return None
    return Unfinished(
        what=_what(run, half),
        kept=_kept(history, half, evidence),
        undone=_undone(half),
        held="nothing: the lock went with its session",
        next_step=_next(run, half),
        versions=tuple(record.version for record in half),
    )


def _what(run: RunOpen | None, half: list[Record]) -> str:
    where = f" in {', '.join(record.version for record in half)}" if half else ""
    if run is None:
        return f"A run stopped half way{where}."
    return (
        f"Run {run.run} of {run.actor} ({run.goal}), begun {run.at:%Y-%m-%d %H:%M:%SZ}, "
        f"never said how it ended{where}."
    )


def _kept(history: History, half: list[Record], evidence: Mapping[str, Evidence]) -> str:
    parts = []
    if history.unfinished is not None:
        run = history.unfinished.run
        whole = [r.version for r in history.records if r.run == run and r not in half]
        parts = [f"{', '.join(whole)}: finished before it broke off"] * bool(whole)
    for record in half:
        words = kept_words(record)
        verdict = evidence.get(record.version)
        seen = f" (the catalog shows: {verdict.words})" if verdict else ""
        parts.append(f"{record.version}: {words}{seen}")
    return "; ".join(parts) or "nothing of that run"


def _undone(half: list[Record]) -> str:
    if not half:
        return "what the run had open: the server undid it when the session ended"
    return "nothing: what these steps had done was committed step by step"


def _next(run: RunOpen | None, half: list[Record]) -> str:
    if half:
        return "Resume to finish, or look at the plan first."
    return "Nothing is half done: plan again and go on."
