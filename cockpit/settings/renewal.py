"""Keeps a lease alive while it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from cockpit.errors import CredentialError
from cockpit.settings.vault import Lease

CHECK_EVERY = timedelta(seconds=5)


@contextmanager
def renewing(lease: Lease, every: timedelta = CHECK_EVERY) -> Iterator[None]:
    """Renew the lease in the background whenever it is due, until the body ends.

    When Vault gives no further life the lease is left to end; connections that are open live on.
    """
    over = Event()

    def keep() -> None:
        while not over.wait(every.total_seconds()):
            if lease.due() and not _renewed(lease):
                return

    thread = Thread(target=keep, name="lease renewal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renewed(lease: Lease) -> bool:
    """False when there is nothing more to renew. A failed request is tried again until the end."""
    try:
        return lease.renew()
    except CredentialError:
        return not lease.over()
