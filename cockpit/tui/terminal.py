"""The terminal we draw on may go away before us: a lost ssh line must not hold a run's lock.

Textual's thread of output dies of the first write that fails, and its end then waits for it for
ever. What is written to a terminal that is gone is dropped instead; SIGHUP tells the app to leave.
"""

from typing import IO, Any

from textual.driver import Driver


class Surviving:
    """Passes everything on to the file, until the file is gone."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write it, or drop it."""
        try:
            return self._file.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Flush it, if it is there."""
        try:
            self._file.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def surviving(driver: type[Driver]) -> type[Driver]:
    """The same driver on a file that survives its terminal; one without a file as it is."""

    class SurvivingDriver(driver):  # type: ignore[misc,valid-type]
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            file: IO[str] | None = getattr(self, "_file", None)
            if file is not None:
                setattr(self, "_file", Surviving(file))  # noqa: B010 - the driver declares no type

    return SurvivingDriver
