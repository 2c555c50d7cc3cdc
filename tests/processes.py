"""What a process of ours starts with in a test."""

import os

_KEPT = ("PATH", "PYTHONPATH")
"""How the programs are found, and the code that is under test."""


def bare(**variables: str) -> dict[str, str]:
    """Nothing else of the caller's environment, whatever it holds."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | variables
