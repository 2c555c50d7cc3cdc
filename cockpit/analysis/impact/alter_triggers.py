"""ENABLE and DISABLE TRIGGER."""

from dataclasses import replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.alteration import Alteration
from cockpit.model.facts import RelationFacts

_ROW = 1
_OFF = (pb.AT_DisableTrig, pb.AT_DisableTrigAll, pb.AT_DisableTrigUser)


def switch(alteration: Alteration, relation: RelationFacts, command: pb.AlterTableCmd) -> None:
    """Row triggers of a partitioned table are copies in every partition, and switched there too."""
    world = alteration.scene.world
    named = [t for t in world.triggers.of(relation.oid) if command.name in ("", t.name)]
    turned_on = command.subtype not in _OFF
    for trigger in named:
        if not trigger.internal:
            world.triggers.put(replace(trigger, enabled="O" if turned_on else "D"))
    if relation.kind == "p" and any(trigger.bits & _ROW for trigger in named):
        for child in alteration.children(relation):
            switch(alteration, child, command)
