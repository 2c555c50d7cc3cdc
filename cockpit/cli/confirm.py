"""The question before a run: what it is called, what is dangerous in it, what was reviewed."""

import re
from collections.abc import Iterable, Iterator

from cockpit.analysis.ceremony import Act, Ceremony, ceremony
from cockpit.analysis.foreseen import stops_halfway
from cockpit.cli.answers import Answers, Question, Review, answered
from cockpit.cli.run_options import RunOptions
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Protected
from cockpit.model.goal import Action
from cockpit.model.plan import Plan
from cockpit.model.target import Standpoint

_LOSS = re.compile(r"loses (?:column|table) (\S+)")
"""A plain loss in the dangers of a ceremony, as `loses column customers.phone`."""
_ACTS = {
    Action.APPLY: Act.APPLY,
    Action.ROLLBACK: Act.ROLLBACK,
    Action.REDO: Act.REDO,
}


def confirmed(
    surroundings: Surroundings, standpoint: Standpoint, plan: Plan, run: RunOptions
) -> str | None:
    """The name of a protected target as it was typed; None where a yes is enough.

    Raises Protected when the answer was not given, or is not the one that was asked for.
    """
    needed = ceremony(_ACTS[plan.goal.action], standpoint, plan)
    if standpoint.disagreement:
        raise Protected(f"Writing is impossible: {standpoint.disagreement}.")
    # A plan that was saved was compared with what would run now when it was read.
    seen = plan.id if run.plan_file else run.plan_id
    given = Answers(run.yes, run.confirm, seen, run.reason)
    name = answered(surroundings, _question(needed, plan), given)
    if needed.typed is not None and needed.needs_reason and not run.reason.strip():
        raise Protected(
            f"This plan is dangerous: {' '.join(as_sentences(needed.dangers))}",
            next_step="Give a --reason for the ledger.",
            wants={"--reason": ""},
        )
    stop = stops_halfway(plan)
    if stop is not None and not run.reason.strip():
        raise Protected(
            f"This plan is known to stop half-way: {stop.words}.",
            next_step="Mend what it fails of, or leave that migration out with --only or --to; "
            "to run it all the same, give a --reason for the ledger.",
        )
    return name


def _question(needed: Ceremony, plan: Plan) -> Question:
    words = plan.goal.action.words
    review = Review("the plan", plan.id, "--plan-id", " or --plan FILE")
    return Question(
        words, f"{words} now?", needed.typed, review, tuple(as_sentences(needed.dangers))
    )


def as_sentences(dangers: Iterable[str]) -> Iterator[str]:
    """Each once, as a sentence; a loss is left out where a hazard says it in its own words."""
    found = tuple(dict.fromkeys(dangers))
    hazards = " ".join(words for words in found if not words.startswith("loses "))
    for words in found:
        lost = _LOSS.match(words)
        if lost is None or lost[1] not in re.findall(r"[\w.]*\w", hazards):
            yield f"{words[:1].upper()}{words[1:].rstrip('.')}."
