"""The pictures in `screenshots/` say what the screens say now."""

from pathlib import Path

import pytest

from cockpit.demo.reels import REELS
from cockpit.demo.screenshots import pictures, stale

FOLDER = Path(__file__).parents[2] / "screenshots"


@pytest.mark.parametrize("situation", REELS)
def test_pictures_are_of_the_screens_as_they_are(situation: str) -> None:
    """Take them anew with `python -m cockpit.demo.screenshots` and look at the difference."""
    assert stale(FOLDER, pictures(situation)) == []


def test_no_picture_reaches_out_to_the_network() -> None:
    for picture in FOLDER.glob("*.svg"):
        text = picture.read_text(encoding="utf-8")
        assert "url(http" not in text
        assert "@font-face" not in text
