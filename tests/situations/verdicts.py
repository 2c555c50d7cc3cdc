"""What a look says of one version, in the words that a person reads."""

from cockpit.deploy.session import Session
from cockpit.model.state import Standing

ONE = "CREATE TABLE customers (id int);"
TWO = "CREATE TABLE orders (id int, total int);"


def verdict(session: Session, version: str) -> Standing:
    """The standing of that version, from a fresh look."""
    standing = session.look().find(version)
    assert standing is not None, f"{version} is nowhere"
    return standing
