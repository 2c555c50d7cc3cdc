"""DO and CALL: the statements inside, as far as they are plain."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.scene import Scene


def do(scene: Scene, node: pb.DoStmt) -> None:
    """DO: its statements."""
    scene.cannot_tell("the block is not read")


def call(scene: Scene, node: pb.CallStmt) -> None:
    """CALL: the procedure's statements."""
    scene.cannot_tell("the procedure is not read")


HANDLERS = {"DoStmt": do, "CallStmt": call}
