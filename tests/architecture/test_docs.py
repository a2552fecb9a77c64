"""The pages on states and on running it name what the code has: a page that fell behind is worse than none."""

import ast
import re

from audit.guards import append_only_tables
from tests.architecture.sources import PARTS, ROOT, named, python_files


def _changes_something(function: ast.FunctionDef) -> bool:
    """A workflow function acts on somebody's behalf, or in one transaction; the others read, lock or hash."""
    arguments = {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]}
    return "by" in arguments or any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)


def workflow_functions() -> dict[str, str]:
    """The public functions that change a state, with the module each stands in."""
    parts = (
        "accounts",
        "jobs",
        "occupations",
        "apprenticeships",
        "signing",
        "portfolios",
        "assessments",
        "programme",
        "notifications",
    )
    modules = [path for path in python_files(*parts) if "workflow" in (path.stem, path.parent.name)]
    modules += [ROOT / "occupations/adoption.py", ROOT / "portfolios/processing/outcomes.py"]
    return {
        function.name: named(path)
        for path in modules
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_") and _changes_something(function)
    }


def test_every_workflow_function_stands_in_the_page_on_states():
    functions = workflow_functions()
    assert {"enrol", "submit", "sign_off", "accept_invitation", "adopt"} <= functions.keys()
    told = {name.rpartition(".")[2] for name in re.findall(r"`([a-z_.]+)`", (ROOT / "docs/states.md").read_text())}
    assert {name: module for name, module in functions.items() if name not in told} == {}


def test_the_page_on_states_names_no_function_that_is_gone():
    functions = workflow_functions()
    told = re.findall(
        r"`(?:[a-z]+\.(?:workflow|adoption|processing|moves)\.)([a-z_]+)`", (ROOT / "docs/states.md").read_text()
    )
    assert len(told) > 15
    assert [name for name in told if name not in functions] == []


def test_the_rights_to_take_away_name_every_append_only_table():
    page = (ROOT / "docs/running.md").read_text()
    revoked = re.search(r"REVOKE UPDATE, DELETE ON ([a-z_,\s]+) FROM", page)
    assert revoked is not None
    assert {name.strip() for name in revoked[1].split(",")} == append_only_tables()


def test_links_between_pages_lead_somewhere():
    pages = sorted((ROOT / "docs").rglob("*.md"))
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in link
    ]
    assert [(named(page), link) for page, link in links if not (page.parent / link).exists()] == []


def test_pages_name_only_files_that_are_there():
    paths = re.compile(rf"`((?:{'|'.join([*PARTS, 'bin', 'static', 'templates', 'tests'])})/[\w/.]+)`")
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    told = [(named(page), path) for page in pages for path in paths.findall(page.read_text())]
    assert len(told) > 30
    assert [(page, path) for page, path in told if not (ROOT / path).exists()] == []


def test_the_page_on_architecture_names_only_modules_that_are_there():
    rows = re.findall(r"^\| `([a-z/]+)/` \|.*\| ([^|]*) \|$", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE)
    told = [f"{part}/{module.rstrip('/')}" for part, modules in rows for module in re.findall(r"`([a-z_/]+)`", modules)]
    assert len(told) > 50
    assert [path for path in told if not (ROOT / path).is_dir() and not (ROOT / f"{path}.py").exists()] == []
