"""Copying to the terminal's clipboard, which works over ssh, and to a file, which always works."""

import os
from pathlib import Path

from textual.app import App

CLIPBOARD_BYTES = 74_000
"""What terminals take in one OSC 52 sequence: 100,000 bytes of base64."""


def copy(app: App[int], name: str, text: str, folder: Path | None) -> str:
    """Copy the text; the sentence that says where it went. The file is the user's alone."""
    size = len(text.encode())
    if size <= CLIPBOARD_BYTES:
        app.copy_to_clipboard(text)
    path = _written(text, folder) if folder else None
    if size > CLIPBOARD_BYTES:
        kept = f"it is in {path}" if path else "nothing was copied"
        return f"{name.capitalize()} is too long for a terminal's clipboard: {kept}."
    also = f"; also in {path}" if path else ""
    return f"Copied {name}: sent to your terminal{also}."


def _written(text: str, folder: Path) -> Path | None:
    """The file, or None where it cannot be written: the clipboard may still have the text."""
    path = folder / "copied.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
    except OSError:
        return None
    return path
