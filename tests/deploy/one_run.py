"""A cockpit process that runs one plan to its end and prints each event as it happens.

`python -m tests.deploy.one_run REPOSITORY DSN ACTION [VERSION [KEEP]]`; tests kill it anywhere.
"""

import sys
from datetime import timedelta
from pathlib import Path

from cockpit.deploy.opening import Limits, Opening
from cockpit.deploy.session import Session
from cockpit.model.attic import Place
from cockpit.model.event import Event
from cockpit.model.goal import Action, Goal
from cockpit.model.target import Environment
from cockpit.settings.dsn import parse
from tests.projects import FOLDER


def main(repository: str, dsn: str, action: str, to_version: str = "", keep: str = "") -> int:
    """Run to the end; the exit code of the run."""
    opening = Opening(
        repository=Path(repository),
        folder=FOLDER,
        dsn=parse(dsn),
        environment=Environment.LOCAL,
        limits=Limits(
            lock_timeout=timedelta(milliseconds=100),
            lock_tries=5,
            idle_in_transaction=timedelta(seconds=1),
        ),
        attic=Path(repository).parent / "attic",
    )
    session = Session(opening)

    def say(event: Event) -> None:
        print(type(event).__name__, flush=True)  # noqa: T201 (the parent reads it)

    session.arm(None)
    goal = Goal(Action(action), to_version=to_version or None, keep=Place(keep) if keep else None)
    deployment = session.start(session.plan(goal), say, stepwise=False)
    outcome = deployment.join()
    session.close()
    return outcome.exit_code if outcome else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
