"""Whether an expression can give another value for every row."""

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.world import World
from cockpit.model.facts import FunctionFacts

_VOLATILE = frozenset(
    {
        "clock_timestamp", "currval", "gen_random_bytes", "gen_random_uuid", "lastval", "nextval",
        "random", "random_normal", "setseed", "setval", "timeofday", "uuid_generate_v1",
        "uuid_generate_v1mc", "uuid_generate_v4", "uuidv4", "uuidv7", "pg_sleep", "txid_current",
        "pg_current_xact_id", "gen_salt", "crypt_random",
    }
)  # fmt: skip
"""Known without a catalog."""


def is_volatile(world: World, expression: syntax.Node) -> bool:
    """Judged as the planner does: simple SQL functions count as what they stand for."""
    calls = (node for node in syntax.walk(expression) if isinstance(node, pb.FuncCall))
    return any(_call_is_volatile(world, call, depth=0) for call in calls)


def _call_is_volatile(world: World, call: pb.FuncCall, depth: int) -> bool:
    names = syntax.words(call.funcname)
    schema = names[-2] if len(names) > 1 else ""
    candidates = world.find_functions(schema, names[-1], len(call.args))
    if not candidates:
        return world.assumes and names[-1] in _VOLATILE
    return any(_is_volatile_function(world, f, depth) for f in candidates)


def _is_volatile_function(world: World, function: FunctionFacts, depth: int) -> bool:
    if function.volatility != "v":
        return False
    body = _inlined(function)
    if body is None or depth > 8:
        return True
    calls = (node for node in syntax.walk(body) if isinstance(node, pb.FuncCall))
    return any(_call_is_volatile(world, call, depth + 1) for call in calls)


def _inlined(function: FunctionFacts) -> syntax.Node | None:
    """The expression a function is replaced with; None when it stays a call (`inline_function`)."""
    simple = function.language == "sql" and function.kind == "f"
    if not simple or function.confined or function.returns_set or function.strict:
        return None
    try:
        nodes = syntax.parse(function.body)
    except PgQueryError:
        return None
    if len(nodes) != 1 or not isinstance(nodes[0], (pb.SelectStmt, pb.ReturnStmt)):
        return None
    return _single_value(nodes[0])


def _single_value(node: "pb.SelectStmt | pb.ReturnStmt") -> syntax.Node | None:
    if isinstance(node, pb.ReturnStmt):
        return syntax.unwrap(node.returnval)
    plain = {field.name for field, _ in node.ListFields()} <= {
        "target_list", "limit_option", "op"
    }  # fmt: skip
    if not plain or len(node.target_list) != 1:
        return None
    value = syntax.unwrap(node.target_list[0].res_target.val)
    has_query = any(isinstance(part, pb.SubLink) for part in syntax.walk(value))
    return None if has_query else value
