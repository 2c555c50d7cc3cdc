"""SQL texts that are too long to stand in Python."""

from importlib.resources import files


def query(name: str) -> str:
    """The text of `<name>.sql` in this folder."""
    return files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
