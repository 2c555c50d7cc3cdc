"""Targets as rows and as facts: what each is for, where it is, what was seen of it last."""

from datetime import datetime

from cockpit.model.target import Environment
from cockpit.present.durations import ago, timestamp
from cockpit.present.harmless import harmless
from cockpit.tui.fleet import TargetCard
from cockpit.tui.present.line import Line, line, middle_cut
from cockpit.tui.present.top_line import LABELS
from cockpit.tui.seen import Sighting

_LABEL, _NAME, _MODE = 10, 18, 12
_ROOMY = 72


def target_header(width: int) -> Line:
    """Column titles."""
    where = _where(width)
    mode = f"{'mode':<{_MODE}}" if width >= _ROOMY else ""
    head = f" {'':<{_LABEL}}{'target':<{_NAME}}{'database':<{where}}{mode}last seen"
    return line((head, "muted"))


def target_row(card: TargetCard, mode: str, seen: Sighting | None, width: int) -> Line:
    """environment · name · database · mode · what the last look said."""
    label, role = LABELS[card.environment]
    where = _where(width)
    last = seen.words if seen else "never opened here"
    return line(
        " ", (f" {label} ", role), " " * max(0, _LABEL - len(label) - 2),
        (f"{middle_cut(harmless(card.name), _NAME - 1):<{_NAME}}", "strong"),
        f"{middle_cut(harmless(card.where), where - 1):<{where}}",
        (f"{mode:<{_MODE}}" if width >= _ROOMY else "", _mode_role(mode)),
        (last, "" if seen else "muted"),
    )  # fmt: skip


def _mode_role(mode: str) -> str:
    return "armed" if mode.startswith("WRITE") else "muted"


def _where(width: int) -> int:
    """Cells for the address; a narrow list leaves the mode to the facts."""
    fixed = 1 + _LABEL + _NAME + (_MODE if width >= _ROOMY else 0)
    return max(12, min(34, width - fixed - 20))


def target_facts(
    card: TargetCard, mode: str, seen: Sighting | None, now: datetime
) -> tuple[Line, ...]:
    """Everything about one target, without asking its database."""
    last = "never opened here"
    if seen:
        last = f"{seen.words}, {ago(seen.at, now)} ({timestamp(seen.at)})"
    facts = {
        "target": card.name,
        "database": card.where,
        "environment": f"{card.environment} by the settings; what the database says counts too",
        "protected": _protection(card.environment),
        "password": card.credential,
        "named by": card.origin,
        "mode": mode,
        "last seen": last,
    }
    return tuple(line((f"{n:<12}", "muted"), harmless(w), hang=12) for n, w in facts.items() if w)


def _protection(environment: Environment) -> str:
    match environment:
        case Environment.PRODUCTION:
            return "yes, it is production: its name must be typed before anything is written"
        case Environment.UNKNOWN:
            return "yes, nobody has said what it is for, so it counts as production"
    return f"no, it is {environment}; one that calls itself production is protected anyway"
