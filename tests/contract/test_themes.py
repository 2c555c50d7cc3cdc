"""Every theme can be read: contrast, and a look for every role with and without colour."""

from itertools import product

import pytest
from textual.color import Color
from textual.theme import Theme

from cockpit.model.state import State
from cockpit.tui.looks import looks
from cockpit.tui.present.line import ROLES
from cockpit.tui.themes import THEMES, theme_name

COLOURED = [theme for theme in THEMES if not theme.ansi]
TEXT = [
    "state-pending", "state-running", "state-drifted", "state-missing", "state-failed",
    "state-good", "text-muted-plain", "text-off", "key-look", "key-act",
]  # fmt: skip
BANDS = ["env-local", "env-dev", "env-staging", "env-protected"]


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [channel / 255 for channel in Color.parse(colour).rgb]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("theme", COLOURED, ids=lambda t: t.name)
def test_text_stands_out_from_every_background(theme: Theme, name: str) -> None:
    for background in (theme.background, theme.surface, theme.variables["cursor-back"]):
        assert background is not None
        assert contrast(theme.variables[name], background) >= 4.5, background


@pytest.mark.parametrize("theme", COLOURED, ids=lambda t: t.name)
def test_words_stand_out_under_the_cursor_and_in_boxes(theme: Theme) -> None:
    grounds = (theme.background, theme.surface, theme.panel, theme.variables["cursor-back"],
               theme.variables["cursor-back-idle"], theme.variables["top-back"])  # fmt: skip
    for ground in grounds:
        assert ground is not None
        assert theme.foreground is not None
        assert contrast(theme.foreground, ground) >= 4.5, ground


@pytest.mark.parametrize("theme", COLOURED, ids=lambda t: t.name)
def test_a_border_can_be_seen(theme: Theme) -> None:
    assert theme.background is not None
    assert theme.accent is not None
    assert contrast(theme.accent, theme.background) >= 3
    assert contrast(theme.variables["rule-line"], theme.background) >= 2


def test_two_states_differ_by_grey_or_by_glyph() -> None:
    """Without colour at all every state still has a sign of its own, or none and its word."""
    glyphs = [state.glyph for state in State if state.glyph.strip()]
    assert len(glyphs) == len(set(glyphs))


def test_the_cursor_of_the_palette_theme_has_no_colour_of_its_own() -> None:
    table = looks("cockpit-ansi", colourless=False)
    assert table["cursor"].reverse
    assert table["cursor-idle"].bold
    assert table["cursor"].color is None
    assert table["cursor"].bgcolor is None


@pytest.mark.parametrize(("theme", "band"), list(product(COLOURED, BANDS)), ids=str)
def test_the_environment_can_be_read(theme: Theme, band: str) -> None:
    least = 7.0 if band == "env-protected" else 4.5
    assert contrast(theme.variables[band], theme.variables[f"{band}-text"]) >= least


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("colourless", [False, True])
def test_every_role_has_a_look(theme: Theme, colourless: bool) -> None:
    table = looks(theme.name, colourless=colourless)
    assert set(table) >= set(ROLES)
    if colourless:
        assert all(style.color is None and style.bgcolor is None for style in table.values())


@pytest.mark.parametrize("role", ["protected", "failed", "armed", "high", "drifted"])
def test_what_warns_stands_out_without_colour(role: str) -> None:
    style = looks("cockpit-dark", colourless=True)[role]
    assert style.bold or style.reverse


def test_a_theme_has_a_short_name() -> None:
    assert theme_name("light") == theme_name("cockpit-light") == "cockpit-light"
    assert theme_name("neon") is None
