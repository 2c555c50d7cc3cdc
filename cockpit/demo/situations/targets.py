"""Three databases of one shop: v1.3 in production, v1.4 on staging, nothing yet on a new one."""

from dataclasses import replace

from cockpit.demo import story
from cockpit.demo.situations import board
from cockpit.demo.stage import DATABASE, Stage
from cockpit.model.target import Environment

STAGING, DEV = "orders_staging", "orders_dev"


def prepare(stage: Stage) -> None:
    """Production as on the evening before the release; staging is a copy of it that is ahead."""
    board.prepare(stage)
    connection = stage.connect("demo")
    try:
        connection.execute(f"CREATE DATABASE {DEV} STRATEGY file_copy")
    finally:
        connection.close()
    _copied(stage)
    staging(stage).run(story.MAIN)


def _copied(stage: Stage) -> None:
    """A copy says that it is what it was copied from, until somebody says otherwise."""
    maintenance = replace(stage, database="postgres").connect("demo")
    try:
        maintenance.execute(f"CREATE DATABASE {STAGING} TEMPLATE {DATABASE} STRATEGY file_copy")
    finally:
        maintenance.close()
    copy = staging(stage)
    connection = copy.connect("demo")
    try:
        connection.execute(
            f"UPDATE cockpit.environment SET name = '{copy.target}', "  # noqa: S608 - our own name
            f"environment = '{copy.environment.value}'"
        )
    finally:
        connection.close()


def staging(stage: Stage) -> Stage:
    """The copy."""
    return replace(stage, database=STAGING, environment=Environment.STAGING, name="orders-staging")


def dev(stage: Stage) -> Stage:
    """The empty one."""
    return replace(stage, database=DEV, environment=Environment.DEV, name="orders-dev")
