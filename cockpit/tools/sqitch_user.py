"""Who sqitch says has deployed a change: its variables, its three settings files, this machine.

Source: `user_name`, `user_email` and `sysuser` of App::Sqitch v1, the files of App::Sqitch::Config.
"""

import configparser
import getpass
import os
import pwd
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

Committer = tuple[str, str]
"""Name and address."""
_SYSTEM = ("/etc/sqitch", "/usr/etc/sqitch", "/usr/local/etc/sqitch")
"""Where packages and builds put the file for all users."""


def committer(project: str | None = None, environ: Mapping[str, str] = os.environ) -> Committer:
    """As sqitch finds it; `project` is the text of the project's own sqitch.conf, if it has one."""
    found: dict[str, str] = {}
    for text in (_of_all(environ), _of_user(environ), _of_project(environ, project)):
        found |= _settings(text or "")
    return (
        environ.get("SQITCH_FULLNAME")
        or found.get("name")
        or environ.get("SQITCH_ORIG_FULLNAME")
        or _full_name(_system_user(environ)),
        environ.get("SQITCH_EMAIL")
        or found.get("email")
        or environ.get("SQITCH_ORIG_EMAIL")
        or f"{_system_user(environ)}@{socket.gethostname()}",
    )


def project_settings(folder: str, read: Callable[[str], str | None]) -> str | None:
    """The settings file at the migrations or above them; paths are from the repository's root."""
    parts = [part for part in folder.split("/") if part]
    paths = ("/".join((*parts[:n], "sqitch.conf")) for n in range(len(parts), -1, -1))
    return next((text for path in paths if (text := read(path)) is not None), None)


def _of_all(environ: Mapping[str, str]) -> str | None:
    if named := environ.get("SQITCH_SYSTEM_CONFIG"):
        return _text(Path(named))
    return next((text for place in _SYSTEM if (text := _text(Path(place, "sqitch.conf")))), None)


def _of_user(environ: Mapping[str, str]) -> str | None:
    named = environ.get("SQITCH_USER_CONFIG")
    home = environ.get("HOME", "")
    return _text(Path(named) if named else Path(home, ".sqitch", "sqitch.conf"))


def _of_project(environ: Mapping[str, str], project: str | None) -> str | None:
    named = environ.get("SQITCH_CONFIG")
    return _text(Path(named)) if named else project


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        # A file that is not there, or not for us, sets nothing.
        return None


def _settings(text: str) -> dict[str, str]:
    """Of `[user]`, as git writes such files."""
    parser = configparser.ConfigParser(
        strict=False, interpolation=None, allow_no_value=True, inline_comment_prefixes=("#", ";")
    )
    try:
        parser.read_string("\n".join(line.strip() for line in text.splitlines()))
    except configparser.Error:
        return {}
    found = parser["user"] if parser.has_section("user") else {}
    return {key: value.strip("\"'") for key, value in found.items() if value}


def _system_user(environ: Mapping[str, str]) -> str:
    if named := environ.get("SQITCH_ORIG_SYSUSER"):
        return named
    try:
        return os.getlogin()
    except OSError:
        # No terminal: a pipeline, a service.
        return getpass.getuser()


def _full_name(user: str) -> str:
    """The whole comment of the account, as sqitch takes it."""
    try:
        return pwd.getpwnam(user).pw_gecos or user
    except KeyError:
        return user
