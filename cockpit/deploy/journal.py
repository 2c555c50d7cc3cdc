"""One JSON line an event, on disk before anybody draws it."""

import json
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Any

from cockpit.model.event import Event
from cockpit.model.plan import Plan

PLANNED = "Planned"
"""The first line: the plan that the numbers of the events mean."""


class Journal:
    """The file of one run: append-only, flushed line by line, for its owner only.

    A full disk or a folder that cannot be written ends the journal, never the run: that would leave
    a migration half way, and the ledger in the database has every phase of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.failure = ""
        """Why the rest of the run is not in the file; empty while all of it is."""
        self._file: FileIO | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = FileIO(descriptor, "a")
        except OSError as error:
            self._note(error)

    def begin(self, run: str, plan: Plan) -> None:
        """The plan itself, so that the run can be seen again."""
        self._line({"event": PLANNED, "run": run, "plan": plain(plan)})

    def write(self, event: Event) -> None:
        """Append one event and hand it to the operating system."""
        self._line({"event": type(event).__name__} | plain(event))

    def close(self) -> None:
        """Force the lines to the disk and close the file; nothing happens the second time."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            os.fsync(file.fileno())
        except OSError as error:
            self._note(error)
        file.close()

    def _line(self, line: Mapping[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=False) + "\n"
        if not self.failure:
            self._append(text.encode("utf-8", "backslashreplace"))

    def _append(self, data: bytes) -> None:
        file = self._file
        try:
            while data and file is not None:
                data = data[file.write(data) :]
        except OSError as error:
            self._note(error)

    def _note(self, error: OSError) -> None:
        self.failure = self.failure or error.strerror or type(error).__name__


def plain(value: Any) -> Any:
    """A frozen value as JSON knows it: dataclasses as objects, durations as seconds."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
