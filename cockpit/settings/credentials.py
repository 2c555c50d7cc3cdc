"""Where the password for a target comes from, in this order:

the connection string it was given with; libpq's own (PGPASSWORD, service file, password file); the
keyring; `password_command`; Vault; a prompt. Nothing is stored unless `store` is called.
"""

import os
import pwd
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cockpit.settings.command import run_command
from cockpit.settings.keyring_store import (
    KeyringStore,
    KeyringUnavailable,
    account,
    system_keyring,
)
from cockpit.settings.libpq_files import effective, ignored_passfile, passfile, password_source
from cockpit.settings.secret import Secret
from cockpit.settings.target import Target
from cockpit.settings.trust import refuse
from cockpit.settings.vault import Lease, request_lease

Prompt = Callable[[str], Secret | None]
"""Ask the operator; only given where there is a terminal. None when there was no answer."""
OpenKeyring = Callable[[], KeyringStore]


@dataclass(frozen=True, slots=True)
class Credential:
    """What to connect with, and where it is from."""

    secret: Secret | None
    """None when libpq finds the password itself, or nothing was found."""
    source: str
    """For people: `PGPASSWORD`, `keyring (...)`, `Vault database/creds/deploy`."""
    user: str | None = None
    """Connect as this user instead of the configured one."""
    lease: Lease | None = None
    notes: tuple[str, ...] = ()
    """Sources that could not be asked, and why."""

    @property
    def expires(self) -> datetime | None:
        """When the server will not take it any more; None when that is not known."""
        return self.lease.expires if self.lease else None

    @property
    def found(self) -> bool:
        """There is a password, here or where libpq looks."""
        return self.source != NOTHING

    def close(self) -> None:
        """Give a leased user back. Raises CredentialError when Vault does not take it."""
        if self.lease:
            self.lease.revoke()


NOTHING = "no password found"


def resolve(
    target: Target,
    environment: Mapping[str, str],
    *,
    server_asked: bool = True,
    prompt: Prompt | None = None,
    open_keyring: OpenKeyring = system_keyring,
) -> Credential:
    """The first source that has something. Raises CredentialError when a configured one fails.

    With `server_asked=False` neither the keyring nor the operator is asked: a server that trusts
    the socket or a certificate needs no password, and a first try without one tells.
    """
    notes: list[str] = []
    sources = _sources(target, environment, server_asked, prompt, open_keyring, notes)
    found = next(sources, Credential(None, NOTHING))
    return replace(found, notes=tuple(notes))


def _sources(
    target: Target,
    environment: Mapping[str, str],
    server_asked: bool,
    prompt: Prompt | None,
    open_keyring: OpenKeyring,
    notes: list[str],
) -> Iterator[Credential]:
    """One source after the other, asked only when the ones before had nothing."""
    if target.dsn.password:
        yield Credential(target.dsn.password, str(target.origin))
    if where := password_source(target.dsn, system_user(), environment):
        yield Credential(None, where)
    if reason := ignored_passfile(passfile(effective(target.dsn, environment), environment)):
        notes.append(reason)
    if server_asked:
        yield from _from_keyring(target, environment, open_keyring, notes)
    if target.password_command:
        if target.untrusted is not None:
            raise refuse(target.untrusted, "password_command", target.password_command)
        secret = run_command(target.password_command, environment)
        yield Credential(secret, f"password_command {target.password_command[0]}")
    if target.vault:
        lease = request_lease(target.vault, environment)
        yield Credential(lease.secret, f"Vault {target.vault}", lease.user, lease)
    if server_asked and prompt and (answer := prompt(_question(target, environment))):
        yield Credential(answer, "prompt")


def _from_keyring(
    target: Target, environment: Mapping[str, str], open_keyring: OpenKeyring, notes: list[str]
) -> Iterator[Credential]:
    try:
        keyring = open_keyring()
        secret = keyring.find(account_of(target, environment))
    except KeyringUnavailable as error:
        notes.append(error.what)
        return
    if secret:
        yield Credential(secret, f"keyring ({keyring.name})")


def described(target: Target, environment: Mapping[str, str]) -> str:
    """Where the password would come from, in words. Asks nobody and runs nothing."""
    if target.dsn.password:
        return str(target.origin)
    if where := password_source(target.dsn, system_user(), environment):
        return where
    later = "keyring, where it holds one"
    if target.password_command:
        return f"{later}; else password_command {target.password_command[0]}"
    if target.vault:
        return f"{later}; else Vault {target.vault}"
    return f"{later}; else asked for, if the server wants one"


def store(
    target: Target,
    secret: Secret,
    environment: Mapping[str, str],
    open_keyring: OpenKeyring = system_keyring,
) -> str:
    """Keep the password in the keyring. Returns where, in words. Raises CredentialError."""
    keyring, name = open_keyring(), account_of(target, environment)
    keyring.store(name, secret)
    return f"{keyring.name}, as {name}"


def forget(
    target: Target, environment: Mapping[str, str], open_keyring: OpenKeyring = system_keyring
) -> bool:
    """Take the password out of the keyring. False when it held none. Raises CredentialError."""
    return open_keyring().forget(account_of(target, environment))


def account_of(target: Target, environment: Mapping[str, str]) -> str:
    """The name the keyring has for the target's address."""
    return account(target.dsn, system_user(), environment)


def system_user() -> str:
    """The operating system's name of the effective user, libpq's default for `user`."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""


def _question(target: Target, environment: Mapping[str, str]) -> str:
    return f"Password for {account_of(target, environment)}"
