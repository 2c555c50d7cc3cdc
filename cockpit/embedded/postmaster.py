"""The server process: started, watched until it is ready, stopped."""

import signal
import subprocess
import time
from collections.abc import Mapping
from threading import Event, Thread

from cockpit.embedded.confinement import Confinement, environment
from cockpit.embedded.folder import Folder
from cockpit.errors import ServerUnavailable

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Postmaster(Thread):
    """Starts the server process and stays with it to its end.

    Linux stops a child when the *thread* that started it ends, so that thread must be one that
    lasts: the caller's may be a short-lived worker.
    """

    def __init__(self, place: Folder, confined: Confinement, parameters: Mapping[str, str]) -> None:
        super().__init__(name="embedded-postgres", daemon=True)
        self._folder = place
        options = (f"--{name}={value}" for name, value in parameters.items())
        self._command = confined.command("postgres", "-D", str(place.data), *options)
        self._launched = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._failure: OSError | None = None

    @property
    def pid(self) -> int | None:
        """None before the start and after the end."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process and running else None

    def run(self) -> None:
        try:
            with self._folder.log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603  the programs are the caller's choice
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=environment(),
                    start_new_session=True,  # a Ctrl+C in the terminal is for us alone
                )
        except OSError as error:
            self._failure = error
        finally:
            self._launched.set()
        if self._process:
            self._process.wait()

    def await_ready(self) -> None:
        """Come back when it takes connections. Raises `ServerUnavailable` with what it said."""
        self._launched.wait()
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if self.pid is None or time.monotonic() > deadline:
                raise ServerUnavailable(f"PostgreSQL does not start: {self._last_words()}")
            time.sleep(0.002)

    def end(self) -> None:
        """Stop it: politely, then at once, then by force."""
        self._launched.wait()
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._process and self.is_alive():
                self._process.send_signal(number)
                self.join(STOP_SECONDS)

    def _ready(self) -> bool:
        """The eighth line of the pid file is the server's state."""
        try:
            lines = (self._folder.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _last_words(self) -> str:
        said = self._folder.log.read_text(encoding="utf-8", errors="replace").strip()
        return said[-2000:] or str(self._failure or "it said nothing")
