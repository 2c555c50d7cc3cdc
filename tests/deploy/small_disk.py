"""A file system of a few megabytes that can be filled, and enlarged again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """Mounted in memory; needs root, and a container that may mount."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make_room(self) -> None:
        """As an administrator would who was called."""
        _mount("-o", "remount,size=256m", str(self.folder))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Skips the test where such a thing cannot be had."""
    if os.geteuid() != 0:
        pytest.skip("a small file system needs root")
    folder.mkdir(parents=True, exist_ok=True)
    if not _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)):
        pytest.skip("this container may not mount")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode == 0
