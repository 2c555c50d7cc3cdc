"""`cockpit credential`: keep, forget or try the password of a target."""

import sys

import click

from cockpit.cli.choice import needed, read_choice
from cockpit.cli.options import Request, target_argument, with_request, with_target
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import CredentialError, Unreachable
from cockpit.settings.secret import Secret


@click.group()
def credential() -> None:
    """Keep a password in the operating system's keyring, forget it, or try it."""


@credential.command("set")
@target_argument
@with_request
@click.pass_obj
def set_credential(surroundings: Surroundings, named: str | None, request: Request) -> None:
    """Store the password of a target in the keyring.

    It is asked for without an echo, or read as one line from stdin where that is no terminal. It
    is kept under the address, user@host:port/database.
    """
    from cockpit.present.harmless import harmless
    from cockpit.settings.credentials import account_of, store

    target = needed(read_choice(with_target(request, named), surroundings))
    account = account_of(target, surroundings.environment)
    secret = _typed(surroundings, harmless(account))
    place = store(target, secret, surroundings.environment, surroundings.open_keyring)
    click.echo(f"Stored in {harmless(place)}.")


@credential.command("forget")
@target_argument
@with_request
@click.pass_obj
def forget_credential(surroundings: Surroundings, named: str | None, request: Request) -> None:
    """Take the password of a target out of the keyring."""
    from cockpit.present.harmless import harmless
    from cockpit.settings.credentials import account_of, forget

    target = needed(read_choice(with_target(request, named), surroundings))
    account = harmless(account_of(target, surroundings.environment))
    gone = forget(target, surroundings.environment, surroundings.open_keyring)
    click.echo(f"Forgot {account}." if gone else f"The keyring has nothing for {account}.")


@credential.command("test")
@target_argument
@with_request
@click.pass_obj
def try_credential(surroundings: Surroundings, named: str | None, request: Request) -> None:
    """Say where the password comes from, and connect with it. Reads who answers, nothing else."""
    from cockpit.cli.opening import opened
    from cockpit.cli.trusting import read_trusted_choice
    from cockpit.present.harmless import harmless
    from cockpit.settings.credentials import resolve

    request = with_target(request, named)
    target = needed(read_trusted_choice(request, surroundings))
    found = resolve(target, surroundings.environment, open_keyring=surroundings.open_keyring)
    click.echo(f"password: {harmless(found.source)}")
    for note in found.notes:
        click.echo(f"note: {harmless(note)}")
    found.close()
    with opened(request, surroundings) as engine:
        board = engine.look()
    if board.identity is None:
        raise Unreachable(board.database_error)
    where = f"{board.identity.database}@{board.identity.address}"
    click.echo(f"connected: {harmless(where)} as {harmless(board.identity.role)}")


def _typed(surroundings: Surroundings, account: str) -> Secret:
    if surroundings.asks:
        text = click.prompt(f"Password for {account}", hide_input=True, err=True)
    else:
        text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise CredentialError("No password was given.", kept="Nothing was stored.")
    return Secret(text)
