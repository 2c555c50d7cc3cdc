"""What is shown for values that differ from one making of a picture to the next.

Process ids, ids of runs, the identifier of the cluster, the name of this machine, the moments and
durations of a run, and how many batches a backfill took. Everything else is left alone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from threading import Lock
from typing import Any, TypeVar

from cockpit.demo.still_clock import NOW
from cockpit.deploy.context import actor
from cockpit.model.ledger import EventKind, LedgerEvent

_HISTORY_BEGINS = NOW - timedelta(hours=1, minutes=17)
_REEL_BEGINS = NOW + timedelta(seconds=20)
"""What is written while the pictures are taken is about as late as they are."""
_SINCE = NOW - timedelta(minutes=2)
_ACTOR = "ana@bastion"
_SYSTEM_IDENTIFIER = "7541290631188494411"
_FIRST_PID = 4711
_SPANS = {
    "took": timedelta(milliseconds=12),
    "duration": timedelta(milliseconds=12),
    "waited": timedelta(milliseconds=150),
    "transaction_age": timedelta(seconds=441),
}
"""By the name of the field."""
_EVENT = re.compile(r"(ledger event )(\d+)")
_WRITTEN = "%Y-%m-%d %H:%M:%SZ"

Value = TypeVar("Value")


class Likeness:
    """Remembers what stands for what. Safe from any thread."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._guard = Lock()
        self._words = {actor(): _ACTOR, **words}
        self._moments: dict[datetime, datetime] = {}
        self._runs: dict[str, str] = {}
        self._pids: dict[int, int] = {}
        self._places: dict[int, int] = {}
        """Number of a ledger event to the one that is shown."""
        self._before = 0
        """How many events the ledger had when it was learned first."""

    def learn_cluster(self, system_identifier: str) -> None:
        """The cluster's own number."""
        self._words[system_identifier] = _SYSTEM_IDENTIFIER

    def learn_history(self, newest_first: Iterable[LedgerEvent]) -> None:
        """The numbers, moments and runs of the ledger, in its order."""
        with self._guard:
            events = tuple(reversed(tuple(newest_first)))
            self._before = self._before or len(events)
            self._remember(events[: self._before], _HISTORY_BEGINS)
            self._remember(events[self._before :], _REEL_BEGINS)
            self._places = _places(events)

    def _remember(self, events: tuple[LedgerEvent, ...], begins: datetime) -> None:
        for event, place in zip(events, _places(events).values(), strict=True):
            at = self._moments[event.at] = begins + timedelta(seconds=place)
            if event.event is EventKind.RUN_STARTED:  # the only moments that are told in sentences
                self._words[f"{event.at:{_WRITTEN}}"] = f"{at:{_WRITTEN}}"
            self._words[event.hash] = digits_of(f"event {at}", 64)
            if plan := event.detail.get("plan"):
                self._words[plan] = digits_of(event.detail["goal"], 64)
            self._run(event.run)

    def real_pid(self, shown: int) -> int:
        """The process id behind the one that is shown."""
        return next(real for real, likeness in self._pids.items() if likeness == shown)

    def of(self, value: Value) -> Value:
        """The same value with everything in it that does not last replaced."""
        with self._guard:
            likeness: Value = self._like(value, "")
            return likeness

    def _like(self, value: Any, name: str) -> Any:
        match value:
            case None | bool() | Enum():
                return value
            case datetime():
                return _SINCE if name == "since" else self._moments.get(value, value)
            case timedelta():
                return _SPANS.get(name, value)
            case int() if name == "seq":
                return self._places.get(value, value)
            case int() if name == "pid":
                return self._pids.setdefault(value, _FIRST_PID + len(self._pids))
            case str() if name == "run" and value:
                return self._run(value)
            case str():
                return self._worded(value)
            case tuple():
                return tuple(self._like(each, name) for each in value)
            case dict():
                return {key: self._like(each, str(key)) for key, each in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{
                field.name: self._like(getattr(value, field.name), field.name)
                for field in fields(value) if field.init
            })  # fmt: skip
        return value

    def _run(self, run: str) -> str:
        likeness = self._runs.setdefault(run, digits_of(f"run {len(self._runs)}", 8))
        self._words[run] = likeness
        return likeness

    def _worded(self, text: str) -> str:
        for word, likeness in self._words.items():
            if word and word in text:
                text = text.replace(word, likeness)
        return _EVENT.sub(lambda found: f"{found[1]}{self._places.get(int(found[2]), 0)}", text)


def _places(events: Iterable[LedgerEvent]) -> dict[int, int]:
    """Sequence numbers to places, oldest first.

    A batch shares the place of what was before it: how many there are depends on speed.
    """
    places, place = {}, 0
    for event in events:
        place += event.event is not EventKind.BATCH
        places[event.seq] = place
    return places


def digits_of(seed: str, count: int) -> str:
    """Hexadecimal digits that are always the same for the same seed."""
    return sha256(seed.encode()).hexdigest()[:count]
