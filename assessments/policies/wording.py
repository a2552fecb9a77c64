"""What a rule asks for and what of it is missing, in words."""

from collections.abc import Iterable

from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.policies.missing import Missing
from assessments.policies.outcomes import MissingOfOutcome, Outcome, OutcomeRule
from assessments.policies.rules import Rule
from portfolios.models import EvidenceKind


def missing_words(missing: Missing, *, is_own: bool) -> str:
    """What is still missing, such as “one more met claim, from another piece of evidence”. Empty if nothing is."""
    parts = []
    short = missing.short
    if short.claims:
        words = ngettext("one more met claim", "%(n)s more met claims", short.claims) % {"n": short.claims}
        if short.pieces:
            words += ngettext(
                ", from another piece of evidence", ", from %(n)s other pieces of evidence", short.pieces
            ) % {"n": short.pieces}
        if short.kinds:
            words += ngettext(", of another type of evidence", ", of %(n)s other types of evidence", short.kinds) % {
                "n": short.kinds
            }
        parts.append(words)
    if missing.employer:
        parts.append(_("your employer’s confirmation") if is_own else _("the employer’s confirmation"))
    joined = _(", and ") if short.pieces or short.kinds else _(" and ")
    return joined.join(parts)


def outcome_missing_words(missing: MissingOfOutcome) -> str:
    """What an outcome still needs, such as “S1 and 2 of K2, K3, K4”. Empty if nothing."""
    parts = [*missing.mandatory]
    if missing.others and missing.others == len(missing.left):
        parts += missing.left
    elif missing.others:
        parts.append(_("%(n)s of %(codes)s") % {"n": missing.others, "codes": ", ".join(missing.left)})
    return get_text_list(parts, _("and"))


def outcome_words(outcome: Outcome, code: str) -> str:
    """What a KSB means for an outcome that it belongs to and what that still needs, in a sentence."""
    said = {"outcome": outcome.name, "missing": outcome_missing_words(outcome.missing)}
    if outcome.is_shown:
        return _("The outcome “%(outcome)s” has all the sign-offs it needs.") % said
    if code in outcome.rule.mandatory:
        return _("It is mandatory for the outcome “%(outcome)s”, which still needs %(missing)s.") % said
    return _("The outcome “%(outcome)s” still needs %(missing)s.") % said


def outcome_rule_words(rule: OutcomeRule) -> str:
    """What a rule asks of each outcome, in a sentence or two."""
    if rule.others is None:
        sentences = [_("Each outcome needs all of its KSBs signed off")]
    elif rule.mandatory:
        sentences = [
            ngettext(
                "Each outcome needs its mandatory KSBs signed off, and %(n)s of the others",
                "Each outcome needs its mandatory KSBs signed off, and %(n)s of the others",
                rule.others,
            )
            % {"n": rule.others}
        ]
    else:
        sentences = [
            ngettext(
                "Each outcome needs %(n)s of its KSBs signed off",
                "Each outcome needs %(n)s of its KSBs signed off",
                rule.others,
            )
            % {"n": max(rule.others, 1)}
        ]
    if rule.mandatory:
        sentences.append(_("Mandatory: %(codes)s") % {"codes": ", ".join(in_order(rule.mandatory))})
    return " ".join(f"{one}." for one in sentences)


def in_order(codes: Iterable[str]) -> list[str]:
    """Codes of KSBs by their letters, and then by their numbers."""
    return sorted(codes, key=lambda code: (code.rstrip("0123456789"), len(code), code))


def rule_words(rule: Rule) -> str:
    """What a rule asks for, in two or three short sentences."""
    words = ngettext("%(n)s met claim", "%(n)s met claims", rule.met_claims) % {"n": rule.met_claims}
    if rule.pieces > 1:
        words += _(", from %(n)s pieces of evidence") % {"n": rule.pieces}
    if rule.evidence_kinds > 1:
        words += _(", of %(n)s types of evidence") % {"n": rule.evidence_kinds}
    sentences = [words]
    if rule.counted_kinds:
        sentences.append(_("Only this counts: %(kinds)s") % {"kinds": kind_words(rule.counted_kinds)})
    if rule.needs_employer:
        sentences.append(_("The employer confirms behaviours before they are signed off"))
    sentences.append(
        _("The last met claim signs it off") if rule.signs_off_itself else _("An assessor then signs it off")
    )
    return " ".join(f"{capfirst(one)}." for one in sentences)


def kind_words(kinds: frozenset[str]) -> str:
    """The kinds of evidence that count, in the order in which the form has them."""
    named = [str(label).lower() for value, label in EvidenceKind.choices if value in kinds]
    return get_text_list(named, _("and"))
