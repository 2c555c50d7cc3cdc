"""What holding means: where the run stops depends on what is at work."""

from cockpit.analysis.consequences import Lines
from cockpit.model.activity import Progress
from cockpit.model.plan import Step, StepKind

_LATER = "run the rest later, or roll the finished phases back"


def hold_lines(step: Step | None, progress: Progress | None = None) -> Lines:
    """The five lines of a hold; `step` is at work, None between two phases.

    `progress` is how far a backfill has come, in rows.
    """
    if step is not None and step.kind is StepKind.BACKFILL:
        return Lines(
            runs="the batch that is on to its end, then nothing more",
            blocks="what this batch blocks, until it ends",
            loses="nothing",
            leaves=f"every batch kept{_so_far(progress)}; the rest of the table as it is",
            way_back="R or cockpit resume goes on behind the last batch",
        )
    if step is None:
        return Lines(
            runs="nothing more: no step is at work",
            blocks="nobody",
            loses="nothing",
            leaves="every finished phase kept, the rest not started",
            way_back=_LATER,
        )
    at_work = "step" if step.group is None else "transaction"
    return Lines(
        runs=f"the current {at_work} to its end, then nothing more",
        blocks=f"what the current {at_work} blocks, until it ends",
        loses="nothing",
        leaves="every finished phase kept, the rest not started",
        way_back=_LATER,
    )


def _so_far(progress: Progress | None) -> str:
    if progress is None or progress.done is None:
        return ""
    of = f" of {progress.total:,}" if progress.total is not None else ""
    return f", {progress.done:,}{of} {progress.unit} so far"
