"""When records fall due, who is told, and that every table with words is thought of."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import reverse

from audit.guards import erasable
from core import clock
from core.errors import Incomplete, NotAllowed
from jobs.working import work_off
from reports.retention import policy, workflow
from reports.retention.holdings import HOLDINGS
from reports.retention.models import Erasure, RetentionRule
from reports.retention.policy import Years, years_after
from reports.retention.reminding import remind
from reports.retention.wording import WORDS, grouped
from tests.reports.conftest import just_signed_in
from tests.reports.retention.keeping import carry_out, later, plan, second_admin
from tests.world import World, acting

pytestmark = pytest.mark.django_db

#: Models with words that are of no one learner, or of somebody in another way: why an erasure leaves them alone.
LEFT_ALONE = {
    "accounts.Invitation": "erased with the account",
    "accounts.Membership": "of staff and employers",
    "accounts.Organisation": "of no person",
    "accounts.User": "erased with the account",
    "apprenticeships.Competence": "of staff",
    "apprenticeships.EmployerContact": "of an employer",
    "apprenticeships.LearnerImport": "rows of a file, which go when it is imported",
    "apprenticeships.PaceRule": "a rule",
    "assessments.Comment": "an assessor's own, with names taken out",
    "assessments.EvidenceRules": "a rule",
    "assessments.PlanLine": "why so many were drawn: numbers",
    "assessments.PlanWithdrawal": "of a plan for many learners",
    "assessments.PoolDecision": "how a decision was drawn: numbers",
    "assessments.SamplingPlan": "for many learners",
    "assessments.SignOffPolicy": "a rule",
    "assessments.Standardisation": "a meeting about many",
    "assessments.StandardisationAction": "a meeting about many",
    "assessments.StandardisationNote": "a meeting about many",
    "portfolios.PromptSet": "a rule",
    "programme.ReviewTemplate": "a form",
    "programme.SupportReader": "who reads: ids",
    "programme.TrainingSession": "of many learners",
    "reports.FeedKey": "of a program",
    "reports.PlanRules": "a rule",
    "reports.RetentionRule": "a rule",
    "reports.SavedView": "filters",
}


def test_every_table_with_words_is_erased_or_left_alone_for_a_reason():
    erased = {holding.model._meta.label for holding in HOLDINGS}
    ours = {
        "accounts",
        "apprenticeships",
        "signing",
        "portfolios",
        "assessments",
        "programme",
        "notifications",
        "reports",
    }
    with_words = {model._meta.label for model in apps.get_models() if model._meta.app_label in ours and erasable(model)}
    assert with_words - erased - LEFT_ALONE.keys() - RULES_FROM_OUTSIDE == set()


def test_an_admin_reads_what_would_be_erased_in_plain_words_whatever_it_is():
    said = [model for _heading, words in WORDS for model in words]
    assert len(said) == len(set(said))
    told = {one.model for one in HOLDINGS if one.model is not Erasure and (one.is_removed or erasable(one.model))}
    assert told - set(said) == set()
    codes = {model._meta.label_lower: number for number, model in enumerate(said, 1)}
    assert sum(len(group.rows) for group in grouped(codes)) == len(said)


RULES_FROM_OUTSIDE = {"apprenticeships.ProgrammeRules", "apprenticeships.PublishedHours"}


def test_records_fall_due_on_the_day_after_so_many_years(world: World):
    assert years_after(date(2024, 2, 29), 6) == date(2030, 3, 1)
    world.withdrawn()
    left_on = clock.today()
    due_on = years_after(left_on, 6)
    for day, found in ((due_on - timedelta(days=1), []), (due_on, [world.apprenticeship])):
        assert list(policy.due(world.provider.pk, day)) == found
        assert ("record" in policy.parts_due(Years(), left_on, day)) == bool(found)
    workflow.set_retention_rule(world.provider.pk, acting(world.admin), Years(10, 6), "The fund asks for ten.")
    assert not policy.due(world.provider.pk, due_on)
    assert policy.parts_due(policy.years_of(world.provider.pk), left_on, due_on) == ["working", "support"]


def test_a_rule_keeps_what_the_funding_rules_ask_and_is_for_admins(world: World):
    for years in (Years(5, 5), Years(6, 7), Years(40, 6)):
        with pytest.raises(Incomplete):
            workflow.set_retention_rule(world.provider.pk, acting(world.admin), years, "As agreed.")
    with pytest.raises(NotAllowed):
        workflow.set_retention_rule(world.provider.pk, acting(world.iqa), Years(8, 6), "As agreed.")
    for _ in range(2):
        workflow.set_retention_rule(world.provider.pk, acting(world.admin), Years(8, 6), "As agreed.")
    assert RetentionRule.objects.unscoped().count() == 1


def test_admins_are_told_once_a_month_of_what_is_due_and_never_of_what_is_on_hold(world: World):
    world.withdrawn()
    assert remind() == 0
    with later():
        hold = workflow.put_on_hold(world.apprenticeship.pk, acting(world.admin), "A tribunal.")
        assert remind() == 0
        workflow.lift_hold(hold.pk, acting(world.admin), "Over.")
        assert remind() == 1
        assert remind() == 0
        work_off()
        told = [one for one in mail.outbox if "due to be erased" in one.subject]
        assert [one.to for one in told] == [[world.admin.email]]
        assert world.apprentice.name not in told[0].body


def test_two_admins_erase_from_the_pages(world: World):
    world.withdrawn()
    with later():
        first, second = (just_signed_in(Client(), one) for one in (world.admin, second_admin(world)))
        listed = first.get(reverse("pages:retention")).content.decode()
        assert world.apprentice.name in listed
        address = reverse("pages:erasure", args=[world.apprenticeship.pk])
        assert address in listed
        assert "Nothing." not in first.get(address).content.decode()
        assert first.post(address, {"plan": plan(world).sha256, "reason": ""}).status_code == 422
        assert first.post(address, {"plan": plan(world).sha256, "reason": "Due."}).status_code == 302
        assert "Agree to erase these records" not in first.get(address).content.decode()
        assert "Agree to erase these records" in second.get(address).content.decode()
        answer = reverse("pages:erasure-answer", args=[world.apprenticeship.pk])
        read = {"answer": "agree", "erasure": Erasure.objects.unscoped().get().pk}
        assert first.post(answer, read).status_code == 403
        # The form of a request that was refused agrees to no later one.
        assert second.post(answer, {**read, "answer": "end"}).status_code == 302
        assert first.post(address, {"plan": plan(world).sha256, "reason": "After all."}).status_code == 302
        for stale in (read, {"answer": "agree"}):
            assert second.post(answer, stale).status_code in (404, 409)
        made = Erasure.objects.unscoped().open().get()
        assert made.agreed_at is None
        assert second.post(answer, {"answer": "agree", "erasure": made.pk}).status_code == 302
        assert "Until then any admin can cancel this" in second.get(address).content.decode()
        carry_out(made)
        page = second.get(address).content.decode()
        assert "Records of Erased" in page
        assert "erased already" in page
        assert second.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).status_code == 404
