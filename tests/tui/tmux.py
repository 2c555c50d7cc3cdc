"""Drives a program in a real terminal of tmux: keys go in, rows come out."""

import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

PATIENCE_SECONDS = 90.0


class Terminal:
    """One pane of a tmux server of its own. Every key that is sent is counted."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self.keys: list[str] = []
        """Keys pressed one by one, by tmux's names."""
        self.letters = 0
        """Letters typed into a box."""

    def tmux(self, *arguments: str) -> str:
        """What tmux answers to a command."""
        done = subprocess.run(
            ["tmux", "-L", self._socket, *arguments], capture_output=True, text=True, check=False
        )
        return done.stdout

    @property
    def text(self) -> str:
        """The screen."""
        return self.tmux("capture-pane", "-p", "-t", "0")

    def press(self, *keys: str) -> None:
        """Press keys, each counted as one."""
        for key in keys:
            self.keys.append(key)
            self.tmux("send-keys", "-t", "0", key)
            time.sleep(0.1)  # a person's pace: tmux itself sends them in one write

    def type(self, text: str) -> None:
        """Type into the box that has the focus."""
        self.letters += len(text)
        self.tmux("send-keys", "-t", "0", "-l", text)

    def at_once(self, *parts: str) -> None:
        """Texts and keys in one write to the terminal."""
        self.tmux("send-keys", "-t", "0", *parts)

    def paste(self, text: str) -> None:
        """A bracketed paste, as a terminal sends it."""
        self.tmux("set-buffer", text)
        self.tmux("paste-buffer", "-p", "-t", "0")

    def resize(self, width: int, height: int) -> None:
        """Another size of the window."""
        self.tmux("resize-window", "-t", "0", "-x", str(width), "-y", str(height))

    def until(self, condition: str | Callable[[str], bool]) -> str:
        """The screen as soon as it holds the words, or the condition."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            text = self.text
            if condition in text if isinstance(condition, str) else condition(text):
                return text
            assert time.monotonic() < deadline, f"never came to {condition!r}:\n{text}"
            time.sleep(0.05)


@contextmanager
def in_tmux(*command: str, width: int = 80, height: int = 24) -> Iterator[Terminal]:
    """The command in a terminal of that size; it ends with the block."""
    terminal = Terminal(f"cockpit-{uuid4().hex[:8]}")
    size = ("-x", str(width), "-y", str(height))
    terminal.tmux("-f", "/dev/null", "new-session", "-d", *size, shlex.join(command))
    try:
        yield terminal
    finally:
        terminal.tmux("kill-server")
