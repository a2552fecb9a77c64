"""What the demo's apprentices write, and what an assessor says of it: the texts of `data/bank.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

_TEXTS = tomllib.loads((Path(__file__).parent / "data" / "bank.toml").read_text())


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: its words, the line that says why for each code, and the kinds of file that go with it."""

    title: str
    narrative: str
    claims: dict[str, str]
    files: tuple[str, ...] = ()
    kind: str = "work_product"


PIECES = tuple(Piece(**{**piece, "files": tuple(piece.get("files", ()))}) for piece in _TEXTS["pieces"])

#: For each code, what an assessor asks for when a claim is not met yet, and what the apprentice then adds.
NOT_YET: dict[str, tuple[str, str]] = {
    code: (said["feedback"], said["answer"]) for code, said in _TEXTS["not_yet"].items()
}
#: What an assessor says of a claim that is met, by the kind of KSB.
MET: dict[str, tuple[str, ...]] = {kind: tuple(said) for kind, said in _TEXTS["met"].items()}
WITHDRAWAL_REASON: str = _TEXTS["withdrawal_reason"]

#: What was written under the prompts of a kind of evidence.
ANSWERS: dict[str, tuple[tuple[str, str], ...]] = {
    kind: tuple((one["prompt"], one["answer"]) for one in given) for kind, given in _TEXTS["answers"].items()
}
#: The place marked in a file of a kind, with a line for it.
MARKED: dict[str, tuple[str, dict[str, int]]] = {
    kind: (one["note"], one["place"]) for kind, one in _TEXTS["marked"].items()
}
#: What is said in a voice note.
TRANSCRIPT: str = _TEXTS["transcript"]
AI_TOOL: str = _TEXTS["ai_tool"]
AI_PURPOSE: str = _TEXTS["ai_purpose"]

#: What the blanks of the texts are filled with.
COMPANIES: tuple[str, ...] = tuple(_TEXTS["companies"])
ROLES: tuple[str, ...] = tuple(_TEXTS["roles"])
PLACES: tuple[str, ...] = tuple(_TEXTS["places"])
