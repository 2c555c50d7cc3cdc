"""From values as they were given to a checked `Settings`: unknown names, wrong types, passwords."""

import difflib
import shlex
import typing
from collections.abc import Iterable, Mapping

import msgspec

from cockpit.errors import UsageError
from cockpit.settings.dsn import BadDsn, Dsn, parse
from cockpit.settings.duration import Duration, parse_duration
from cockpit.settings.origin import Given
from cockpit.settings.schema import Command, Settings, TargetSettings

_TARGET_NAME_ADVICE = "letters, digits, dot, dash and underscore, as it will be typed to confirm"


def settings_from(given: Iterable[Given]) -> Settings:
    """Check every value and build the whole. One value a key. Raises UsageError at the first fault.

    The message names file, line and column, and the nearest known name.
    """
    top: dict[str, typing.Any] = {}
    keys: dict[str, str] = {}
    targets: dict[str, dict[str, typing.Any]] = {}
    for item in given:
        match item.key:
            case ("targets", name, *rest):
                target = targets.setdefault(_target_name(name, item), {})
                if rest:
                    target[rest[0]] = _checked(item, rest[0], TargetSettings)
                elif item.value != {}:
                    raise _wrong(item, f"targets.{name} is a table: write [targets.{name}]")
            case ("keys", action):
                keys[action] = _text(item)
            case ("targets" | "keys",) if item.value == {}:
                continue
            case (name, *_):
                top[name] = _checked(item, name, Settings)
    built: dict[str, typing.Any] = {n: TargetSettings(**values) for n, values in targets.items()}
    return Settings(**top, targets=built, keys=keys)


def _checked(item: Given, name: str, kind: type[msgspec.Struct]) -> object:
    known = {field.name: field.type for field in msgspec.structs.fields(kind)}
    if name not in known:
        raise _unknown(item, name, kind)
    if name in ("targets", "keys"):
        raise _wrong(item, f"{name} is a table: write [{name}]")
    wanted = known[name]
    try:
        value = _converted(item, wanted)
    except BadDsn as error:
        raise _wrong(item, f"{item.name} is no connection string: {error}") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise _wrong(item, _complaint(item, error, wanted)) from None
    if name == "lock_timeout" and not value:
        raise _wrong(item, "lock_timeout = 0 would wait without end, and everybody behind it too")
    return value


def _converted(item: Given, wanted: typing.Any) -> object:
    """The value in the type the setting has. Raises ValueError or msgspec.ValidationError."""
    choices = typing.get_args(wanted) or (wanted,)
    if Dsn in choices:
        return _dsn_without_password(item)
    if Duration in choices:
        return parse_duration(str(item.value) if item.value == 0 else _text(item))
    if Command in choices and isinstance(item.value, str):
        return tuple(shlex.split(item.value))
    return msgspec.convert(item.value, wanted, strict=not item.textual)


def _dsn_without_password(item: Given) -> Dsn:
    dsn = parse(_text(item))
    if dsn.secrets:
        what = "a password" if dsn.password else f"a secret or unknown keyword {dsn.secrets[0][0]}"
        raise UsageError(
            f"{item.origin.exact}: {item.name} holds {what}.",
            kept="It was not used.",
            next_step="Take it out of the file, and out of git if it was committed. "
            f"{_better_place(item)}",
        )
    return dsn


def _better_place(item: Given) -> str:
    match item.key:
        case ("targets", name, *_):
            return (
                f"Store it with cockpit credential set --target {name}, or name a password_command."
            )
    return "Put it into libpq's password file, ~/.pgpass."


def _target_name(name: str, item: Given) -> str:
    if not name or not all(c.isascii() and (c.isalnum() or c in "._-") for c in name):
        raise _wrong(item, f"a target's name is made of {_TARGET_NAME_ADVICE}")
    return name


def _text(item: Given) -> str:
    if item.text is None:
        raise _wrong(item, f"{item.name} is text: write it in quotes")
    return item.text


def _complaint(item: Given, error: Exception, wanted: typing.Any) -> str:
    """What is wrong in words; for a value out of a list, the nearest one."""
    choices = _words(wanted)
    if choices and isinstance(item.value, str):
        return f'{item.name} = "{item.value}" is none of {", ".join(choices)}'
    return f"{item.name}: {str(error).replace(' | null', '')}"


def _words(wanted: typing.Any) -> tuple[str, ...]:
    """The texts a Literal or an enumeration allows."""
    if typing.get_origin(wanted) is typing.Literal:
        return tuple(map(str, typing.get_args(wanted)))
    members: Mapping[str, object] = getattr(wanted, "__members__", {})
    return tuple(map(str, members.values()))


def _unknown(item: Given, name: str, kind: type[msgspec.Struct]) -> UsageError:
    names = [known for known in kind.__struct_fields__ if known not in ("targets", "keys")]
    near = difflib.get_close_matches(name, kind.__struct_fields__, n=1)
    advice = f"Known here: {', '.join(names)}."
    if near:
        advice = f'Did you mean "{near[0]}"?'
    elif name in TargetSettings.__struct_fields__:
        advice = "It belongs to a target: write it below [targets.NAME]."
    return UsageError(f'{item.origin.exact}: unknown setting "{item.name}".', next_step=advice)


def _wrong(item: Given, what: str) -> UsageError:
    return UsageError(f"{item.origin.exact}: {what}.", next_step="Correct it and start again.")
