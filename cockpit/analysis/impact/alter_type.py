"""ALTER COLUMN TYPE."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.alteration import Alteration
from cockpit.model.facts import RelationFacts


def change(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """ALTER COLUMN TYPE: a rewrite, unless the stored values can stay as they are."""
    if relation.kind in "rmp":
        alteration.on(relation).rewrite = True
    alteration.scene.note("without the old type of the column a rewrite is assumed")
