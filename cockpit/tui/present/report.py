"""The text one pastes into the incident: what ran, what is kept, undone, held, what next."""

from cockpit.model.board import Board
from cockpit.present.durations import clock_time, elapsed, timestamp
from cockpit.present.harmless import harmless
from cockpit.tui.present.plan_words import plan_title, step_title
from cockpit.tui.present.run_view import RunView
from cockpit.tui.present.top_line import server


def report(view: RunView, board: Board | None) -> str:
    """Plain text, ready to paste."""
    plan = view.plan
    where = plan.standpoint
    if board and board.identity:
        where += f" ({server(board.identity)}, PostgreSQL {board.identity.major})"
    lines = [f"{plan_title(plan)}", f"target   {where}", f"plan     {plan.id[:16]}"]
    if len(plan.versions) > 1:
        lines.append(f"versions {', '.join(harmless(version) for version in plan.versions)}")
    if board and board.revision:
        lines.append(f"revision {harmless(board.revision.label)}")
    if view.started_at:
        end = f", took {elapsed(view.outcome.at - view.started_at)}" if view.outcome else ""
        lines.append(f"run      {view.run}, started {timestamp(view.started_at)}{end}")
    lines += ["", *_steps(view), "", *_ending(view), "", "log (UTC)"]
    lines += [f"  {clock_time(at)} {harmless(words)}" for at, words in view.log]
    return "\n".join(lines) + "\n"


def _steps(view: RunView) -> list[str]:
    return [
        f"  {state.stage.value:<8} {step.number:>3}  {step_title(step)}"
        + (f"  {elapsed(state.took)}" if state.took is not None else "")
        for state, step in zip(view.steps, view.plan.steps, strict=True)
    ]


def _ending(view: RunView) -> list[str]:
    end = view.outcome or view.failure
    if end is None:
        return ["outcome  the run has not ended"]
    word = view.outcome.outcome if view.outcome else "failed"
    facts = {"outcome": word, "kept": end.kept, "undone": end.undone, "held": end.held}
    if view.failure:
        facts["error"] = view.failure.error
    facts["next"] = end.next_step
    return [f"{name:<8} {harmless(words)}" for name, words in facts.items() if words]
