"""Who uses a thing that is about to go, as lines of plain text and as JSON."""

from collections.abc import Iterator

from cockpit.model.usage import Usage, Use
from cockpit.present.durations import count, timestamp
from cockpit.present.harmless import harmless, harmless_block

_WIDTH = 68


def usage_text(usage: Usage) -> Iterator[str]:
    """The subject, everybody found, and what could not be asked."""
    subject = usage.subject
    becomes = f", to be renamed {harmless(subject.becomes)}" if subject.becomes else ", to go"
    yield f"{harmless(subject.words)}{becomes}"
    if not usage.uses:
        yield "  nobody is found who uses it"
    for use in usage.uses:
        yield f"  {harmless(use.who)} {use.handling.value}{_often(use)}"
        if use.sql:
            sql = " ".join(harmless_block(use.sql).split())
            yield f"      {sql if len(sql) <= _WIDTH else sql[: _WIDTH - 1] + '…'}"
    yield from (f"  not asked: {harmless(reason)}" for reason in usage.not_asked)


def _often(use: Use) -> str:
    calls = f", {count(use.calls)} calls" if use.calls is not None else ""
    last = f", last at {timestamp(use.last)}" if use.last is not None else ""
    return f"{calls}{last}"


def usage_json(usage: Usage) -> dict[str, object]:
    """One object a subject; times in ISO 8601."""
    subject = usage.subject
    return {
        "subject": subject.words,
        "kind": subject.kind,
        "becomes": subject.becomes or None,
        "uses": [
            {
                "who": use.who,
                "handling": use.handling.name.lower(),
                "sql": use.sql or None,
                "calls": use.calls,
                "last": use.last.isoformat() if use.last else None,
            }
            for use in usage.uses
        ],
        "not_asked": list(usage.not_asked),
    }
