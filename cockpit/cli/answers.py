"""The answer to the question before a write: given beforehand by options, or on the terminal."""

import functools
from dataclasses import dataclass
from typing import Any

import click

from cockpit.cli.options import Command, decorated
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import Protected, StalePlan
from cockpit.model.target import Standpoint
from cockpit.present.harmless import harmless

_SHORTEST_ID = 8


@dataclass(frozen=True, slots=True)
class Answers:
    """What the options said, and None or empty where they said nothing."""

    yes: bool = False
    confirm: str | None = None
    seen: str | None = None
    """The id of what was looked at before, or its beginning."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What has to be looked at before a protected target is written."""

    what: str
    """As a sentence names it: `the plan`."""
    id: str
    option: str
    """The option that names it, such as `--plan-id`."""
    or_else: str = ""
    """Another way to name it, behind the option."""

    @property
    def how(self) -> str:
        """The option with its value."""
        return f"{self.option} {self.id[:12]}"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in the words of a prompt."""

    act: str
    """Behind `Type NAME to`."""
    agree: str
    """Where a yes is enough, with its question mark."""
    typed: str | None
    """The name of a protected target, None where a yes is enough."""
    review: Review | None = None
    dangers: tuple[str, ...] = ()
    """Said before the name is typed."""


def to_do(words: str, standpoint: Standpoint) -> Question:
    """The question before something small that has no id to be reviewed by."""
    return Question(words, f"{words} now?", standpoint.name if standpoint.protected else None)


def answered(surroundings: Surroundings, question: Question, answers: Answers) -> str | None:
    """The name of a protected target as it was typed; None where a yes is enough.

    Raises Protected when the answer was not given or is not the one that was asked for, StalePlan
    when something else was looked at, and Abort when the person says no.
    """
    if question.typed is None:
        _agreed(surroundings, question, answers)
        return None
    return _named(surroundings, question.typed, question, answers)


def _agreed(surroundings: Surroundings, question: Question, answers: Answers) -> None:
    if answers.yes:
        return
    if not surroundings.asks:
        raise Protected(
            "Nobody can be asked here, and --yes was not given.",
            next_step="Add --yes, or run it on a terminal.",
            wants={"--yes": ""},
        )
    if not click.confirm(harmless(question.agree), default=False, err=True):
        raise click.Abort


def _named(surroundings: Surroundings, name: str, question: Question, answers: Answers) -> str:
    review = question.review
    how, wants = f"Give --confirm {name}", {"--confirm": name}
    if review:
        how = f"Review {review.what}, then give --confirm {name} {review.how}"
        wants |= {review.option: review.id}
    if answers.yes:
        raise Protected(
            f"{name} is protected: --yes does not count here.", next_step=how, wants=wants
        )
    typed = answers.confirm
    if typed is None:
        if not surroundings.asks:
            raise Protected(
                f"{name} is protected, and nobody can be asked here.", next_step=how, wants=wants
            )
        typed = _asked(name, question)
    if typed != name:
        raise Protected(
            f'"{typed}" is not the name of this target.',
            next_step=f"Its name is {name}.",
            wants=wants,
        )
    if review and answers.confirm is not None:
        _require_seen(name, review, answers.seen)
    return name


def _asked(name: str, question: Question) -> str:
    for danger in question.dangers:
        click.echo(f"danger: {harmless(danger)}", err=True)
    words = harmless(f"Type {name} to {question.act}")
    typed: str = click.prompt(words, default="", show_default=False, err=True)
    return typed


def _require_seen(name: str, review: Review, seen: str | None) -> None:
    again = f"Review {review.what}, then add {review.how}{review.or_else}."
    wants = {"--confirm": name, review.option: review.id}
    if not seen:
        raise Protected(
            f"{name} is protected: --confirm goes with {review.what} that was reviewed.",
            next_step=again,
            wants=wants,
        )
    if not review.id.startswith(seen):
        raise StalePlan(
            f"What was reviewed, {seen[:12]}, is not {review.what} as it is now.",
            next_step=again,
            wants=wants,
        )


def _long_enough(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    if value is not None and len(value) < _SHORTEST_ID:
        raise click.BadParameter(f"give at least {_SHORTEST_ID} characters of it.")
    return value


YES = click.option("--yes", is_flag=True, help="Do not ask. On unprotected targets only.")
CONFIRM = click.option("--confirm", metavar="NAME", help="The name of a protected target.")
REASON = click.option("--reason", default="", metavar="TEXT", help="Why, for the ledger.")


def seen_option(option: str, name: str, what: str) -> Command:
    """The option that gives the id of `what`, handed over as `name`."""
    words = f"... the id of {what}, or its first {_SHORTEST_ID} characters or more."
    return click.option(option, name, metavar="ID", callback=_long_enough, help=words)


def with_answers(*more: Command) -> Command:
    """Add `--yes`, `--confirm` and `more` of the options here; the command gets `answers`."""

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(*arguments: Any, **given: Any) -> Any:
            named = {name: given.pop(name) for name in Answers.__slots__ if name in given}
            return command(*arguments, answers=Answers(**named), **given)

        return decorated(gathered, (YES, CONFIRM, *more))

    return decorate
