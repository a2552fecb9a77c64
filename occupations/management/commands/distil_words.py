"""Makes the word vectors that suggestions and searches use."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from occupations.importing.draft import StandardDraft
from occupations.matching.distilling import SentenceModel, distilled
from occupations.matching.meaning import SHIPPED
from occupations.matching.words import folded
from occupations.suggesting.reading import drafts_in


class Command(BaseCommand):
    help = (
        "Distil word vectors from the sentence model in MODEL, for the words of the standards in DATA and for everyday "
        "ones. For development: it needs PyTorch and transformers (docs/suggestions.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("data", type=Path, metavar="DATA", help="a file or folder of standards")
        parser.add_argument("model", type=Path, metavar="MODEL", help="the folder of the sentence model")
        parser.add_argument("wordnet", type=Path, metavar="WORDNET", help="the folder with WordNet's data.noun")
        parser.add_argument("--to", type=Path, default=SHIPPED, metavar="FILE", help="where the vectors are written")

    def handle(self, *, data: Path, model: Path, wordnet: Path, to: Path, **options: Any) -> None:
        for path in (data, model, wordnet):
            if not path.exists():
                raise CommandError(f"{path} does not exist.")
        counts: Counter[str] = Counter()
        for draft in drafts_in(data, lambda text: self.stderr.write(f"Note: {text}")):
            for text in _texts(draft):
                counts.update(re.findall(r"[^\W_]+(?:'[^\W_]+)*", folded(text)))
        vectors = distilled(SentenceModel(model), counts, wordnet)
        vectors.save(to)
        self.stdout.write(f"{len(vectors.places)} stems, {to.stat().st_size / 1_000_000:.1f} MB in {to}.")


def _texts(draft: StandardDraft) -> Iterator[str]:
    """All that is said of a standard."""
    yield from filter(None, (draft.title, draft.summary, draft.overview, draft.prose))
    yield from (*(draft.keywords or ()), *(draft.job_titles or ()))
    yield from (ksb.statement for ksb in draft.ksbs or ())
    yield from (duty.text for duty in draft.duties or ())
