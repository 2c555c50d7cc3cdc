"""What an earlier run left behind, told before anything else."""

from collections.abc import Mapping

from cockpit.analysis.compare import kept_words
from cockpit.deploy.witness import Forgotten
from cockpit.model.board import Board, Unfinished
from cockpit.model.evidence import Evidence, Verdict
from cockpit.model.history import History, Record
from cockpit.model.ledger import RunOpen

_LISTED = 3
_WIDTH = 56


def unfinished(
    board: Board, evidence: Mapping[str, Evidence], forgotten: Forgotten | None = None
) -> Unfinished | None:
    """None when every run has said how it ended, no phase is half done and nothing was lost.

    A run whose lock is still held by somebody is not over; it is left to its owner.
    """
    history = board.history
    if history is None or any(holder.key.tool == "cockpit" for holder in board.holders):
        return None
    half = [r for r in history.records if r.open is not None and not r.open.untouched]
    if forgotten is not None:
        return _lost(forgotten, half, evidence)
    run = history.unfinished
    if run is None and not half:
        return None
    return Unfinished(
        what=_what(run, half),
        kept=_kept(history, half, evidence),
        undone=_undone(half),
        held="nothing: the lock went with its session",
        next_step=_next(history, half, evidence),
        versions=tuple(record.version for record in half),
    )


def _lost(forgotten: Forgotten, half: list[Record], evidence: Mapping[str, Evidence]) -> Unfinished:
    """The ledger is shorter than this machine knows it: nothing of the rest is claimed."""
    names = [f"{phase.version} {phase.phase} ({phase.direction})" for phase in forgotten.phases]
    kept = f"the ledger as far as event {forgotten.left}, and what it says"
    return Unfinished(
        what=(
            f"This server has forgotten what it confirmed to run {forgotten.run} at "
            f"{forgotten.at}: its ledger lacks event {forgotten.seen}. It failed over to a standby "
            "that had not received it, or was restored from a backup."
        ),
        kept="; ".join([kept, *(_half_kept(record, evidence) for record in half)]),
        undone=", ".join(names) or "no migration; only the last words of that run",
        held="nothing",
        next_step=(
            "Compare with the catalog (cockpit diagnose), ask what else of that time is lost, then "
            "plan again: what is gone is pending. The next run that ends clears this."
        ),
        versions=tuple(dict.fromkeys(phase.version for phase in forgotten.phases)),
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
        whole = [r for r in history.records if r.run == run and r not in half]
        for words, mine in (
            ("applied", [r.version for r in whole if r.done]),
            ("rolled back", [r.version for r in whole if not r.done]),
        ):
            parts += [f"{', '.join(mine)}: {words} before it broke off"] * bool(mine)
    parts += [_half_kept(record, evidence) for record in half]
    return "; ".join(parts) or "nothing of that run"


def _half_kept(record: Record, evidence: Mapping[str, Evidence]) -> str:
    """Counts, then the statements themselves: those that survived, and the one in doubt."""
    verdict = evidence.get(record.version)
    seen = f" (the catalog shows: {verdict.words})" if verdict else ""
    opened = record.open
    parts = [f"{record.version}: {kept_words(record)}{seen}"]
    if opened is not None and opened.finished:
        shown = ", ".join(_short(sql) for sql in opened.finished[-_LISTED:])
        earlier = len(opened.finished) - _LISTED
        parts.append(f"done: {f'{earlier} more, then ' if earlier > 0 else ''}{shown}")
    if opened is not None and opened.started is not None:
        parts.append(f"in doubt: {_short(opened.started)}")
    return "; ".join(parts)


def _short(sql: str) -> str:
    words = " ".join(sql.split())
    return words if len(words) <= _WIDTH else f"{words[: _WIDTH - 1]}…"


def _undone(half: list[Record]) -> str:
    if not half:
        return "what the run had open: the server undid it when the session ended"
    return "nothing: what these steps had done was committed step by step"


def _next(history: History, half: list[Record], evidence: Mapping[str, Evidence]) -> str:
    """What can be done, each with its command."""
    if not half:
        return "Nothing is half done: plan again and go on (cockpit apply)."
    run = history.unfinished.run if history.unfinished else half[-1].run
    applied = any(r.run == run and r.done and r not in half for r in history.records)
    back = ", or roll back what it finished (cockpit rollback --last-run)" if applied else ""
    doubt = any(e.verdict is Verdict.UNKNOWN for e in evidence.values())
    how = "cockpit resume --step-in-doubt done, or again" if doubt else "cockpit resume"
    return f"Resume to finish ({how}){back}. To hand over: cockpit log {run}"
