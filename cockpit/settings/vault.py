"""Users that Vault's database secrets engine makes for one session.

API: `GET /v1/<mount>/creds/<role>`, `PUT /v1/sys/leases/renew`, `PUT /v1/sys/leases/revoke`.
The address, token, namespace and certificates are taken from Vault's own variables, the token also
from `~/.vault-token`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cockpit.errors import CredentialError
from cockpit.settings.secret import Secret

_PATIENCE_SECONDS = 15
_RENEW_AT = 2 / 3
"""Share of a lease's life after which it is renewed, as Vault's own agent does it."""

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Lease:
    """A user that lives as long as its lease. Renew it when `due`, revoke it at the end."""

    _client: Any
    _now: Now
    id: str
    user: str
    secret: Secret
    renewable: bool
    lasts: timedelta
    expires: datetime

    def due(self) -> bool:
        """Two thirds of its life are over."""
        return self._now() >= self.expires - self.lasts * (1 - _RENEW_AT)

    def over(self) -> bool:
        """Its life has ended."""
        return self._now() >= self.expires

    def renew(self) -> bool:
        """Ask for another life of the same length. False when Vault gives no more.

        Vault shortens the last life before the lease's maximum, so `expires` must be read again.
        """
        if not self.renewable:
            return False
        answer = _asked(
            lambda: self._client.sys.renew_lease(
                self.id, increment=round(self.lasts.total_seconds())
            ),
            f"renew the lease of {self.user}",
        )
        before = self.expires
        self.expires = self._now() + timedelta(seconds=int(answer["lease_duration"]))
        self.renewable = bool(answer.get("renewable", True))
        return self.expires > before

    def revoke(self) -> None:
        """Give it back at once; Vault drops the user."""
        _asked(lambda: self._client.sys.revoke_lease(self.id), f"revoke the lease of {self.user}")


def request_lease(path: str, environment: Mapping[str, str], now: Now = utc_now) -> Lease:
    """A new user for the role at `path`, like `database/creds/deploy`. Raises CredentialError."""
    mount, slash, role = path.strip("/").rpartition("/creds/")
    if not slash or not mount or not role:
        raise CredentialError(
            f'"{path}" is no path of a database role in Vault.',
            next_step="Write it as MOUNT/creds/ROLE, like database/creds/deploy.",
        )
    client = _client(environment)
    answer = _asked(
        lambda: client.secrets.database.generate_credentials(name=role, mount_point=mount),
        f"make a user for {path}",
    )
    lasts = timedelta(seconds=int(answer["lease_duration"]))
    return Lease(
        _client=client,
        _now=now,
        id=answer["lease_id"],
        user=answer["data"]["username"],
        secret=Secret(answer["data"]["password"]),
        renewable=bool(answer["renewable"]),
        lasts=lasts,
        expires=now() + lasts,
    )


def _client(environment: Mapping[str, str]) -> Any:
    try:
        import hvac
    except ImportError:
        raise CredentialError(
            "Vault needs the package hvac, which is not installed.",
            next_step="Install it with: pip install 'migration-cockpit[vault]'",
        ) from None
    token = _token(environment)
    if not token:
        raise CredentialError(
            "There is no token for Vault.",
            next_step="Log in with: vault login, or set VAULT_TOKEN.",
        )
    certificate = (environment.get("VAULT_CLIENT_CERT"), environment.get("VAULT_CLIENT_KEY"))
    return hvac.Client(
        url=environment.get("VAULT_ADDR", "https://127.0.0.1:8200"),
        token=token.reveal(),
        namespace=environment.get("VAULT_NAMESPACE"),
        cert=certificate if all(certificate) else None,
        verify=environment.get("VAULT_CACERT") or environment.get("VAULT_CAPATH") or True,
        timeout=_PATIENCE_SECONDS,
    )


def _token(environment: Mapping[str, str]) -> Secret:
    if environment.get("VAULT_TOKEN"):
        return Secret(environment["VAULT_TOKEN"])
    file = Path(environment.get("HOME", "~")).expanduser() / ".vault-token"
    try:
        return Secret(file.read_text(encoding="utf-8").strip())
    except OSError:
        return Secret("")


def _asked(call: Callable[[], Any], what: str) -> Any:
    """Make the call. What Vault or the network objects to becomes a CredentialError."""
    import requests
    from hvac.exceptions import VaultError

    try:
        return call()
    except VaultError as error:
        reason = ", ".join(map(str, error.errors or ())) or type(error).__name__
    except requests.RequestException as error:
        reason = type(error).__name__
    raise CredentialError(
        f"Vault did not {what}: {reason}.",
        kept="No connection was tried.",
        next_step="Check VAULT_ADDR, the token's policies and the path of the role.",
    )
