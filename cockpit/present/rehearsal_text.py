"""A rehearsal as plain text: the verdict, each migration's, then where prediction was wrong."""

from collections.abc import Iterator

from cockpit.model.rehearsal import Observation, Proof, Rehearsal, Verdict
from cockpit.present.durations import plural, short_duration
from cockpit.present.harmless import harmless
from cockpit.present.table import table

_SHORT_SQL = 100
_PLACES = 3
"""Examples of each reason; all of them stand in the JSON."""


def rehearsal_text(rehearsal: Rehearsal) -> str:
    """All of it, without a line break at the end."""
    return "\n".join(
        [
            *_head(rehearsal),
            *_proofs(rehearsal),
            *_disagreements(rehearsal),
            *(f"note: {harmless(note)}" for note in rehearsal.notes),
        ]
    )


def _head(rehearsal: Rehearsal) -> Iterator[str]:
    yield f"REHEARSED on a copy, {harmless(rehearsal.target)} was only read"
    yield f"{harmless(rehearsal.goal)}: {rehearsal.verdict}"
    if rehearsal.why:
        yield f"because {harmless(rehearsal.why)}"
    yield from (f"missing: {harmless(name)}" for name in rehearsal.missing)
    if rehearsal.scratch:
        rows = f"{rehearsal.rows} sample rows a table" if rehearsal.rows else "empty tables"
        yield (f"ran on {harmless(rehearsal.scratch)}, {rows}, in {short_duration(rehearsal.took)}")


def _proofs(rehearsal: Rehearsal) -> Iterator[str]:
    if not rehearsal.proofs:
        return
    yield ""
    yield from table([(harmless(p.version), harmless(p.name), p.verdict) for p in rehearsal.proofs])
    for proof in rehearsal.proofs:
        lines = list(_reasons(proof))
        if lines:
            yield ""
            yield f"{harmless(proof.version)} {proof.verdict}:"
            yield from (f"  {harmless(line)}" for line in lines)


def _reasons(proof: Proof) -> Iterator[str]:
    if proof.why:
        yield proof.why
    if proof.failure:
        yield proof.failure.words
    yield from (difference.words for difference in proof.differences)
    yield from (f"loses {words}" for words in proof.loses)


def _disagreements(rehearsal: Rehearsal) -> Iterator[str]:
    seen = [one for one in rehearsal.observations if one.observed is not None]
    if rehearsal.verdict is Verdict.IMPOSSIBLE and not seen:
        return
    wrong = rehearsal.disagreements
    yield ""
    yield (
        f"{plural(len(seen), 'step')} observed, {len(seen) - len(wrong)} as predicted; "
        "where they differ the observation counts"
    )
    for observation in wrong:
        yield f"  {_where(observation)}: {_sql(observation)}"
        yield from (f"    {harmless(words)}" for words in observation.differences)
    yield from _unsettled(seen)


def _unsettled(seen: list[Observation]) -> Iterator[str]:
    """What no observation can show, so that its absence is not taken for a proof; by reason."""
    places: dict[str, list[str]] = {}
    for one in seen:
        for words in one.unsettled:
            what, _, why = words.rpartition(": ")
            places.setdefault(why, []).append(f"{_where(one)}: {what}")
    if places:
        yield ""
        yield "neither confirmed nor refuted, because it cannot be observed:"
    for why, found in places.items():
        yield f"  {harmless(why)}"
        yield from (f"    {harmless(place)}" for place in found[:_PLACES])
        if len(found) > _PLACES:
            yield f"    and {len(found) - _PLACES} more"


def _where(observation: Observation) -> str:
    line = f":{observation.line}" if observation.line else ""
    place = f" {harmless(observation.path)}{line}" if observation.path else ""
    return f"{observation.direction} {harmless(observation.version)}{place}"


def _sql(observation: Observation) -> str:
    text = " ".join(observation.sql.split())
    return harmless(text if len(text) <= _SHORT_SQL else text[: _SHORT_SQL - 1] + "…")
