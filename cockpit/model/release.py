"""Which release a database is on, as far as its migrations tell."""

from dataclasses import dataclass

_NAMED = 3
"""More versions than this are only counted."""


@dataclass(frozen=True, slots=True)
class Release:
    """The release tag that fits what is applied best, and how it does not fit."""

    tag: str
    later: tuple[str, ...] = ()
    """Applied, and not in that release."""
    missing: tuple[str, ...] = ()
    """In that release, and not applied."""
    same_as: tuple[str, ...] = ()
    """Older tags with the very same migrations, oldest first."""

    @property
    def exact(self) -> bool:
        """Everything of the release is applied, and nothing beyond."""
        return not self.later and not self.missing

    @property
    def words(self) -> str:
        """`v1.3`, `v1.3 + 2 later, 1 missing`."""
        later = f" + {len(self.later)} later" if self.later else ""
        missing = f", {len(self.missing)} missing" if self.missing else ""
        return f"{self.tag}{later}{missing}"

    @property
    def sentence(self) -> str:
        """`v1.3 (later 0044; 5 missing)`: the versions by name where they are few."""
        if self.exact:
            first = f", no migration since {self.same_as[0]}" if self.same_as else ""
            return f"{self.tag}{first}"
        named = [
            f"{word} {', '.join(versions)}"
            if len(versions) <= _NAMED
            else f"{len(versions)} {word}"
            for word, versions in (("later", self.later), ("missing", self.missing))
            if versions
        ]
        return f"{self.tag} ({'; '.join(named)})"
