"""`cockpit verify`: whether the ledger is what was once written, and going on where it is not."""

from collections.abc import Sequence

import click

from cockpit.cli.answers import REASON, Answers, answered, to_do, with_answers
from cockpit.cli.options import Request, as_json, with_request
from cockpit.cli.output import print_json, print_text
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import UsageError
from cockpit.model.ledger_chain import Break, accepted, first_break
from cockpit.model.ledger_event import LedgerEvent
from cockpit.present.harmless import harmless

_ALL = 2**31 - 1


@click.command()
@click.option(
    "--accept",
    "accepted_seq",
    type=int,
    metavar="SEQ",
    help="Go on although the chain breaks there: write down who has looked at it, and why.",
)
@with_request
@with_answers(REASON)
@as_json
@click.pass_obj
def verify(
    surroundings: Surroundings,
    accepted_seq: int | None,
    request: Request,
    answers: Answers,
    as_json: bool,
) -> None:
    """Check the hash chain of the ledger, event by event.

    Exits 1 where it breaks: somebody has changed the ledger by hand. Nothing is written to such a
    target until somebody has looked at what the catalog shows (cockpit diagnose), and says so
    with --accept; what was changed stays to be seen. A chain that holds proves nothing about
    events cut off at its end; compare the newest hash with one kept elsewhere.
    """
    from cockpit.cli.opening import opened, reached

    with opened(request, surroundings) as engine:
        events = tuple(reversed(engine.events(_ALL)))
        if accepted_seq is not None:
            broken = _meant(first_break(events), accepted_seq)
            standpoint = reached(engine).standpoint
            question = to_do(f"go on from event {broken.seq}", standpoint)
            engine.arm(answered(surroundings, question, answers))
            engine.accept_break(broken, answers.reason)
            events = tuple(reversed(engine.events(_ALL)))
    broken_now = first_break(events)
    if as_json:
        print_json(_as_json(events, broken_now))
    else:
        print_text("\n".join(_lines(events, broken_now)))
    if broken_now:
        click.get_current_context().exit(1)


def _meant(broken: Break | None, seq: int) -> Break:
    if broken is None or broken.seq != seq:
        where = f"It breaks at event {broken.seq} first." if broken else "The chain holds."
        raise UsageError(f"--accept {seq}: the chain does not break there.", next_step=where)
    return broken


def _as_json(events: Sequence[LedgerEvent], broken: Break | None) -> dict[str, object]:
    return {
        "events": len(events),
        "head": events[-1].hash if events else None,
        "broken": {"seq": broken.seq, "why": broken.why} if broken else None,
        "accepted": [{"by": e.actor, "at": e.at.isoformat(), **e.detail} for e in accepted(events)],
    }


def _lines(events: Sequence[LedgerEvent], broken: Break | None) -> list[str]:
    lines = [
        f"event {event.detail.get('break')}: {event.detail.get('why')}; accepted by {event.actor} "
        f"on {event.at:%Y-%m-%d %H:%M} UTC: {event.detail.get('reason')}"
        for event in accepted(events)
    ]
    if broken:
        lines += [
            f"The chain breaks at event {broken.seq}: {broken.why}.",
            "Nothing is written to this target meanwhile. What is in the database, statement by "
            "statement: cockpit diagnose. What ran: cockpit log, a backup, the run journals.",
            f'To go on from there: cockpit verify --accept {broken.seq} --reason "..."',
        ]
    elif not events:
        lines.append("There is no ledger here, or it is empty.")
    else:
        before = " since" if lines else ""
        words = f"{len(events)} events, each fits the one before it{before}."
        lines.append(f"{words} Newest hash: {events[-1].hash}")
    return [harmless(line) for line in lines]
