"""DO, CALL, functions that a query calls, triggers: the statements inside, where they are plain."""

from collections.abc import Mapping, Sequence

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import dynamic, plpgsql, syntax
from cockpit.analysis.impact.conditions import Conditions
from cockpit.analysis.impact.loops import turns
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import FunctionFacts

_BLOCK = 0
"""What a DO block is entered as; no function has this OID."""
_DYNAMIC = ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors")
_LOOPS = ("PLpgSQL_stmt_fori", "PLpgSQL_stmt_foreach_a", "PLpgSQL_stmt_fors")
_CURSORS = ("PLpgSQL_stmt_open", "PLpgSQL_stmt_forc")
_ENDS = ("PLpgSQL_stmt_commit", "PLpgSQL_stmt_rollback")


class Body:
    """One body of PL/pgSQL being followed; with `apart` its statements are told one by one."""

    def __init__(
        self, scene: Scene, function: plpgsql.Tree, known: Mapping[str, str], *, apart: bool
    ) -> None:
        self.scene = scene
        self.apart = apart
        self.names = plpgsql.variables(function)
        self.cursors = plpgsql.cursors(function)
        self.known = dict(known)
        """Variables whose value is known where the body has come to."""
        self.ended = False
        """A RETURN has been reached that is taken for certain."""
        self._certain = True
        for name, text in plpgsql.constants(function):
            self._assign(name, text)

    def _assign(self, name: str, text: str) -> None:
        found = dynamic.text_of(text, self.known)
        if found is None:
            self.known.pop(name, None)
        else:
            self.known[name] = found

    def follow(self, tree: plpgsql.Tree) -> None:
        """Every statement below that may run, up to one that ends the body."""
        for name, content in plpgsql.statements(tree):
            if self.ended:
                return
            if name == "PLpgSQL_stmt_return":
                self.follow(content)
                self.ended = self._certain
            elif name == "PLpgSQL_stmt_while":
                self._while(content)
            elif name == "PLpgSQL_stmt_case":
                self._case(content)
            elif name == "PLpgSQL_stmt_if":
                self._branches(content)
            elif name in _DYNAMIC or "dynquery" in content:
                self._dynamic(content)
            elif name in _ENDS:
                self.scene.transactional = False
            elif name in _LOOPS:
                self._loop(name, content)
            elif name in _CURSORS and content.get("curvar") in self.cursors:
                self._run(self.cursors[content["curvar"]])
                self.follow(content.get("body", []))
            elif name == "PLpgSQL_stmt_assign":
                self._run(plpgsql.expression(content["expr"]))
                self._assign(self.names[content["varno"]], plpgsql.value(content["expr"]))
            elif name == "PLpgSQL_expr":
                self._run(plpgsql.expression(content))
            elif name != "PLpgSQL_exception_block":
                self.follow(content)

    def _while(self, content: plpgsql.Tree) -> None:
        answer = self._decide(plpgsql.expression(content["cond"]))
        if answer is not False:
            self._perhaps(content.get("body", []), certain=answer is True)

    def _case(self, content: plpgsql.Tree) -> None:
        """The branches that can be meant: of `CASE x WHEN ...` all, else by their conditions."""
        if "t_expr" in content:
            self._certain, before = False, self._certain
            self.follow(content)
            self._certain = before
            return
        whens = [item["PLpgSQL_case_when"] for item in content.get("case_when_list", [])]
        self._choose(
            [(when["expr"], when.get("stmts", [])) for when in whens],
            content.get("else_stmts", []),
        )

    def _perhaps(self, tree: plpgsql.Tree, *, certain: bool) -> None:
        """Statements of a branch: what ends the body there ends it only if the branch is taken."""
        before, self._certain = self._certain, self._certain and certain
        self.follow(tree)
        self._certain = before

    def _loop(self, kind: str, content: plpgsql.Tree) -> None:
        """Turn by turn where the turns are known, else once."""
        for part, inner in content.items():
            if part not in ("body", "var"):
                self.follow(inner)
        found = turns(self.scene.world, kind, content, self.known, self.names)
        before = self.known
        for turn in found if found is not None else [{}]:
            self.known = before | turn
            self.follow(content.get("body", []))
        self.known = before

    def _branches(self, content: plpgsql.Tree) -> None:
        branches = [(content["cond"], content.get("then_body", []))]
        for item in content.get("elsif_list", []):
            inner = item["PLpgSQL_if_elsif"]
            branches.append((inner["cond"], inner.get("stmts", [])))
        self._choose(branches, content.get("else_body", []))

    def _choose(
        self, branches: Sequence[tuple[plpgsql.Tree, plpgsql.Tree]], otherwise: plpgsql.Tree
    ) -> None:
        sure = True
        for condition, body in branches:
            answer = self._decide(plpgsql.expression(condition))
            if answer is not False:
                self._perhaps(body, certain=sure and answer is True)
            if answer:
                return
            sure = sure and answer is False
        self._perhaps(otherwise, certain=sure)

    def _decide(self, sql: str) -> bool | None:
        """What the condition yields; read as a query where the catalog does not tell."""
        try:
            (select,) = syntax.parse(sql)
        except (PgQueryError, ValueError):
            return None
        expression = syntax.unwrap(select.target_list[0].res_target.val)
        answer = Conditions(self.scene.world, self.known).holds(expression)
        if answer is None:
            self.scene.cannot_tell("whether a branch is taken depends on data")
            self.scene.study(select)
        return answer

    def _dynamic(self, content: plpgsql.Tree) -> None:
        query = content.get("query") or content["dynquery"]
        text = dynamic.text_of(query["PLpgSQL_expr"]["query"], self.known)
        if text is None:
            self.scene.cannot_tell("EXECUTE runs SQL that is put together at run time")
        else:
            self._run(text)
        self.follow(content.get("body", []))

    def _run(self, sql: str) -> None:
        try:
            statements = syntax.parse(sql)
        except PgQueryError:
            self.scene.cannot_tell("a statement inside cannot be parsed")
            return
        for statement in statements:
            if self.apart:
                one = sql if len(statements) == 1 else syntax.to_statement(statement)
                self.scene.study_inside(one, statement)
            else:
                self.scene.study(statement)


