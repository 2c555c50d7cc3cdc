"""CREATE FUNCTION and calls of functions."""

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import plpgsql, sequences, server_functions, syntax
from cockpit.analysis.impact.procedures import arguments_of, run
from cockpit.analysis.impact.reader import Depth, Reader
from cockpit.analysis.impact.rewriting import WRITES
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import FunctionFacts
from cockpit.model.locks import LockMode

_VOLATILITY = {"volatile": "v", "stable": "s", "immutable": "i"}
_INPUT = (pb.FUNC_PARAM_IN, pb.FUNC_PARAM_INOUT, pb.FUNC_PARAM_VARIADIC, pb.FUNC_PARAM_DEFAULT)
_ANALYZED = (*WRITES, pb.SelectStmt, pb.ReturnStmt)

_CARRIERS = (pb.CreateTableAsStmt, pb.DeclareCursorStmt, pb.ExplainStmt)
"""Statements around a query, which is looked up and not yet rewritten."""


def create(scene: Scene, node: pb.CreateFunctionStmt) -> None:
    """CREATE FUNCTION: the body of an SQL function is analyzed, others are taken as they are."""
    function = _function_of(scene, node)
    scene.world.add_function(function)
    _look_up_rows(scene, node, function)
    if function.language != "sql":
        return
    if node.HasField("sql_body"):
        _analyze(scene, list(syntax.flattened(syntax.unwrap(node.sql_body))))
    elif scene.world.settings.get("check_function_bodies", "on") not in ("off", "false", "0"):
        try:
            _analyze(scene, list(syntax.parse(function.body)))
        except PgQueryError:
            scene.note("the body of the function cannot be parsed")


def _look_up_rows(scene: Scene, node: pb.CreateFunctionStmt, function: FunctionFacts) -> None:
    """Row types of parameters that the body is compiled with, and of variables in PL/pgSQL."""
    checks = scene.world.settings.get("check_function_bodies", "on") not in ("off", "false", "0")
    if not checks or function.language not in ("sql", "plpgsql"):
        return
    compiled = function.language == "plpgsql"
    given = [p for p in node.parameters if compiled or _is_mentioned(p, function.body)]
    types = [p.function_parameter.arg_type for p in given]
    names = [syntax.name_of(one.names) for one in types if not one.array_bounds]
    if compiled:
        names += plpgsql.declared_rows(function.body)
    for name in names:
        relation = scene.world.find(name.schemaname, name.relname)
        if relation is not None and relation.kind in "rpmvfc":
            scene.lock(relation, LockMode.ACCESS_SHARE)


def _is_mentioned(parameter: pb.Node, body: str) -> bool:
    name = parameter.function_parameter.name
    return bool(name) and name in body


def _function_of(scene: Scene, node: pb.CreateFunctionStmt) -> FunctionFacts:
    name = syntax.name_of(node.funcname)
    inputs = [p.function_parameter for p in node.parameters if p.function_parameter.mode in _INPUT]
    body = syntax.option(node.options, "as")
    language = syntax.option(node.options, "language")
    volatility = syntax.option(node.options, "volatility")
    text = syntax.words(body.arg.list.items)[-1] if body is not None else ""
    return FunctionFacts(
        oid=scene.world.new_oid(),
        schema=name.schemaname or scene.world.creation_schema,
        name=name.relname,
        kind="p" if node.is_procedure else "f",
        language=syntax.value_of(language) if language is not None else "sql",
        volatility=_VOLATILITY[syntax.value_of(volatility)] if volatility is not None else "v",
        strict=syntax.switched_on(node.options, "strict"),
        returns_set=node.return_type.setof,
        confined=syntax.switched_on(node.options, "security"),
        arguments=(0,) * len(inputs),
        names=tuple(p.function_parameter.name for p in node.parameters),
        optional=sum(p.HasField("defexpr") for p in inputs),
        variadic=any(p.mode == pb.FUNC_PARAM_VARIADIC for p in inputs),
        body=text,
    )


def _analyze(scene: Scene, statements: list[syntax.Node]) -> None:
    for statement in statements:
        if isinstance(statement, _ANALYZED):
            Reader(scene, Depth.REWRITE).query(statement)
        elif isinstance(statement, _CARRIERS):
            Reader(scene, Depth.PARSE).query(syntax.unwrap(statement.query))


def call(scene: Scene, node: pb.FuncCall) -> None:
    """A function called in a query: sequences are locked, the body of a user's function is read."""
    if sequences.touch(scene, node) or server_functions.touch(scene, node):
        return
    name = syntax.name_of(node.funcname)
    found = scene.world.find_functions(name.schemaname, name.relname, len(node.args))
    if found and found[0].schema != "pg_catalog":
        run(scene, found[0], arguments_of(found[0], node.args))


def alter(scene: Scene, node: pb.AlterFunctionStmt) -> None:
    """ALTER FUNCTION: catalog only."""


HANDLERS = {"CreateFunctionStmt": create, "AlterFunctionStmt": alter, "FuncCall": call}
