"""The statements of a source that gives each its place: what is kept of the text, and what is said about it."""

from occupations.importing.draft import Findings, KsbDraft
from occupations.importing.parsing.codes import TYPES, Code, printed_code
from occupations.importing.parsing.html_text import has_tags, plain, unescaped
from occupations.importing.parsing.text import shortened


class KsbTexts:
    """Takes the statements of one standard one after the other."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self._seen: dict[tuple[str, str], str] = {}

    def ksb(self, kind: str, number: int, text: str, line: int, source_id: str = "") -> KsbDraft | None:
        """The KSB in this place; None where there is no text, so that the codes after it stay what they are.

        A code that is printed in the text is taken away only where it says the same as the place.
        """
        code = Code(kind, number)
        statement = (plain(text) if has_tags(text) else unescaped(text)).strip()
        source_code = ""
        if printed := printed_code(statement):
            if printed[0] == code and printed[1]:
                statement = printed[1]
            elif printed[0] != code:
                source_code = str(printed[0])
                self.findings.warn(line, f"the text of {code} begins with the code {source_code}; its place counts")
        if not statement:
            self.findings.warn(line, f"{code} has no text and is left out; the codes after it stay as they are")
            return None
        self._check_words(code, statement, line)
        return KsbDraft(kind, number, statement, line, source_id, source_code)

    def say_places_were_taken(self, ksbs: list[KsbDraft], line: int) -> None:
        """Say once that the codes are not the source's own."""
        counts = [(kind, sum(ksb.type == kind for ksb in ksbs)) for kind in TYPES]
        named = ", ".join(f"{kind}1 to {kind}{count}" if count > 1 else f"{kind}1" for kind, count in counts if count)
        self.findings.warn(line, f"the source has no codes; the places in its lists are taken for them: {named}")

    def _check_words(self, code: Code, statement: str, line: int) -> None:
        words = " ".join(statement.casefold().split())
        if other := self._seen.get((code.type, words)):
            self.findings.warn(line, f"{code} has the same words as {other}; both are kept")
        else:
            self._seen[code.type, words] = str(code)
        if len(statement) < 15:
            self.findings.warn(line, f"the text of {code} is very short: “{shortened(statement)}”")
