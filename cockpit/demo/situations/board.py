"""The evening before a release: v1.3 is live, v1.4 waits, and not everything is as it should be."""

from cockpit.demo.stage import Stage


def prepare(stage: Stage) -> None:
    """Deploy v1.3 from the branch of a fix that nobody will merge, and live a year.

    One run instead of two: this is what people see first, and they wait for it.
    """
    stage.run(stage.repository.hotfix)
    stage.fill()
