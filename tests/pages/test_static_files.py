"""The site's one style sheet and one script are what their many parts say, in the right order."""

import subprocess
from pathlib import Path
from shutil import which

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from pytest_django import Settings

from pages import static_files
from pages.static_files import CannotJoin, joined, parts_of
from tests.architecture.sources import ROOT

STATIC = ROOT / "static"


def reader(**files: str):
    """Reads made-up files: a_js is a.js."""
    named = {name.replace("_", "."): text for name, text in files.items()}
    return named.__getitem__


def test_what_is_needed_comes_before_what_needs_it_and_each_comes_once():
    read = reader(
        a_js='import "./b.js";\nimport "./c.js";\n',
        b_js='import { one } from "./d.js";\n',
        c_js='import { one } from "./d.js";\n',
        d_js="export const one = 1;\n",
    )
    assert parts_of("a.js", read) == ["d.js", "b.js", "c.js", "a.js"]


def run(script: str) -> str:
    """What a script prints."""
    if (node := which("node")) is None:
        pytest.skip("Node runs the joined script, and it is not installed.")
    return subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout  # noqa: S603


def test_a_joined_script_does_what_its_modules_do_and_leaves_no_name_behind():
    read = reader(
        a_js=(
            'import { one as first, Two } from "./b.js";\nimport add from "./c.js";\n'
            "const told = add(first, new Two().value);\nconsole.log(told);\n"
        ),
        b_js="const secret = 40;\nexport const one = secret - 39;\nexport class Two {\n  value = 2;\n}\n",
        c_js="function add(a, b) {\n  return a + b;\n}\n\nexport default add;\n",
    )
    assert run(joined("a.js", read) + "console.log(typeof secret, typeof told, typeof add);") == (
        "3\nundefined undefined undefined\n"
    )


def test_comments_and_indentation_go_but_never_from_a_text_of_several_lines():
    plain = reader(a_js="/** What it is. */\n// Why.\nif (1) {\n  console.log(1); // now\n}\n")
    assert "What" not in joined("a.js", plain)
    assert "Why" not in joined("a.js", plain)
    typed = reader(a_js="const one = (/** @type {string} */ text) => /** @type {number} */ (text.length);\n")
    assert "const one=(text)=>(text.length);" in joined("a.js", typed)
    assert "console.log(1); // now\n" in joined("a.js", plain)
    text = "`\n  // not a comment\n`"
    assert text in joined("a.js", reader(a_js=f"console.log({text});\n"))


def test_space_goes_but_never_from_a_text_or_a_pattern():
    script = 'const say = (a) => (a ? "one , two" : a - -1);\nconst find = /a = b/;\nreturn say;\n'
    kept = joined("a.js", reader(a_js=script))
    assert 'const say=(a)=>(a?"one , two":a - -1);const find = /a = b/;\nreturn say;' in kept


@pytest.mark.parametrize(
    "unknown",
    [
        'import * as all from "./b.js";\n',
        'import "./b.js"\n',
        'import { one } from "elsewhere";\n',
        "export { one };\n",
        "export let one = 1;\n",
        'export * from "./b.js";\n',
    ],
)
def test_a_way_to_import_that_is_not_known_is_refused_rather_than_left_out(unknown: str):
    with pytest.raises(CannotJoin):
        joined("a.js", reader(a_js=unknown, b_js="export const one = 1;\n"))


def test_scripts_that_need_each_other_are_refused():
    with pytest.raises(CannotJoin, match="circle"):
        joined("a.js", reader(a_js='import "./b.js";\n', b_js='import "./a.js";\n'))


def test_style_sheets_keep_their_order():
    read = reader(
        a_css='/* All. */\n@import url("b.css");\n@import url("c.css");\n',
        b_css="p {\n  color: red;\n}\n",
        c_css="p { color: blue; } /* wins */\n",
    )
    assert joined("a.css", read) == "p{color:red}p{color:blue}"


@pytest.mark.parametrize("ending", ["css", "js"])
def test_every_part_is_taken_in(ending: str):
    """A sheet or script that nothing takes in would be written, and never seen."""
    read = static_files.JoiningFinder()._read
    entries = [name for name in (*static_files.ENTRIES, static_files.WORKER) if name.endswith(ending)]
    taken = {part for name in entries for part in parts_of(name, read)}
    present = {str(path.relative_to(STATIC)) for path in (STATIC / ending).rglob(f"*.{ending}")}
    assert present - taken == set()


def test_a_changed_part_is_seen_at_once(tmp_path: Path, settings: Settings):
    for name in ("css/site.css", "css/one.css", "js/site.js", "js/offline/worker.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "css/site.css").write_text('@import url("one.css");\n')
    settings.STATICFILES_DIRS = [tmp_path]
    settings.VAR_DIR = tmp_path / "var"
    finder = static_files.JoiningFinder()
    for colour in ("red", "blue"):
        (tmp_path / "css/one.css").write_text(f"p {{ color: {colour}; }}\n")
        assert colour in Path(finder.find("css/site.css")).read_text()


def test_what_is_collected_is_one_sheet_one_script_htmx_and_pictures(tmp_path: Path, settings: Settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    assert len([name for name in names if name.endswith(".css")]) == 1
    scripts = sorted(name for name in names if name.endswith(".js"))
    assert [script.split(".")[0] for script in scripts] == ["js/site", "vendor/htmx-2"]
    assert {name.split("/")[0] for name in names} == {"css", "js", "img", "vendor", "staticfiles.json"}


def test_the_service_workers_script_is_a_classic_one():
    script = static_files.worker_script()
    assert "import" not in script.replace("important", "")
    assert finders.find(static_files.WORKER)
