"""The structure drawn from imports: whoever reads a module reads what it imports, and never comes back to it.

The one circle that may be is a model and its queryset, which name each other. All imports count: those inside functions
and those for types alone, too.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.sources import PARTS, ROOT, python_files

Graph = Mapping[str, set[str]]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: str, modules: set[str]) -> Iterator[str]:
    """The modules that a module names: of `from a import b`, `a.b` where that is a module, else `a`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found = inner if inner in modules else node.module
                if found in modules:
                    yield found


def drawn() -> Graph:
    """Each module, to those it imports."""
    paths = {name_of(path): path for path in python_files(*PARTS)}
    return {name: set(imported(path.read_text(), paths.keys() - {name})) for name, path in paths.items()}


def reached(graph: Graph, start: str) -> set[str]:
    """Everything that is read when the imports are followed from `start`."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def circles(graph: Graph) -> set[frozenset[str]]:
    """The modules that lead back to themselves, with those they share that with."""
    reach = {name: reached(graph, name) for name in graph}
    return {frozenset(other for other in reach[name] if name in reach[other]) for name in graph if name in reach[name]}


def is_model_and_queryset(circle: frozenset[str]) -> bool:
    """`a.models` and `a.querysets`, or `a.models.b` and `a.querysets.b`."""
    models = min(circle)
    return circle == {models, models.replace(".models", ".querysets")}


def test_only_a_model_and_its_queryset_import_each_other():
    """Where a package has several models, each of its modules has a module of querysets, and imports that one."""
    graph = drawn()
    assert len(graph) > 300
    assert [sorted(circle) for circle in circles(graph) if not is_model_and_queryset(circle)] == []


def test_these_circles_would_be_found():
    graph = {"a.models": {"a.querysets"}, "a.querysets": {"a.models"}, "b": {"c", "a.models"}, "c": {"d"}, "d": {"b"}}
    assert circles(graph) == {frozenset({"a.models", "a.querysets"}), frozenset("bcd")}
    assert [is_model_and_queryset(circle) for circle in sorted(circles(graph), key=len)] == [True, False]
    assert not is_model_and_queryset(frozenset({"a.models.b", "a.querysets.c"}))
    assert not is_model_and_queryset(frozenset({"a.models"}))


def test_imports_inside_functions_and_for_types_are_seen():
    source = """
    if TYPE_CHECKING:
        from a.models import Thing
    def later():
        import b
        from c import d, e
    """
    assert set(imported("if True:" + source, {"a.models", "b", "c", "c.d"})) == {"a.models", "b", "c", "c.d"}
