"""What is recorded of apprenticeships."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

APPRENTICESHIP_ENROLLED = declare(
    "apprenticeship.enrolled", _("enrolled an apprentice"), "apprenticeships.apprenticeship"
)
ENROLMENT_CORRECTED = declare("enrolment.corrected", _("corrected an enrolment"), "apprenticeships.apprenticeship")
ENROLMENT_UNDONE = declare("enrolment.undone", _("undid an enrolment"), "apprenticeships.apprenticeship")
ENROLMENT_RESTORED = declare("enrolment.restored", _("restored an enrolment"), "apprenticeships.apprenticeship")
APPRENTICESHIP_ASSIGNED = declare(
    "apprenticeship.assigned",
    _("changed the assessor, trainer or mentor of an apprenticeship"),
    "apprenticeships.apprenticeship",
)
EMPLOYER_CONTACT_ADDED = declare(
    "employer_contact.added", _("added a contact at an employer"), "apprenticeships.employercontact"
)
EMPLOYER_CONTACT_REMOVED = declare(
    "employer_contact.removed", _("removed a contact at an employer"), "apprenticeships.employercontact"
)
COVER_APPOINTED = declare("cover.appointed", _("added a cover assessor"), "apprenticeships.apprenticeship")
COVER_ENDED = declare("cover.ended", _("ended an assessor’s cover"), "apprenticeships.apprenticeship")
ASSIGNMENT_UNDONE = declare(
    "assignment.undone",
    _("undid a change of who looks after an apprentice"),
    "apprenticeships.apprenticeship",
)
APPRENTICESHIP_TAKEN_UP = declare(
    "apprenticeship.taken_up", _("accepted an apprenticeship"), "apprenticeships.apprenticeship"
)
#: Beside the entry of the move itself, which readers are shown.
APPRENTICESHIP_TEXT_CHANGED = declare(
    "apprenticeship.text_changed",
    _("changed an apprentice’s version of the standard"),
    "apprenticeships.apprenticeship",
    Audience.NOBODY,
)
_APPRENTICESHIP = "apprenticeships.apprenticeship"
BREAK_STARTED = declare("break.started", _("started a break in learning"), _APPRENTICESHIP)
BREAK_ENDED = declare("break.ended", _("ended a break in learning"), _APPRENTICESHIP)
WITHDRAWN = declare("apprenticeship.withdrawn", _("withdrew an apprentice"), _APPRENTICESHIP)
PLANNED_END_CHANGED = declare("planned_end.changed", _("changed a planned end"), _APPRENTICESHIP)
EMPLOYER_CHANGED = declare("employer.changed", _("changed an apprentice’s employer"), _APPRENTICESHIP)
HOURS_CHANGED = declare("hours.changed", _("changed the agreed hours"), _APPRENTICESHIP)
GATEWAY_PASSED = declare("gateway.passed", _("recorded that an apprentice passed the gateway"), _APPRENTICESHIP)
RESULT_RECORDED = declare("result.recorded", _("recorded the result of an apprenticeship"), _APPRENTICESHIP)
CHANGE_PLANNED = declare("change.planned", _("planned a change of an apprenticeship"), _APPRENTICESHIP)
PLAN_MADE = declare("plan.made", _("made a change of an apprenticeship as planned"), _APPRENTICESHIP)
PLAN_CANCELLED = declare("plan.cancelled", _("cancelled a planned change of an apprenticeship"), _APPRENTICESHIP)
PLAN_GIVEN_UP = declare("plan.given_up", _("dropped a planned change that can no longer happen"), _APPRENTICESHIP)
CHANGE_UNDONE = declare("change.undone", _("undid a change of an apprenticeship"), _APPRENTICESHIP)
LEARNERS_IMPORTED = declare(
    "learners.imported", _("imported a file of learners"), "apprenticeships.learnerimport", seals=False
)
_COMPETENCE = "apprenticeships.competence"
COMPETENCE_RECORDED = declare("competence.recorded", _("recorded which standard somebody assesses"), _COMPETENCE)
COMPETENCE_UNDONE = declare("competence.undone", _("undid a record of which standard somebody assesses"), _COMPETENCE)
_PACE_RULE = "apprenticeships.pacerule"
PACE_RULE_SET = declare("pace_rule.set", _("set the rule for who is on track"), _PACE_RULE)
PACE_RULE_REPLACED = declare("pace_rule.replaced", _("replaced the rule for who is on track"), _PACE_RULE)
PROGRAMME_RULES_ADDED = declare(
    "programme_rules.added",
    _("added the rules of a funding year"),
    "apprenticeships.programmerules",
    Audience.KEEPERS,
)
PUBLISHED_HOURS_ADDED = declare(
    "published_hours.added",
    _("added the hours published for a version of a standard"),
    "apprenticeships.publishedhours",
    Audience.KEEPERS,
)
CONFLICT_RECORDED = declare(
    "conflict.recorded", _("recorded a conflict of interest"), "apprenticeships.conflictofinterest"
)
CONFLICT_ENDED = declare("conflict.ended", _("ended a conflict of interest"), "apprenticeships.conflictending")
AUDITOR_LET_IN = declare("audit_scope.given", _("chose what an external auditor may see"), "apprenticeships.auditscope")
LEARNER_OPENED = declare(
    "apprenticeship.opened", _("opened a learner’s pages"), "apprenticeships.apprenticeship", seals=False
)
