"""One JSON line an event, on disk before anybody draws it."""

import json
import os
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cockpit.model.event import Event


class Journal:
    """The file of one run: append-only, flushed line by line, for its owner only."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.path = path
        self._file = os.fdopen(descriptor, "ab", buffering=0)
        self.failure = ""
        """Why the rest of the run is not in the file; empty while all of it is."""

    def write(self, event: Event) -> None:
        """Append one event and hand it to the operating system.

        A full disk ends the journal, never the run: that would leave a migration half way.
        """
        line = {"event": type(event).__name__} | plain(event)
        text = json.dumps(line, ensure_ascii=False) + "\n"
        if not self.failure and not self._file.closed:
            self._append(text.encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Force the lines to the disk and close the file; nothing happens the second time."""
        if self._file.closed:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._note(error)
        self._file.close()

    def _append(self, data: bytes) -> None:
        try:
            while data:
                data = data[self._file.write(data) :]
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
