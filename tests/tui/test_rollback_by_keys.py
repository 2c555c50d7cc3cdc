"""The rollback at three in the morning: a real terminal, real keys, a real server."""

import re
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.tui.tmux import Terminal, in_tmux

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")

NAME = "orders-prod"
REASON = "bad release"
DEMO = (sys.executable, "-m", "cockpit", "demo", "rollback")
COUNTS = re.compile(r"Y counts in|too quick")
PHASE = re.compile(r"phase \d+ of \d+")
VERSION = re.compile(r"Type  (\S+)  to arm this phase")


def answered(terminal: Terminal, title: str) -> None:
    """`Y` as soon as it counts: the words behind it are what it does."""
    terminal.until(lambda text: f"Y {title}" in text and not COUNTS.search(text))
    terminal.press("Y")


def open_question(terminal: Terminal) -> None:
    """From the first paint to the question of the whole run."""
    terminal.until("missing")
    terminal.press("U")
    terminal.until(lambda text: "back to release v1.3" in text and "rolls back 5" in text)
    terminal.press("Enter")
    terminal.until("Reason, for the ledger")


def at_rest(text: str) -> bool:
    """The run waits for the operator, or is over; no dialog is open."""
    return "waiting for you" in text or "the run is over" in text


def _moved_on(before: str, text: str) -> bool:
    """A question is open, a phase runs, or another one waits than before."""
    return (
        VERSION.search(text) is not None
        or not at_rest(text)
        or PHASE.findall(text) != PHASE.findall(before)
    )


def confirm_phases(terminal: Terminal) -> None:
    """`C`, and what it asks, until the run is over. A stretch may be over before it is seen."""
    while "the run is over" not in (before := terminal.until(at_rest)):
        time.sleep(0.8)  # C counts only some time after it was offered
        terminal.press("C")
        shown = terminal.until(lambda text: _moved_on(before, text))
        if asked := VERSION.search(shown):
            terminal.type(asked[1])
            answered(terminal, "roll back, phase")
            terminal.until(lambda text: not VERSION.search(text))


def test_seven_phases_with_three_losses_take_fewer_than_15_key_presses() -> None:
    """Counted is every key but the letters of what must be typed: reason, name and versions.

    With them it is 46 at most; the three versions are four digits each.
    """
    with in_tmux(*DEMO) as terminal:
        open_question(terminal)
        terminal.type(NAME)
        terminal.press("Enter")
        terminal.type(REASON)
        terminal.press("Enter")
        answered(terminal, "roll back")
        confirm_phases(terminal)
        assert "kept   7 phases, " in terminal.text
        terminal.until("READ-ONLY · lock free")
    assert terminal.keys == ["U", "Enter", "Enter", "Enter", "Y", "C", "C", "Y", "C", "Y", "C", "Y"]
    assert len(terminal.keys) < 15
    assert terminal.letters == len(REASON) + len(NAME) + 3 * len("0727")


def test_keys_that_arrive_together_count_in_their_order() -> None:
    """As over a slow connection: one write holds the name, the way on and a reason."""
    with in_tmux(*DEMO) as terminal:
        open_question(terminal)
        terminal.at_once(NAME, "Tab", REASON, "BTab", "End", "x", "BSpace", "Tab", "End", "Enter")
        terminal.until(lambda text: "Y roll back" in text and not COUNTS.search(text))
        assert REASON in terminal.text
        terminal.press("Escape")
        terminal.until("in short")
        terminal.press("Escape")
        terminal.until("DRIFTED 5")
        terminal.at_once("/", "shipm", "Enter", "3")
        terminal.until("── history")
        terminal.at_once(":", "view.board", "Enter")
        terminal.until("DRIFTED 1 of 5")


def test_a_question_survives_what_a_terminal_can_do_to_it() -> None:
    """A paste with a newline, held keys and a window that shrinks and grows start nothing."""
    with in_tmux(*DEMO) as terminal:
        open_question(terminal)
        terminal.paste(f"{NAME}\nY\nC\n")
        terminal.until("enter, then the reason")
        terminal.press("Tab")
        terminal.paste(f"{REASON}\nY\n")
        terminal.until(REASON)
        terminal.tmux("send-keys", "-t", "0", "-N", "80", "Y")
        terminal.press(*["Enter"] * 5)
        for width, height in ((50, 12), (200, 50), (60, 16), (80, 24)):
            terminal.resize(width, height)
            time.sleep(0.3)
            terminal.press(*["C"] * 3)
        shown = terminal.until("Reason, for the ledger")
        assert "PRODUCTION" in shown
        terminal.press("Escape")
        terminal.until(lambda text: "Reason, for the ledger" not in text)
        assert "READ-ONLY · lock free" in terminal.text
        terminal.press("1")
        assert "DRIFTED 5" in terminal.until("missing")


def test_a_terminal_that_goes_away_takes_the_cockpit_with_it() -> None:
    """A process that stayed would keep the deployment lock of its run."""
    with in_tmux(*DEMO) as terminal:
        terminal.until("missing")
        process = Path("/proc", terminal.tmux("list-panes", "-F", "#{pane_pid}").strip())
        assert process.exists()
    deadline = time.monotonic() + 30
    while process.exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
