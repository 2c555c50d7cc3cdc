"""Which database is meant, and everything the settings say about it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cockpit.errors import UsageError
from cockpit.model.target import Environment
from cockpit.settings.dsn import BadDsn, Dsn, describe, parse
from cockpit.settings.origin import Given, Origin, Rank
from cockpit.settings.schema import Command, Rules, TargetSettings, rules_of
from cockpit.settings.sources import Resolved

_ARGUMENTS_ARE_PUBLIC = (
    "The password in --dsn was visible to every user of this machine while the program starts; "
    "put the connection string into COCKPIT_DSN or store the password with cockpit credential set."
)


@dataclass(frozen=True, slots=True)
class Target:
    """One database as the settings know it, before it was asked anything."""

    name: str | None
    """None for a connection string without a name in a file."""
    dsn: Dsn
    """For an ad-hoc target the password may be among its secrets."""
    environment: Environment
    origin: Origin
    """Who chose it."""
    rules: Rules
    """Every rule has a value, except `history_table` and `replicas`."""
    password_command: Command = ()
    untrusted: Path | None = None
    """The repository's file that names the command, when nobody has trusted it: it is not run."""
    vault: str | None = None
    role: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its name, or where it is."""
        return self.name or describe(self.dsn)


def choose(resolved: Resolved) -> Target | None:
    """The target that is meant; None when nothing says which.

    `--target` and `--dsn` come first, then their variables, then `target` of a file, then
    `DATABASE_URL`, then the only target there is. Two of one rank are refused: no guess is made.
    """
    dsn, target = resolved.given.get(("dsn",)), resolved.given.get(("target",))
    if dsn and target and dsn.origin.rank == target.origin.rank:
        raise UsageError(
            f"{dsn.origin} and {target.origin} name two databases.", next_step="Leave one out."
        )
    if dsn and (not target or dsn.origin.rank > target.origin.rank):
        return _ad_hoc(resolved, dsn)
    if target:
        return _asked_for(resolved, target)
    if ("database_url",) in resolved.given:
        return _ad_hoc(resolved, resolved.given[("database_url",)])
    if len(resolved.settings.targets) == 1:
        name = next(iter(resolved.settings.targets))
        return _named(resolved, name, resolved.origin("targets", name, "dsn"))
    return None


def every(resolved: Resolved) -> tuple[Target, ...]:
    """All targets with a name, in the order of the file."""
    return tuple(
        _named(resolved, name, resolved.origin("targets", name, "dsn"))
        for name in resolved.settings.targets
    )


def _asked_for(resolved: Resolved, asked: Given) -> Target:
    name = str(asked.value)
    if name not in resolved.settings.targets:
        raise _unknown_target(name, resolved.settings.targets, asked.origin)
    target = _named(resolved, name, asked.origin)
    if resolved.origin("environment").rank is Rank.OPTION:
        raise UsageError(
            f"--environment is for --dsn; the settings say that {name} is {target.environment}.",
            next_step=f"Leave it out, or set environment below [targets.{name}].",
        )
    return target


def _named(resolved: Resolved, name: str, origin: Origin) -> Target:
    settings = resolved.settings.targets[name]
    dsn = settings.dsn or Dsn()
    return Target(
        name=name,
        dsn=Dsn((("service", settings.service), *dsn.parameters)) if settings.service else dsn,
        environment=settings.environment,
        origin=origin,
        rules=_with_table(_rules(resolved, name, settings), dsn),
        password_command=settings.password_command or (),
        untrusted=resolved.distrusted("targets", name, "password_command"),
        vault=settings.vault,
        role=settings.role,
    )


def _ad_hoc(resolved: Resolved, given: Given) -> Target:
    try:
        dsn = parse(given.text or "")
    except BadDsn as error:
        raise UsageError(f"{given.origin.exact}: this is no connection string: {error}.") from None
    environment, doubt = _environment_of(resolved, dsn)
    public = _ARGUMENTS_ARE_PUBLIC if given.origin.rank is Rank.OPTION and dsn.secrets else ""
    return Target(
        name=None,
        dsn=dsn,
        environment=environment,
        origin=given.origin,
        rules=_with_table(rules_of(resolved.settings), dsn),
        warnings=tuple(words for words in (public, doubt) if words),
    )


def _environment_of(resolved: Resolved, dsn: Dsn) -> tuple[Environment, str]:
    """What an ad-hoc database is said to be; a protected target at the same place wins."""
    said = resolved.given.get(("environment",))
    environment = Environment.UNKNOWN
    if said:
        environment = _environment(said)
    for name, settings in resolved.settings.targets.items():
        known = settings.environment
        if known.protected and not environment.protected and _same_place(dsn, settings.dsn):
            words = f"It is where the settings have {name}, so it is treated as {known}."
            return known, words
    return environment, ""


def _environment(said: Given) -> Environment:
    try:
        return Environment(str(said.value))
    except ValueError:
        names = ", ".join(Environment)
        raise UsageError(
            f'{said.origin.exact}: "{said.value}" is no environment.',
            next_step=f"Choose one of {names}.",
        ) from None


def _same_place(one: Dsn, other: Dsn | None) -> bool:
    """Some host, port and database of both are the same by name."""
    if other is None or not other.parameters:
        return False
    return one.get("dbname") == other.get("dbname") and bool(set(one.hosts) & set(other.hosts))


def _rules(resolved: Resolved, name: str, settings: TargetSettings) -> Rules:
    """The target's own rule, unless a higher source speaks for all targets."""
    general = {
        rule: getattr(resolved.settings, rule)
        for rule in Rules.__struct_fields__
        if resolved.origin(rule).rank > resolved.origin("targets", name, rule).rank
    }
    return rules_of(Rules(**general), settings, resolved.settings)


def _with_table(rules: Rules, dsn: Dsn) -> Rules:
    """The history's table as golang-migrate's URL has it, where no setting says it."""
    table = dict(dsn.of_tools).get("x-migrations-table", "").replace('"', "")
    if rules.history_table or not table:
        return rules
    return msgspec.structs.replace(rules, history_table=table)


def _unknown_target(name: str, known: Mapping[str, object], origin: Origin) -> UsageError:
    near = difflib.get_close_matches(name, known, n=1)
    advice = (
        f"Known targets: {', '.join(known)}."
        if known
        else ("Name targets in cockpit.toml below [targets.NAME], or give --dsn.")
    )
    if near:
        advice = f'Did you mean "{near[0]}"?'
    return UsageError(f'{origin.exact}: no target is called "{name}".', next_step=advice)
