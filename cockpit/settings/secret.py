"""A text that does not print itself."""

import hmac
from typing import Any, NoReturn, SupportsIndex
from urllib.parse import quote

_HIDDEN = "(hidden)"


class Secret:
    """A password or token. Only `reveal` gives it away; nothing that prints values does.

    It cannot be pickled, dumped as JSON or used as a dictionary key.
    """

    __slots__ = ("_text",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def hide_in(self, text: str) -> str:
        """The same text with every occurrence masked, also percent-encoded; for foreign errors."""
        for shape in {self._text, quote(self._text, safe=""), quote(self._text)} - {""}:
            text = text.replace(shape, _HIDDEN)
        return text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        """Compare in constant time. Equal only to another secret, never to a plain string."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self), _bytes(other))

    def __repr__(self) -> str:
        return f"Secret{_HIDDEN}"

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, spec: str) -> str:
        return format(_HIDDEN, spec)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a secret cannot be pickled")


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")
