"""Four themes. Hues of Okabe and Ito, so that no meaning rests on red against green."""

from textual.theme import Theme

_DARK = {
    "state-pending": "#56B4E9",
    "state-running": "#F0E442",
    "state-drifted": "#E69F00",
    "state-missing": "#D98BB5",
    "state-failed": "#FF8A4C",
    "state-good": "#5CD6A9",
    "text-muted-plain": "#9AA4B2",
    "text-off": "#8E98A6",
    "rule-line": "#56606E",
    "env-local": "#C4CAD3",
    "env-local-text": "#11161D",
    "env-dev": "#0072B2",
    "env-dev-text": "#FFFFFF",
    "env-staging": "#F0E442",
    "env-staging-text": "#000000",
    "env-protected": "#A4262C",
    "env-protected-text": "#FFFFFF",
    "cursor-back": "#16304A",
    "cursor-back-idle": "#1E2833",
    "top-back": "#1B222C",
    "key-look": "#56B4E9",
    "key-act": "#E69F00",
}
_LIGHT = {
    **_DARK,
    "state-pending": "#005A8C",
    "state-running": "#6B5900",
    "state-drifted": "#8A4B00",
    "state-missing": "#8A3A68",
    "state-failed": "#9C3700",
    "state-good": "#00664B",
    "text-muted-plain": "#4C5663",
    "text-off": "#4F5965",
    "rule-line": "#9AA4B2",
    "env-local": "#4C5663",
    "env-local-text": "#FFFFFF",
    "cursor-back": "#C3DCF2",
    "cursor-back-idle": "#E1E6EC",
    "top-back": "#E4E8ED",
    "key-look": "#005A8C",
    "key-act": "#8A4B00",
}
_CONTRAST = {
    **_DARK,
    "state-failed": "#FFA26B",
    "state-missing": "#E9A3CB",
    "text-muted-plain": "#D5DAE0",
    "text-off": "#B4BBC4",
    "rule-line": "#B4BBC4",
    "env-protected": "#8C0A12",
    "cursor-back": "#003366",
    "cursor-back-idle": "#333333",
    "top-back": "#000000",
}
_ANSI = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "border-blurred": "ansi_black",
    "block-cursor-foreground": "ansi_black",
    "block-cursor-background": "ansi_white",
    "input-cursor-background": "ansi_white",
    "input-cursor-foreground": "ansi_black",
    "input-cursor-text-style": "none",
    "input-selection-background": "ansi_bright_blue",
    "input-selection-foreground": "ansi_black",
    "screen-selection-background": "ansi_bright_blue",
    "screen-selection-foreground": "ansi_black",
    "state-pending": "ansi_bright_blue",
    "state-running": "ansi_bright_yellow",
    "state-drifted": "ansi_yellow",
    "state-missing": "ansi_bright_magenta",
    "state-failed": "ansi_bright_red",
    "state-good": "ansi_bright_green",
    "text-muted-plain": "ansi_default",
    "text-off": "ansi_bright_black",
    "rule-line": "ansi_bright_black",
    "env-local": "ansi_white",
    "env-local-text": "ansi_black",
    "env-dev": "ansi_blue",
    "env-dev-text": "ansi_bright_white",
    "env-staging": "ansi_yellow",
    "env-staging-text": "ansi_black",
    "env-protected": "ansi_red",
    "env-protected-text": "ansi_bright_white",
    "cursor-back": "ansi_blue",
    "cursor-back-idle": "ansi_bright_black",
    "top-back": "ansi_default",
    "key-look": "ansi_bright_blue",
    "key-act": "ansi_bright_yellow",
}
DEFAULT = "cockpit-dark"

THEMES: tuple[Theme, ...] = (
    Theme(
        name="cockpit-dark", primary="#56B4E9", accent="#56B4E9", foreground="#E4E8ED",
        background="#11161D", surface="#161C25", panel="#1B222C", warning="#E69F00",
        error="#FF8A4C", success="#5CD6A9", variables=_DARK,
    ),
    Theme(
        name="cockpit-light", primary="#005A8C", accent="#005A8C", foreground="#1A1F26",
        background="#FAFBFC", surface="#F1F3F6", panel="#E4E8ED", warning="#8A4B00",
        error="#A83C00", success="#00664B", dark=False, variables=_LIGHT,
    ),
    Theme(
        name="cockpit-contrast", primary="#7CC8F5", accent="#FFFFFF", foreground="#FFFFFF",
        background="#000000", surface="#000000", panel="#101010", warning="#FFB838",
        error="#FFA26B", success="#7DF0C4", variables=_CONTRAST,
    ),
    Theme(
        name="cockpit-ansi", primary="ansi_bright_blue", accent="ansi_bright_blue",
        foreground="ansi_default", background="ansi_default", surface="ansi_default",
        panel="ansi_default", warning="ansi_yellow", error="ansi_bright_red",
        success="ansi_bright_green", ansi=True, variables=_ANSI,
    ),
)  # fmt: skip
NAMES = tuple(theme.name for theme in THEMES)


def theme_name(asked: str | None) -> str | None:
    """The full name of a theme asked for as `dark` or `cockpit-dark`; None when there is none."""
    if asked is None:
        return DEFAULT
    full = asked if asked.startswith("cockpit-") else f"cockpit-{asked}"
    return full if full in NAMES else None
