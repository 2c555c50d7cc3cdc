"""Every setting in force with its value as text and who set it; for `cockpit settings`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from cockpit.settings.dsn import BadDsn, Dsn, parse
from cockpit.settings.duration import format_duration
from cockpit.settings.origin import Origin, Rank
from cockpit.settings.schema import DEFAULT_RULES, Rules
from cockpit.settings.sources import Resolved
from cockpit.settings.target import Target
from cockpit.settings.variables import AD_HOC


@dataclass(frozen=True, slots=True)
class Line:
    """One setting."""

    name: str
    """As a file writes it: `targets.production.lock_timeout`."""
    value: str
    """As a file would write it, without quotes; empty when not set. Never a secret."""
    origin: Origin
    in_force: bool = True
    """False for a rule that another line decides on the target that is meant."""


def listing(resolved: Resolved, target: Target | None = None) -> tuple[Line, ...]:
    """Settings of the whole first, then of each target what somebody set, then keys.

    `target`: the one that is meant, for which a rule may stand twice.
    """
    lines = (*_general(resolved), *_targets(resolved), *_keys(resolved), *_ad_hoc(resolved))
    if target is None or target.name is None:
        return lines
    return tuple(replace(line, in_force=_in_force(line, resolved, target.name)) for line in lines)


def _in_force(line: Line, resolved: Resolved, target: str) -> bool:
    """Of a rule that the target has of its own and the whole as well, the higher source."""
    prefix, dot, rule = line.name.rpartition(".")
    if rule not in Rules.__struct_fields__ or prefix not in ("", f"targets.{target}"):
        return True
    own, general = resolved.origin("targets", target, rule), resolved.origin(rule)
    if own.rank is Rank.DEFAULT:
        return True
    return (general.rank > own.rank) == (not dot)


def _general(resolved: Resolved) -> Iterator[Line]:
    for name in resolved.settings.__struct_fields__:
        if name in ("targets", "keys"):
            continue
        value = getattr(resolved.settings, name)
        if value is None and name in Rules.__struct_fields__:
            value = getattr(DEFAULT_RULES, name)
        yield Line(name, _of(name, value), resolved.origin(name))


def _targets(resolved: Resolved) -> Iterator[Line]:
    for target, settings in resolved.settings.targets.items():
        for field in msgspec.structs.fields(settings):
            origin = resolved.origin("targets", target, field.name)
            if origin.rank is not Rank.DEFAULT or field.name == "environment":
                value = _of(field.name, getattr(settings, field.name))
                yield Line(f"targets.{target}.{field.name}", value, origin)


def _keys(resolved: Resolved) -> Iterator[Line]:
    for action, keys in resolved.settings.keys.items():
        yield Line(f"keys.{action}", keys, resolved.origin("keys", action))


def _ad_hoc(resolved: Resolved) -> Iterator[Line]:
    for key in AD_HOC:
        if found := resolved.given.get(key):
            value = "" if found.text is None else _connection(found.text, key)
            yield Line(key[0], value, found.origin)


def _connection(text: str, key: tuple[str, ...]) -> str:
    if key == ("environment",):
        return text
    try:
        return _shown(parse(text))
    except BadDsn as error:
        return f"(no connection string: {error})"


def _of(name: str, value: object) -> str:
    """Names and addresses of replicas hold no secret; the arguments of a command may."""
    return " ".join(value) if name == "replicas" and isinstance(value, tuple) else _shown(value)


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case timedelta():
            return format_duration(value)
        case Dsn():
            return value.uri() + (" (password hidden)" if value.password else "")
        case tuple():
            # Somebody may have put a token among the arguments of a command.
            return f"{value[0]} …" if len(value) > 1 else str(value[0])
        case _:
            return str(value)
