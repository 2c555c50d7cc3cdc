"""Everything that must hold before a change lands: `python -m tests [what pytest shall get]`."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = (sys.executable, "-m")
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WORKERS = CORES + 1
"""A worker waits a third of its time: for servers, locks and other programs."""

CHECKS: dict[str, tuple[str, ...]] = {
    "ruff check": (*PYTHON, "ruff", "check", "."),
    "ruff format": (*PYTHON, "ruff", "format", "--check", "."),
    "mypy": (*PYTHON, "mypy"),
    "import contracts": (str(Path(sys.executable).with_name("lint-imports")),),
    "pytest": (*PYTHON, "pytest", "-n", str(WORKERS), "--dist", "loadscope"),
}


def main(arguments: list[str]) -> int:
    """Run every check, also after one that fails; 0 when all of them hold, else 1."""
    results = {name: _run(name, command, arguments) for name, command in CHECKS.items()}
    _say("summary")
    for name, (code, seconds) in results.items():
        sys.stdout.write(f"  {'FAILS' if code else 'holds'}  {name:<18}{seconds:6.1f} s\n")
    return int(any(code for code, _ in results.values()))


def _run(name: str, command: tuple[str, ...], arguments: list[str]) -> tuple[int, float]:
    """Exit code and seconds. What the check says goes straight to the terminal."""
    _say(name)
    started = time.monotonic()
    extra = arguments if name == "pytest" else []
    code = subprocess.run([*command, *extra], cwd=ROOT, check=False).returncode
    return code, time.monotonic() - started


def _say(heading: str) -> None:
    sys.stdout.write(f"\n=== {heading}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
