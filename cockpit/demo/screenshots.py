"""Pictures of the real screens over the real engine: `python -m cockpit.demo.screenshots`.

Each situation is made anew, its keys are pressed, and what is drawn is written to `screenshots/`,
the rollback also as a film and as a recording for terminals.
With `--check` nothing is written: the text of the pictures is compared with what is drawn now.
"""

import asyncio
import sys
from argparse import ArgumentParser
from datetime import timedelta
from difflib import unified_diff
from pathlib import Path

from cockpit.demo import recording
from cockpit.demo.camera import Studio
from cockpit.demo.picture import rows
from cockpit.demo.reels import REELS
from cockpit.demo.situations import SITUATIONS
from cockpit.demo.stage import staged
from cockpit.demo.still_clock import StillClock
from cockpit.deploy.opening import Limits
from cockpit.errors import CockpitError

_PATIENT = Limits(lock_timeout=timedelta(seconds=30))
"""The first try still waits when its picture is taken."""


def pictures(situation: str) -> dict[str, str]:
    """Every picture of one situation as SVG, by name."""
    clock, made = StillClock(), SITUATIONS[situation]
    with staged(made.environment, watched=False, clock=clock, limits=_PATIENT) as stage:
        made.prepare(stage)
        with made.meanwhile(stage):
            studio = Studio(stage, clock)
            asyncio.run(REELS[situation](studio))
    return studio.pictures


def stale(folder: Path, taken: dict[str, str]) -> list[str]:
    """How the text of the pictures in the folder differs from that of those just taken."""
    found: list[str] = []
    for name, svg in taken.items():
        path = folder / f"{name}.svg"
        before = rows(path.read_text(encoding="utf-8")) if path.is_file() else []
        found += unified_diff(before, rows(svg), str(path), "drawn now", lineterm="")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Write the pictures, or compare them; 1 when some are stale."""
    parser = ArgumentParser("python -m cockpit.demo.screenshots", description=__doc__)
    parser.add_argument("situations", nargs="*", choices=[[], *REELS], help="default: all")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--into", type=Path, default=Path("screenshots"), metavar="FOLDER")
    chosen = parser.parse_args(arguments)
    differences: list[str] = []
    for situation in chosen.situations or REELS:
        taken = pictures(situation)
        if chosen.check:
            differences += stale(chosen.into, taken)
        else:
            _write(chosen.into, taken)
    if not chosen.check and "rollback" in (chosen.situations or REELS):
        for path in recording.write(chosen.into):
            _say(str(path))
    for line in differences:
        _say(line)
    return 1 if differences else 0


def _write(folder: Path, taken: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in taken.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        _say(str(folder / f"{name}.svg"))


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CockpitError as error:
        sys.exit(str(error))
