"""Reads a past run back: from the journal of this machine, else from the ledger."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from cockpit.deploy.journal import PLANNED
from cockpit.model.event import Event, RunFinished
from cockpit.model.plan import Plan
from cockpit.model.recording import Recording

_RUN = re.compile(r"[0-9a-f]{4,64}")
_KINDS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}
_TORN = "Its last line is torn: the process or the machine went down while it was written."
_NO_END = "It ends before the run did: the process was killed, or the disk was full, or it runs."


def from_journal(folder: Path | None, run: str) -> Recording | None:
    """The journal of that run; None when this machine has none that holds the plan too."""
    if folder is None or not _RUN.fullmatch(run):
        return None
    for path in sorted(folder.glob(f"*-{run}.jsonl")):
        recording = _read(path, run)
        if recording is not None:
            return recording
    return None


def _read(path: Path, run: str) -> Recording | None:
    try:
        raw = path.read_bytes().split(b"\n")
    except OSError:
        return None
    lines = list(_whole(raw))
    plan = _plan(lines[0]) if lines else None
    if plan is None:
        return None
    events = tuple(event for line in lines[1:] if (event := _event(line)) is not None)
    torn = len(lines) < sum(bool(line) for line in raw)
    ended = bool(events) and isinstance(events[-1], RunFinished)
    note = _TORN if torn else "" if ended else _NO_END
    return Recording(run, plan, events, f"the journal {path}", note)


def _whole(raw: list[bytes]) -> Iterator[dict[str, Any]]:
    """Lines up to the first that is torn: nothing after it can be trusted to be of this run."""
    for line in raw:
        if not line:
            continue
        try:
            value = json.loads(line)
        except ValueError:
            return
        if not isinstance(value, dict):
            return
        yield value


def _plan(line: Mapping[str, Any]) -> Plan | None:
    if line.get("event") != PLANNED:
        return None
    try:
        return msgspec.convert(line.get("plan"), Plan, strict=False)
    except msgspec.ValidationError:
        # A cockpit of another version wrote it; the ledger is read instead.
        return None


def _event(line: dict[str, Any]) -> Event | None:
    """None for a kind that this version does not know."""
    kind = _KINDS.get(str(line.pop("event", "")))
    if kind is None:
        return None
    try:
        event: Event = msgspec.convert(line, kind, strict=False)
    except msgspec.ValidationError:
        return None
    return event
