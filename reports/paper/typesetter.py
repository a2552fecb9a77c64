"""The child process that sets a page: python -I …/reports/paper/typesetter.py PAGE STYLE PDF."""

import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # -I leaves out every folder that the environment could name, this project's as well.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from files.opening import limits

#: A summary of a large portfolio has a hundred pages.
LIMITS = limits.Limits(wall_seconds=300, cpu_seconds=240)


def main(page: str, style: str, target: str) -> None:
    # Somebody waits for the pack.
    limits.apply(LIMITS, gives_way=False)
    # Takes a second and needs Pango, so it is loaded here alone.
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):
        """Fetches nothing: the page has all it needs."""

        def fetch(self, url: str, headers: object = None) -> object:
            raise ValueError(f"{url[:50]} is not fetched")

    nothing: Any = Nothing
    document: Any = HTML
    sheet: Any = CSS
    sheets = [sheet(string=Path(style).read_text(), url_fetcher=nothing())]
    page_set = document(string=Path(page).read_text(), url_fetcher=nothing())
    page_set.write_pdf(target, stylesheets=sheets, pdf_variant="pdf/ua-1")


if __name__ == "__main__":
    main(*sys.argv[1:])
