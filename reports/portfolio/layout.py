"""What the ZIP of a portfolio has in it, and how each thing is called."""

import re

FORMAT = "craftmark-portfolio/1"
#: Whose it is, the statements, sign-offs, moves and confirmations.
PORTFOLIO = "portfolio.json"
#: The JSON Schema of the data, as it is published.
SCHEMA = "portfolio.schema.json"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: One piece of evidence with its rounds and decisions, by its id.
PIECE = re.compile(rf"evidence/({_UUID})\.json")
#: The bytes of one file, by its id.
FILE = re.compile(rf"files/({_UUID})")


def piece_path(piece: object) -> str:
    return f"evidence/{piece}.json"


def file_path(file: object) -> str:
    return f"files/{file}"
