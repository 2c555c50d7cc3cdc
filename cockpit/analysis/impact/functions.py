"""CREATE FUNCTION and calls of functions."""

from collections.abc import Iterable, Iterator

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
    checks = scene.world.settings.get("check_function_bodies", "on") not in ("off", "false", "0")
    if function.language == "plpgsql" and checks:
        names = [_row_type(item.function_parameter.arg_type) for item in node.parameters]
        _look_up_rows(scene, [*names, *plpgsql.declared_rows(function.body)])
    if function.language != "sql" or not (checks or node.HasField("sql_body")):
        return
    try:
        statements = _body_of(node, function)
    except PgQueryError:
        scene.note("the body of the function cannot be parsed")
        return
    _look_up_rows(scene, [*_returned_rows(node), *_opened_rows(node, statements)])
    _analyze(scene, statements)


def _body_of(node: pb.CreateFunctionStmt, function: FunctionFacts) -> list[syntax.Node]:
    if node.HasField("sql_body"):
        return list(syntax.flattened(syntax.unwrap(node.sql_body)))
    return list(syntax.parse(function.body))


def _look_up_rows(scene: Scene, names: Iterable[pb.RangeVar | None]) -> None:
    for name in names:
        relation = scene.world.find(name.schemaname, name.relname) if name is not None else None
        if relation is not None and relation.kind in "rpmvfc":
            scene.lock(relation, LockMode.ACCESS_SHARE)


def _row_type(written: pb.TypeName) -> pb.RangeVar | None:
    return None if written.array_bounds or not written.names else syntax.name_of(written.names)


def _returned_rows(node: pb.CreateFunctionStmt) -> list[pb.RangeVar | None]:
    """The row type that comes back, if it is one: as RETURNS, or as the only OUT."""
    parameters = [item.function_parameter for item in node.parameters]
    out = [p.arg_type for p in parameters if p.mode in (pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_INOUT)]
    return [_row_type(node.return_type), *(_row_type(one) for one in out if len(out) == 1)]


def _opened_rows(
    node: pb.CreateFunctionStmt, statements: list[syntax.Node]
) -> Iterator[pb.RangeVar | None]:
    """Row types of the parameters of which an SQL body reads a field (`ParseComplexProjection`)."""
    opened = {_opened(part) for statement in statements for part in syntax.walk(statement)}
    for number, item in enumerate(node.parameters, 1):
        parameter = item.function_parameter
        if opened & {number, parameter.name or number}:
            yield _row_type(parameter.arg_type)


def _opened(part: syntax.Node) -> str | int | None:
    """The parameter behind `name.field`, `(name).field` or `$1.field`: its name or number."""
    if isinstance(part, pb.ColumnRef) and len(part.fields) > 1:
        names = syntax.words(part.fields)
        return names[-2 if len(part.fields) == len(names) else -1]
    if not isinstance(part, pb.A_Indirection):
        return None
    row = syntax.unwrap(part.arg)
    if isinstance(row, pb.ParamRef):
        return int(row.number)
    return syntax.words(row.fields)[-1] if isinstance(row, pb.ColumnRef) else None


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
