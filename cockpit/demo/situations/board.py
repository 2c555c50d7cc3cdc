"""The evening before a release: v1.3 is live, v1.4 waits, and not everything is as it should be."""

from cockpit.demo.stage import Stage


def prepare(stage: Stage) -> None:
    """Deploy v1.3, live a year, fix something at night, and forget to merge the fix."""
    stage.run(stage.repository.deployed)
    stage.fill()
    stage.run(stage.repository.hotfix)
