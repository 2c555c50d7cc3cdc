"""A project, a database, and what a look says of them."""

from tests.deploy.conftest import open_here, project, session

__all__ = ["open_here", "project", "session"]
