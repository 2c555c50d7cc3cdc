"""Who set what. A higher source wins, value by value:

command-line option, environment variable, `.env`, `cockpit.toml`, `[tool.cockpit]` of
`pyproject.toml`, the user's own file, default. `.env` and the two project files are read at the
root of the work tree only, never from another revision.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cockpit.errors import UsageError
from cockpit.settings.check import settings_from
from cockpit.settings.origin import DEFAULT, Given, Origin, Rank, given
from cockpit.settings.paths import Paths
from cockpit.settings.schema import Settings
from cockpit.settings.toml_file import read_toml
from cockpit.settings.trust import Trust
from cockpit.settings.variables import AD_HOC, read_dotenv, read_environment

PROJECT_FILE = "cockpit.toml"
_PYPROJECT = "pyproject.toml"
_PYPROJECT_TABLE = ("tool", "cockpit")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The settings in force and where each came from."""

    settings: Settings
    given: Mapping[tuple[str, ...], Given]
    """The winning value of every key that somebody set."""
    untrusted: Mapping[Rank, Path] = field(default_factory=dict)
    """The repository's files, by rank, that nobody here has trusted to name commands."""

    def distrusted(self, *key: str) -> Path | None:
        """The repository's file that set this, when nobody has trusted it; None otherwise."""
        return self.untrusted.get(self.origin(*key).rank)

    def origin(self, *key: str) -> Origin:
        """Who set it; `default` when nobody did."""
        found = self.given.get(key)
        return found.origin if found else DEFAULT


def load(
    options: Mapping[str, object],
    environment: Mapping[str, str],
    root: Path | None,
    paths: Paths,
) -> Resolved:
    """Read every source. `root` is the top of the work tree; None when there is none.

    `options` maps a key to what the command line said; None stands for not given.
    """
    return resolve(
        [
            *_from_file(paths.settings_file, str(paths.settings_file), Rank.USER),
            *_from_root(root, environment),
            *read_environment(environment),
            *_from_options(options),
        ],
        untrusted=_untrusted(root, Trust(paths.trusted)),
    )


def load_text(text: str, place: str = PROJECT_FILE) -> Resolved:
    """The settings of one text alone, for a file that is no file here: a git blob, a test.

    Nobody can have trusted it: a command that it names is not run.
    """
    untrusted = {Rank.PROJECT: Path(place)}
    return resolve(read_toml(text, place, Rank.PROJECT), untrusted=untrusted)


def project_files(root: Path) -> dict[Rank, Path]:
    """The settings files that a repository may bring with it, whether they are there or not."""
    return {
        Rank.PYPROJECT: root / _PYPROJECT,
        Rank.PROJECT: root / PROJECT_FILE,
        Rank.DOTENV: root / ".env",
    }


def _untrusted(root: Path | None, trust: Trust) -> dict[Rank, Path]:
    files = project_files(root) if root is not None else {}
    return {rank: file for rank, file in files.items() if file.is_file() and not trust.knows(file)}


def resolve(values: Iterable[Given], *, untrusted: Mapping[Rank, Path] | None = None) -> Resolved:
    """Let the highest source win for every key, and check the winners. Raises UsageError."""
    winning: dict[tuple[str, ...], Given] = {}
    for item in sorted(values, key=lambda item: item.origin.rank):
        winning[item.key] = item
    for_files = (item for key, item in winning.items() if not (key in AD_HOC and item.textual))
    return Resolved(settings_from(for_files), winning, untrusted or {})


def _from_root(root: Path | None, environment: Mapping[str, str]) -> Iterator[Given]:
    if root is None:
        return
    text = _text_of(root / _PYPROJECT, _PYPROJECT) if (root / _PYPROJECT).is_file() else ""
    if "tool.cockpit" in text:
        # A broken pyproject.toml without a word about us is somebody else's concern.
        yield from read_toml(text, _PYPROJECT, Rank.PYPROJECT, inside=_PYPROJECT_TABLE)
    yield from _from_file(root / PROJECT_FILE, PROJECT_FILE, Rank.PROJECT)
    if (root / ".env").is_file():
        yield from read_dotenv(_text_of(root / ".env", ".env"), environment)


def _from_file(path: Path, place: str, rank: Rank) -> Iterator[Given]:
    if path.is_file():
        yield from read_toml(_text_of(path, place), place, rank)


def _from_options(options: Mapping[str, object]) -> Iterator[Given]:
    names = {"folder": "path"}
    for key, value in options.items():
        if value is not None:
            option = f"--{names.get(key, key).replace('_', '-')}"
            yield given((key,), value, Origin(Rank.OPTION, option))


def _text_of(path: Path, place: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{place}: byte {error.start} is not UTF-8.",
            next_step="Save the file as UTF-8 and start again.",
        ) from None
    except OSError as error:
        raise UsageError(f"{place}: it cannot be read: {error.strerror}.") from error
