"""What is known of a step beyond its statement: how long, how busy, who uses it, what was seen."""

from collections.abc import Iterable

from cockpit.model.live import RelationLive
from cockpit.model.plan import OtherWay, Plan, Step
from cockpit.model.rehearsal import Observation, Rehearsal
from cockpit.model.usage import Usage
from cockpit.present.durations import count, plural, size
from cockpit.present.harmless import harmless
from cockpit.present.impact_text import impact_text
from cockpit.present.meanwhile import meanwhile
from cockpit.present.usage_text import usage_text
from cockpit.tui.present.line import Line, line
from cockpit.tui.present.waiting import session_words

_SESSIONS = 3


def duration_lines(step: Step) -> tuple[Line, ...]:
    """How long it may work, and what its transaction holds meanwhile."""
    return tuple(
        line((f"{label} ", "muted"), words.replace("public.", ""), hang=6)
        for label, words in meanwhile(step)
    )


def live_lines(step: Step, live: Iterable[RelationLive] | None) -> tuple[Line, ...]:
    """The tables this step locks, as they are used now; words while that is being read."""
    wanted = {lock.relation for lock in step.impact.locks} if step.impact else set()
    if not wanted:
        return ()
    if live is None:
        return (line(("now   reading how the tables are used", "muted")),)
    rows: list[Line] = []
    for relation in (each for each in live if each.relation in wanted):
        rows.append(line(("now   ", "muted"), ", ".join(_facts(relation)), hang=6))
        rows += [
            line(("      in the way: ", "high"), *session_words(session), hang=8)
            for session in relation.in_the_way[:_SESSIONS]
        ]
        more = len(relation.in_the_way) - _SESSIONS
        rows += [line((f"      and {more} more", "high"))] if more > 0 else []
    return tuple(rows)


def _facts(relation: RelationLive) -> list[str]:
    """`orders 41 GB, 210 M rows, 310 statements a second`."""
    name = harmless(relation.relation.removeprefix("public."))
    if not relation.kind:
        return [f"{name} is not there yet"]
    facts = [name if relation.bytes is None else f"{name} {size(relation.bytes)}"]
    if relation.rows is not None:
        facts.append(f"{count(relation.rows)} rows")
    if relation.statements_a_second is not None:
        facts.append(f"{plural(round(relation.statements_a_second), 'statement')} a second")
    if not relation.in_the_way:
        facts.append("nobody in the way")
    return facts


def weights(plan: Plan, index: int) -> tuple[str, ...]:
    """How much of what the phase loses there is: `column orders.note, about 20 k rows, 1.3 MB`."""
    steps = plan.phases[index].steps
    lost = [words for step in steps if step.impact for words in step.impact.loses]
    tables = [w.removeprefix("column ").rpartition(".")[0] for w in lost if w.startswith("column ")]
    several = [f"{tables.count(table)} columns of {table}" for table in tables]
    named = tuple(f"{words}," for words in (*lost, *several))
    return tuple(kept for kept in plan.keepable if kept.startswith(named))


def in_the_way(live: Iterable[RelationLive]) -> tuple[str, ...]:
    """`in the way on orders now: 4711 billing-worker, idle in transaction 7:21`."""
    return tuple(
        f"in the way on {relation.relation.removeprefix('public.')} now: "
        + "".join(text for text, _ in session_words(session)).rstrip()
        for relation in live
        for session in relation.in_the_way[:_SESSIONS]
    )


def usage_lines(usages: Iterable[Usage] | None) -> tuple[Line, ...]:
    """Who still uses what this step drops or renames; words while they are looked for."""
    if usages is None:
        return (line(("uses  looking for who uses it", "muted")),)
    rows = [
        line(("uses  " if not number else "      ", "muted"), text, hang=6)
        for usage in usages
        for number, text in enumerate(usage_text(usage))
    ]
    return tuple(rows)


def rehearsal_lines(step: Step, rehearsal: Rehearsal | None) -> tuple[Line, ...]:
    """Prediction and observation side by side, where the step was rehearsed."""
    seen = _seen(step, rehearsal)
    if seen is None or rehearsal is None:
        return ()
    rows = [line(("rehearsed ", "title"), (harmless(rehearsal.scratch), "muted"), hang=2)]
    if seen.failure:
        rows.append(line(("  FAILED  ", "failed"), harmless(seen.failure.words), hang=10))
    if seen.observed is not None:
        same = () if seen.differences else (("  as predicted", "good"),)
        rows += [line(("  seen    ", "muted"), w, hang=10) for w in impact_text(seen.observed)]
        rows += [line(*same)] if same else []
    if seen.differences and seen.predicted is not None:
        words = impact_text(seen.predicted)
        rows += [line(("  said    ", "muted"), (text, "muted"), hang=10) for text in words]
        rows += [
            line(("  differs ", "drifted"), (harmless(words), "high"), hang=10)
            for words in seen.differences
        ]
    rows += [
        line(("  open    ", "muted"), (harmless(words), "muted"), hang=10)
        for words in seen.unsettled
    ]
    return tuple(rows)


def _seen(step: Step, rehearsal: Rehearsal | None) -> Observation | None:
    """The observation of the same statement of the same place."""
    for seen in rehearsal.observations if rehearsal else ():
        if (seen.sql, seen.path, seen.line) == (step.sql, step.path, step.line):
            return seen
    return None


def other_way_lines(way: OtherWay) -> tuple[Line, ...]:
    """What another way down says, as a diff from the one that is used."""
    head = f"{way.version}: from the one of {way.used} to the one of {way.other}"
    role = {"+": "add", "-": "remove"}
    return (
        line((harmless(head), "strong")),
        *(line((harmless(row), role.get(row[:1], "muted")), hang=2) for row in way.diff),
    )
