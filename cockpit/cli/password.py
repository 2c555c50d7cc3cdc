"""The password for a target, asked for no earlier than a connection needs it."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import click

from cockpit.cli.surroundings import Surroundings
from cockpit.errors import CredentialError, DatabaseError, Unreachable
from cockpit.settings.credentials import Credential, account_of, resolve
from cockpit.settings.dsn import Dsn
from cockpit.settings.keyring_store import KeyringUnavailable
from cockpit.settings.renewal import renewing
from cockpit.settings.secret import Secret
from cockpit.settings.target import Target

_THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")


def address_and_password(
    target: Target, surroundings: Surroundings, stack: ExitStack
) -> tuple[Dsn, Callable[[], Secret | None]]:
    """Where to connect, and what to ask for the password.

    A user from Vault is part of the address, so Vault is asked at once; `stack` keeps its lease
    alive and gives it back.
    """
    if not target.vault:
        return target.dsn, lambda: _password(target, surroundings)
    found = find(target, surroundings)
    if found.lease is None:
        return target.dsn, lambda: found.secret
    stack.callback(found.close)
    stack.enter_context(renewing(found.lease))
    return target.dsn.with_user(found.lease.user), lambda: found.secret


def find(target: Target, surroundings: Surroundings) -> Credential:
    """The first source that has a password; the operator is asked where there is one."""
    return resolve(
        target,
        surroundings.environment,
        prompt=partial(_ask, surroundings) if surroundings.asks else None,
        open_keyring=surroundings.open_keyring,
    )


def _ask(surroundings: Surroundings, question: str) -> Secret | None:
    words = surroundings.shown(question)
    typed = click.prompt(words, hide_input=True, err=True, default="", show_default=False)
    return Secret(typed) or None


def _password(target: Target, surroundings: Surroundings) -> Secret | None:
    """What to connect with. A server on this machine is first tried without a password."""
    quiet = resolve(target, surroundings.environment, server_asked=False)
    if quiet.found or (_on_this_machine(target.dsn) and not _asked_for(target.dsn)):
        return quiet.secret
    found = find(target, surroundings)
    if found.found or not _asked_for(target.dsn):
        return found.secret
    account = account_of(target, surroundings.environment)
    raise CredentialError(
        " ".join((f"The server wants a password for {account}; none is found.", *found.notes)),
        next_step=f"Give it by {_ways(surroundings)}.",
    )


def _ways(surroundings: Surroundings) -> str:
    """Where a password can be put on this machine."""
    ways = ["~/.pgpass", "PGPASSWORD", "a password_command in the settings"]
    try:
        surroundings.open_keyring()
    except KeyringUnavailable:
        return ", ".join(ways[:-1]) + f" or {ways[-1]}"
    return "cockpit credential set, " + ", ".join(ways[:-1]) + f" or {ways[-1]}"


def _on_this_machine(dsn: Dsn) -> bool:
    return all(host in _THIS_MACHINE or host.startswith("/") for host, _ in dsn.hosts)


def _asked_for(dsn: Dsn) -> bool:
    """One connection without a password: whether the server refuses it for want of one."""
    from cockpit.database.connection import Connection

    try:
        Connection.open(dsn, None, application="cockpit", read_only=True).close()
    except DatabaseError as error:
        return isinstance(error, Unreachable) and (error.wants_password or error.sent_password)
    return False
