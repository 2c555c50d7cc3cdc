"""Three in the morning: v1.4 was deployed, the app went back to v1.3, the schema has not."""

from cockpit.demo.sample import check_out
from cockpit.demo.stage import Stage


def prepare(stage: Stage) -> None:
    """Deploy v1.3, live a year, deploy v1.4, then check v1.3 out again."""
    repository = stage.repository
    stage.run(repository.deployed)
    stage.fill()
    stage.run(repository.main)
    check_out(repository, repository.deployed)