def _follow(
    scene: Scene, tree: plpgsql.Tree, known: Mapping[str, str], *, apart: bool = False
) -> None:
    function = tree[0]["PLpgSQL_function"]
    Body(scene, function, known, apart=apart).follow(function["action"])


def do(scene: Scene, node: pb.DoStmt) -> None:
    """DO: its statements, if it is PL/pgSQL."""
    language = syntax.option(node.args, "language")
    body = syntax.option(node.args, "as")
    if language is not None and syntax.value_of(language) != "plpgsql":
        scene.cannot_tell(f"a block in {syntax.value_of(language)} is not read")
        return
    tree = plpgsql.block(syntax.value_of(body)) if body is not None else None
    if tree is None:
        scene.cannot_tell("the block cannot be parsed")
    elif scene.enter(_BLOCK):
        _follow(scene, tree, {}, apart=True)
        scene.leave(_BLOCK)


def call(scene: Scene, node: pb.CallStmt) -> None:
    """CALL of a procedure, or a function called in a query."""
    written = node.funccall
    for item in written.args:
        if syntax.is_a(item, "func_call"):
            scene.study(syntax.unwrap(item))
    name = syntax.name_of(written.funcname)
    found = scene.world.find_functions(name.schemaname, name.relname, len(written.args))
    found = found or _with_outputs(scene, name, len(written.args))
    if not found:
        scene.cannot_tell(f"what {name.relname} does is not known")
    else:
        run(scene, found[0], arguments_of(found[0], written.args))


def _with_outputs(scene: Scene, name: pb.RangeVar, arguments: int) -> list[FunctionFacts]:
    """Procedures with OUT parameters, for which CALL must write something too."""
    named = scene.world.functions_named(name.schemaname, name.relname)
    return [f for f in named if f.kind == "p" and len(f.names) == arguments]


def arguments_of(function: FunctionFacts, written: Sequence[pb.Node]) -> dict[str, str]:
    """Parameters that are given constants, by their names and as `$1`, `$2`, ..."""
    if len(function.names) not in (0, len(function.arguments)):
        return {}
    found = {}
    for place, item in enumerate(written):
        node = syntax.unwrap(item)
        if isinstance(node, (pb.A_Const, pb.TypeCast)) and (text := syntax.constant_text(node)):
            found[f"${place + 1}"] = text
            if place < len(function.names):
                found[function.names[place]] = text
    return found


def run(scene: Scene, function: FunctionFacts, known: Mapping[str, str] | None = None) -> None:
    """What the body of a function does; nothing for a language that cannot lock tables."""
    if not scene.enter(function.oid):
        return
    if function.language == "plpgsql":
        tree = plpgsql.routine(function)
        if tree is None:
            scene.cannot_tell(f"the body of {function.name} cannot be parsed")
        else:
            _follow(scene, tree, known or {})
    elif function.language == "sql":
        _run_sql(scene, function)
    elif function.language == "c" and function.volatility == "v":
        scene.world.uncertain = True
    elif function.language not in ("c", "internal"):
        scene.cannot_tell(f"{function.name} is written in {function.language}")
    scene.leave(function.oid)


def _run_sql(scene: Scene, function: FunctionFacts) -> None:
    try:
        for statement in syntax.parse_body(function.body):
            scene.study(statement)
    except PgQueryError:
        scene.cannot_tell(f"the body of {function.name} cannot be parsed")


HANDLERS = {"DoStmt": do, "CallStmt": call}
