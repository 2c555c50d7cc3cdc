"""What an earlier run left behind, told before anything else."""

import shlex
from collections.abc import Mapping, Sequence

from cockpit.analysis.compare import kept_words
from cockpit.analysis.partial import Partial, between_phases, partials
from cockpit.deploy.witness import Forgotten
from cockpit.model.board import Board, Unfinished
from cockpit.model.evidence import Evidence, Verdict
from cockpit.model.goal import Action
from cockpit.model.history import History, Record
from cockpit.model.ledger import RunOpen
from cockpit.model.migration import Direction

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
    between = partials(board)
    stopped = [*(record.version for record in half), *(p.version for p in between)]
    return Unfinished(
        what=_what(run, stopped),
        kept=_kept(run, half, between, evidence),
        undone=_undone(run, half),
        held="nothing: the lock went with its session",
        next_step=_next(board, history, half, between, evidence),
        versions=tuple(stopped),
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


def _what(run: RunOpen | None, stopped: list[str]) -> str:
    where = f" in {', '.join(stopped)}" if stopped else ""
    if run is None:
        return f"A run stopped half way{where}."
    return (
        f"Run {run.run} of {run.actor} ({run.goal}), begun {run.at:%Y-%m-%d %H:%M:%SZ}, "
        f"never said how it ended{where}."
    )


def _kept(
    run: RunOpen | None,
    half: list[Record],
    between: Sequence[Partial],
    evidence: Mapping[str, Evidence],
) -> str:
    parted = {*(record.version for record in half), *(partial.version for partial in between)}
    parts = [*_whole(run, parted), *(partial.kept_words for partial in between)]
    parts += [_half_kept(record, evidence) for record in half]
    return "; ".join(parts) or "nothing of that run"


def _whole(run: RunOpen | None, parted: set[str]) -> list[str]:
    """The migrations that the run went through from end to end, by the way it went last."""
    last = {phase.version: phase.direction for phase in run.finished} if run else {}
    return [
        f"{', '.join(versions)}: {words} before it broke off"
        for words, way in (("applied", Direction.UP), ("rolled back", Direction.DOWN))
        if (versions := [v for v, went in last.items() if went is way and v not in parted])
    ]


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


def _undone(run: RunOpen | None, half: list[Record]) -> str:
    if half:
        return "nothing: what these steps had done was committed step by step"
    if run is None or not run.rest:
        return "what the run had open: the server undid it when the session ended"
    begun = run.rest[0]
    return (
        f"whatever was begun of {begun.direction} {begun.version}, phase {begun.phase}: the "
        "server undid it when the session ended"
    )


def _next(
    board: Board,
    history: History,
    half: list[Record],
    between: Sequence[Partial],
    evidence: Mapping[str, Evidence],
) -> str:
    """What can be done, each with its command."""
    run = history.unfinished
    every = between_phases(board)
    if run is not None and not half and not between:
        return _go_on(run, every)
    parts = [_resume_half(evidence)] if half else []
    alone = len({*every, *(record.version for record in half)}) == 1
    parts += [_resume_between(partial, alone) for partial in between]
    if run is not None and any(phase.direction is Direction.UP for phase in run.finished):
        parts.append("Or roll back what it finished (cockpit rollback --last-run).")
    return " ".join([*parts, f"To hand over: cockpit log {run.run if run else half[-1].run}"])


def _go_on(run: RunOpen, waiting: Sequence[str]) -> str:
    """Nothing of that run is between two states; what an earlier one left is said all the same."""
    nothing = "Nothing is half done"
    if waiting:
        verb = "stands" if len(waiting) == 1 else "stand"
        nothing = f"Nothing of it is half done; {', '.join(waiting)} {verb} as before, partly done"
    if run.planned and not run.rest:
        return f"{nothing}: all that it was to do is done, only its end was not written."
    return f"{nothing}: plan again and go on ({_again(run)})."


def _again(run: RunOpen) -> str:
    """The command of the run that broke off; without it at least its direction."""
    if run.asked is None:
        back = run.goal.startswith(Action.ROLLBACK.words)
        return "cockpit plan rollback" if back else "cockpit apply"
    return shlex.join(["cockpit", *run.asked.options])


def _resume_half(evidence: Mapping[str, Evidence]) -> str:
    doubt = any(e.verdict is Verdict.UNKNOWN for e in evidence.values())
    how = "cockpit resume --step-in-doubt done, or again" if doubt else "cockpit resume"
    return f"Resume to finish ({how})."


def _resume_between(partial: Partial, alone: bool) -> str:
    how = partial.resume_words(alone=alone)
    if partial.undone:
        again = f", or apply it again (cockpit apply --only {partial.version})"
        return f"Resume to finish the way back ({how}){again if partial.in_ref else ''}."
    if partial.gate:
        return f"{partial.waits_words} When it is so, resume ({how})."
    where = "" if partial.in_ref else " from a ref that has its file"
    return f"Resume to finish {partial.version}{where} ({how})."
