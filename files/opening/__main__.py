"""The child process: opens one file and writes what it made of it into a folder.

    python -I …/portfolios/opening/__main__.py clean|look TYPE FILE FOLDER WALL CPU MEMORY OUTPUT [OFFICE PROGRAM]

It ends with 0 and `result.json`, or with 3 and a line that says why the file does not open. Anything else (a crash, a
limit) means the same to whoever started it.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    # -I leaves out every folder that the environment could name, this project's as well.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from files.opening import limits

if TYPE_CHECKING:
    from files.opening.looking.output import Output

CANNOT = 3


def clean(content_type: str, path: Path, folder: Path) -> dict[str, Any]:
    """Write the cleaned copy, if anything had to be taken out."""
    from files.opening.cleaning.formats import CLEANERS

    with path.open("rb") as file:
        made = CLEANERS[content_type](file)
        if made.removed:
            with (folder / "cleaned").open("wb") as target:
                made.write(file, target)
    return {"removed": sorted(made.removed)}


def look(content_type: str, path: Path, folder: Path, office_program: str) -> dict[str, Any]:
    """Write pictures and words."""
    from files.opening.looking.output import Output

    output = Output(folder)
    kind = content_type.partition("/")[0]
    if kind == "image":
        from files.opening.looking import pictures

        with path.open("rb") as file:
            pictures.look(file, content_type, output)
    elif kind in ("audio", "video"):
        from files.opening.looking import media

        media.look(path, content_type, output)
    elif kind == "text":
        from files.opening.looking import plain

        plain.look(path, output)
    elif content_type == "application/pdf":
        from files.opening.looking import pages

        pages.look(path, output)
    else:
        _look_at_document(content_type, path, folder, office_program, output)
    return output.as_json()


def _look_at_document(content_type: str, path: Path, folder: Path, office_program: str, output: "Output") -> None:
    from files.opening.looking import office, pages, typesetting
    from files.opening.looking import office_program as converting

    found = office.blocks(path, content_type)
    for line in office.words_of(found):
        output.add_words(line + "\n")
    converted = converting.as_pdf(path, folder, content_type, office_program) if office_program else None
    if converted is not None:
        words, output.words = output.words, ""
        pages.look(converted, output)
        output.words = words
        converted.unlink()
    else:
        typesetting.lay_out(found, output)


def main(arguments: list[str]) -> int:
    act, content_type, path, folder, *numbers = arguments
    office_program = numbers.pop() if len(numbers) == 5 else ""
    limits.apply(limits.Limits(*map(int, numbers)))
    warnings.simplefilter("ignore", DeprecationWarning)
    try:
        if act == "clean":
            result = clean(content_type, Path(path), Path(folder))
        else:
            result = look(content_type, Path(path), Path(folder), office_program)
    except Exception as fault:  # whatever a hostile file brings about, it does not open
        print(f"{type(fault).__name__}: {str(fault)[:200]}", file=sys.stderr)
        return CANNOT
    (Path(folder) / "result.json").write_text(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
