"""Git, history and schema say three different things, in every way there is."""

from contextlib import closing

from cockpit.demo.stage import Stage
from cockpit.model.goal import Action, Goal

_BEFORE_THE_GATE = "20260720140000"
_UNCOMMITTED = {
    "20260318083000_add_orders_currency.sql": ("DEFAULT 'EUR'", "DEFAULT 'CHF'"),
    "20260518100000_add_loyalty_points.sql": (" ADD COLUMN", "\n    ADD COLUMN"),
}
"""File to what somebody has typed over what; the first changes the meaning, the second does not."""
_BY_HAND = """
ALTER TABLE customers ADD COLUMN is_vip boolean;
DROP INDEX customers_created_at;
CREATE TABLE orders_backup AS TABLE orders WITH NO DATA;
"""
"""What somebody has done at night without a migration."""


def prepare(stage: Stage) -> None:
    """Deploy v1.3, the hotfix and most of v1.4; edit applied files, and the schema by hand."""
    repository = stage.repository
    stage.run(repository.deployed)
    stage.fill()
    stage.run(repository.hotfix)
    stage.run(repository.main, Goal(Action.APPLY, to_version=_BEFORE_THE_GATE))
    for name, (old, new) in _UNCOMMITTED.items():
        path = repository.path / repository.folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with closing(stage.connect("psql")) as session:
        session.execute(_BY_HAND)
