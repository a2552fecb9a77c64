"""The pages of a pack: plain HTML that opens from a folder, with no script and no address outside of it."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from assessments.feedback import Feedback
from audit.actions import ACTIONS
from audit.models import Entry
from core.markdown import rendered
from reports.pack.contents import Contents
from reports.pack.ksb_index import places_of
from reports.pack.reading import Data
from reports.pack.recorded import Recorded


def index_page(contents: Contents, recorded: Recorded, pack: UUID, withheld_count: int) -> str:
    """What the pack is, what the plan asks, how many files are withheld, and the pieces."""
    pieces = [piece | {"address": quote(f"{piece['folder']}/piece.html")} for piece in contents.pieces]
    missing = [ksb.code for ksb in contents.standing.missing]
    return _page(
        "index",
        contents,
        {
            "pieces": pieces,
            "missing": missing,
            "standing": contents.standing,
            "pack": pack,
            "recorded": recorded,
            "withheld_count": withheld_count,
        },
    )


def ksbs_page(contents: Contents) -> str:
    """Each KSB with what shows it and where, and who signed it off."""
    return _page("ksbs", contents, {"ksbs": _ksb_rows(contents)})


def outcomes_page(contents: Contents) -> str:
    """The outcomes that the provider marked, with each result that was released."""
    titles = {str(one["id"]): piece for piece in contents.pieces for one in piece["rounds"]}
    outcomes = [
        outcome
        | {
            "results": [
                one
                | {
                    "pieces": [
                        {"title": piece["title"], "address": quote(f"{piece['folder']}/piece.html")}
                        for submission in one["submissions"]
                        if (piece := titles.get(submission))
                    ]
                }
                for one in outcome["results"]
            ]
        }
        for outcome in contents.outcomes
    ]
    return _page("outcomes", contents, {"outcomes": outcomes})


def summary_page(contents: Contents) -> str:
    """The same on a few sheets of paper, with the list of pieces."""
    return _page("summary", contents, {"ksbs": _ksb_rows(contents)})


def _ksb_rows(contents: Contents) -> list[Data]:
    return [
        ksb
        | {
            "places": [
                {
                    "number": piece["number"],
                    "title": piece["title"],
                    "address": quote(path),
                    "where": where,
                    "note": note,
                }
                for piece, path, where, note in places_of(contents, ksb["code"])
            ]
        }
        for ksb in contents.ksbs
    ]


def piece_page(contents: Contents, piece: Data) -> str:
    """One piece: each reviewed round word by word, with its files and the decisions on it."""
    rounds = [
        one
        | {
            "narrative": _words(one["content"]["narrative"]),
            "voice_address": quote(one["voice_note"]["path"].rpartition("/")[2]) if one["voice_note"] else "",
            "answers": [
                {"prompt": answer["prompt"], "text": _words(answer["text"])} for answer in one["content"]["answers"]
            ],
            "decisions": [
                made
                | {"said": [(name, _words(text)) for name, text in Feedback.from_json(made["feedback"]).in_words()]}
                for made in one["decisions"]
            ],
        }
        for one in reversed(piece["rounds"])
    ]
    names = {str(file["id"]): file["name"] for file in piece["files"]}
    places = [place | {"name": names[place["file"]]} for place in piece["places"]]
    files = [
        file | {"address": quote(file["path"].rpartition("/")[2]) if file["path"] else ""} for file in piece["files"]
    ]
    return _page(
        "piece", contents, {"piece": piece, "rounds": rounds, "files": files, "places": places, "up": "../../"}
    )


def confirmations_page(contents: Contents) -> str:
    """What people with no account confirmed, with their receipts."""
    of_pieces = [
        one | {"piece": piece["title"], "address": quote(f"{piece['folder']}/piece.html")}
        for piece in contents.pieces
        for one in piece["confirmations"]
    ]
    return _page("confirmations", contents, {"confirmations": [*contents.confirmations, *of_pieces]})


def record_page(contents: Contents, recorded: Recorded) -> str:
    """The entries of the record that concern the pack, in words."""
    lines = [
        {
            "sequence": entry.sequence,
            "at": entry.at,
            "who": _who(contents, entry),
            "did": str(ACTIONS[entry.action].words) if entry.action in ACTIONS else entry.action,
            "hash": entry.hash,
        }
        for entry in recorded.entries
    ]
    return _page("record", contents, {"lines": lines, "recorded": recorded})


def _who(contents: Contents, entry: Entry) -> str:
    if entry.actor_link:
        return gettext("The holder of a link")
    if not entry.actor_person:
        return gettext("The system")
    return contents.people.get(str(entry.actor_person), gettext("Somebody"))


def style() -> str:
    """The style sheet of all pages."""
    return render_to_string("reports/pack/style.css")


def summary_style() -> str:
    """The style sheet of the summary on paper."""
    return render_to_string("reports/pack/summary.css")


def _words(text: str) -> SafeString:
    return rendered(text, with_links=False)


def _page(name: str, contents: Contents, context: dict[str, Any]) -> str:
    return render_to_string(
        f"reports/pack/{name}.html", {"about": contents.about, "contents": contents, "up": "", **context}
    )
