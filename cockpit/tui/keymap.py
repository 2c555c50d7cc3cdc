"""The keys: defaults from the table of actions, changed by `[keys]` in the settings."""

from collections.abc import Iterable
from difflib import get_close_matches

from textual.binding import Binding

from cockpit.errors import UsageError
from cockpit.tui.actions import ACTIONS, BY_ID, Action
from cockpit.tui.present.keys import key_name

_FORBIDDEN_FOR_ACTS = "an act needs a capital letter: small slips must not act"


def bindings() -> list[Binding]:
    """Every action's keys, each through the one gate."""
    bound = [
        Binding(action.key, f"perform('{action.id}')", action.title, show=False, id=action.id)
        for action in ACTIONS
    ]
    always = Binding("ctrl+q", "perform('quit')", "leave", show=False, priority=True)
    return [*bound, always, Binding("ctrl+c,super+c", "copy_selected", "copy", show=False)]


def checked(keys: dict[str, str]) -> dict[str, str]:
    """The operator's own keys, ids to Textual's key names. Raises `UsageError` when unusable."""
    for name in keys:
        if name not in BY_ID:
            close = get_close_matches(name, BY_ID, n=1, cutoff=0.4)
            hint = f"The nearest is {close[0]}." if close else "cockpit's ? lists them all."
            raise UsageError(f"[keys] names no action: {name}.", next_step=hint)
    wanted = {name: _names(key) for name, key in keys.items()}
    for name, key in wanted.items():
        _check_key(BY_ID[name], key)
    _check_clashes(wanted)
    return wanted


def key_of(action: Action, keys: dict[str, str]) -> str:
    """The key to show for an action."""
    return key_name(keys.get(action.id, action.key))


def named_action(key: str, acts: Iterable[str], keys: dict[str, str]) -> str | None:
    """Which of these actions the key means, by id; a dialog names them in its text."""
    return next((a for a in acts if key in keys.get(a, BY_ID[a].key).split(",")), None)


def _names(keys: str) -> str:
    """Textual's names for keys as people write them: `?`, `esc`, `K`."""
    written = {"?": "question_mark", ":": "colon", "/": "slash", "esc": "escape"}
    return ",".join(written.get(key.strip(), key.strip()) for key in keys.split(","))


def _check_key(action: Action, keys: str) -> None:
    for key in keys.split(","):
        if not key:
            raise UsageError(f"[keys] gives {action.id} no key.", next_step="Name one key.")
        if action.acts and not (len(key) == 1 and key.isalpha() and key.isupper()):
            raise UsageError(
                f"[keys] binds {action.id} to {key}: {_FORBIDDEN_FOR_ACTS}.",
                next_step=f"The default is {action.key}.",
            )


def _check_clashes(wanted: dict[str, str]) -> None:
    taken: dict[str, str] = {"ctrl+q": "quit"}
    for action in ACTIONS:
        for key in wanted.get(action.id, action.key).split(","):
            other = taken.setdefault(_canonical(key), action.id)
            if other != action.id:
                raise UsageError(
                    f"[keys] binds {key_name(key)} to both {other} and {action.id}.",
                    next_step=f"The default of {action.id} is {key_name(BY_ID[action.id].key)}.",
                )


def _canonical(key: str) -> str:
    """One spelling a key."""
    return _names(key).replace("left_square_bracket", "[").replace("right_square_bracket", "]")
