"""Passwords in the operating system's keyring.

The account is the address, `user@host:port/database`, never a target's name: a settings file that
sends a known name to another server must not get the password of the first one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cockpit.errors import CredentialError
from cockpit.settings.dsn import Dsn
from cockpit.settings.libpq_files import effective
from cockpit.settings.secret import Secret

SERVICE = "migration-cockpit"
_WITHOUT_KEYRING = (
    "Use ~/.pgpass, a password_command or a prompt, or start a keyring: on a server, "
    "gnome-keyring below dbus-run-session."
)


class Backend(Protocol):
    """The part of `keyring`'s backends that is used."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class KeyringUnavailable(CredentialError):
    """There is no keyring here, it is locked, or it does not answer."""


@dataclass(frozen=True, slots=True)
class KeyringStore:
    """The cockpit's passwords in one keyring. Backends are plugins and raise what they like."""

    backend: Backend

    @property
    def name(self) -> str:
        """`SecretService Keyring`, as the keyring calls itself."""
        return str(getattr(self.backend, "name", type(self.backend).__name__))

    def find(self, account: str) -> Secret | None:
        """The stored password; None when there is none. Raises KeyringUnavailable."""
        try:
            found = self.backend.get_password(SERVICE, account)
        except Exception as error:
            raise _unavailable(error) from error
        return None if found is None else Secret(found)

    def store(self, account: str, secret: Secret) -> None:
        """Keep it, and read it back: some backends take a password and keep nothing."""
        try:
            self.backend.set_password(SERVICE, account, secret.reveal())
        except Exception as error:  # noqa: BLE001
            raise _unavailable(secret.hide_in(str(error)) or type(error).__name__) from None
        if self.find(account) != secret:
            raise CredentialError(
                f"{self.name} took the password but did not keep it.",
                next_step=_WITHOUT_KEYRING,
            )

    def forget(self, account: str) -> bool:
        """Delete it. False when there was none."""
        if self.find(account) is None:
            return False
        try:
            self.backend.delete_password(SERVICE, account)
        except Exception as error:
            raise _unavailable(error) from error
        return True


def system_keyring() -> KeyringStore:
    """The keyring of this session. Raises KeyringUnavailable when there is none."""
    import keyring
    from keyring.backends.fail import Keyring as NoKeyring

    try:
        backend = keyring.get_keyring()
    except Exception as error:
        raise _unavailable(error) from error
    if isinstance(backend, NoKeyring):
        raise KeyringUnavailable(
            "This session has no keyring.",
            kept="No password was stored.",
            next_step=_WITHOUT_KEYRING,
        )
    return KeyringStore(backend)


def account(dsn: Dsn, user: str, environment: Mapping[str, str]) -> str:
    """`deploy@db-1:5432/orders`: what the password is stored under.

    `user` is the operating system's user, for a connection that names none.
    """
    used = effective(dsn, environment)
    name = used.get("user") or user
    places = ",".join(f"{host or 'socket'}:{port}" for host, port in used.hosts)
    return f"{name}@{places}/{used.get('dbname') or name}"


def _unavailable(error: Exception | str) -> KeyringUnavailable:
    return KeyringUnavailable(
        f"The keyring does not answer: {str(error) or type(error).__name__}.",
        kept="No password was stored or read.",
        next_step=_WITHOUT_KEYRING,
    )
