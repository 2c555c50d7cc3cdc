"""PostgreSQL's programs are found without running anybody's code."""

import subprocess
import sys
from pathlib import Path

import pytest

import cockpit
from cockpit.embedded import binaries
from cockpit.errors import ServerUnavailable


def test_the_newest_of_the_extra_is_chosen() -> None:
    majors = [found.major for found in binaries.packed()]
    assert majors
    assert binaries.find().major == max(majors)


def test_the_package_that_packs_them_is_never_imported() -> None:
    program = "import sys; from cockpit.embedded.binaries import *; find(); print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert "cockpit.embedded.binaries" in loaded
    assert binaries.PACKAGE not in loaded


def test_without_the_extra_the_error_names_it() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(cockpit.__file__).parent.parent)!r})\n"
        "from cockpit.embedded import binaries; binaries.find()"
    )
    without_site_packages = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(without_site_packages, capture_output=True, text=True, check=False)
    assert "pip install 'migration-cockpit[embedded]'" in done.stderr


def test_a_folder_without_them_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServerUnavailable, match=str(tmp_path)):
        binaries.find(tmp_path)


def test_a_program_that_was_not_packed_is_named() -> None:
    with pytest.raises(ServerUnavailable, match="pg_time_machine"):
        binaries.find().program("pg_time_machine")


def test_programs_that_do_not_run_here_are_an_error_one_can_read(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("not a program")
    with pytest.raises(ServerUnavailable, match="does not run on this machine"):
        binaries.find(tmp_path)
