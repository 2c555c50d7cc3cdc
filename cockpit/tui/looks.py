"""What each role looks like in each theme, with colour and without.

One table for all widgets: component classes would be matched for every widget at every change of
focus, 33 selectors each.
"""

from functools import lru_cache

from rich.style import Style
from textual.color import Color

from cockpit.tui.present.line import ROLES
from cockpit.tui.themes import THEMES

_LOOKS: dict[str, tuple[str, str, str]] = {
    "muted": ("text-muted-plain", "", ""),
    "off": ("text-off", "", ""),
    "rule": ("rule-line", "", ""),
    "tag": ("text-off", "", ""),
    "strong": ("", "", "bold"),
    "title": ("", "", "bold"),
    "key": ("key-look", "", "bold"),
    "acts": ("key-act", "", "bold"),
    "pending": ("state-pending", "", ""),
    "running": ("state-running", "", "bold"),
    "drifted": ("state-drifted", "", "bold"),
    "missing": ("state-missing", "", "bold"),
    "failed": ("state-failed", "", "bold reverse"),
    "late": ("state-drifted", "", "underline"),
    "good": ("state-good", "", ""),
    "high": ("state-failed", "", "bold"),
    "medium": ("state-drifted", "", ""),
    "low": ("text-muted-plain", "", ""),
    "keyword": ("key-look", "", ""),
    "literal": ("state-missing", "", ""),
    "remark": ("text-off", "", "italic"),
    "add": ("state-pending", "", ""),
    "remove": ("state-failed", "", ""),
    "notice": ("state-drifted", "", "bold"),
    "armed": ("state-running", "", "bold reverse"),
    "local": ("env-local-text", "env-local", "bold"),
    "dev": ("env-dev-text", "env-dev", "bold"),
    "staging": ("env-staging-text", "env-staging", "bold"),
    "protected": ("env-protected-text", "env-protected", "bold"),
    "cursor": ("", "cursor-back", ""),
    "cursor-idle": ("", "cursor-back-idle", ""),
}
"""Foreground, background, style; the colours are variables of the theme."""
_WITHOUT_COLOUR = {
    "muted": "dim", "off": "dim", "rule": "dim", "tag": "dim", "low": "dim", "remark": "dim",
    "acts": "bold underline", "local": "underline", "dev": "reverse", "staging": "reverse bold",
    "protected": "reverse bold", "cursor": "reverse", "cursor-idle": "underline",
    "remove": "underline", "medium": "",
}  # fmt: skip
"""Styles that differ where there is no colour."""

_PALETTE_CURSORS = {"cursor": Style(reverse=True), "cursor-idle": Style(bold=True)}
"""Where the terminal's palette decides, no colour of ours is sure to stand out from another."""


@lru_cache(maxsize=16)
def looks(theme: str, *, colourless: bool) -> dict[str, Style]:
    """Every role's style in that theme."""
    found = next(each for each in THEMES if each.name == theme)
    table = {
        role: _style(found.variables, *_LOOKS[role], colourless=colourless, role=role)
        for role in (*ROLES, "cursor", "cursor-idle")
    }
    return table | _PALETTE_CURSORS if found.ansi and not colourless else table


def _style(
    variables: dict[str, str], front: str, back: str, words: str, *, colourless: bool, role: str
) -> Style:
    if colourless:
        return Style.parse(_WITHOUT_COLOUR.get(role, words) or "none")
    colours = Style(
        color=Color.parse(variables[front]).rich_color if front else None,
        bgcolor=Color.parse(variables[back]).rich_color if back else None,
    )
    return colours + Style.parse(words or "none")
