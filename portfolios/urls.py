"""Addresses of apprenticeships and their evidence."""

from django.urls import path

from portfolios.views import apprenticeships, enrolment, evidence, mapping, policy, uploads, writing

app_name = "portfolios"

urlpatterns = [
    path("apprenticeships/enrol/", enrolment.enrol, name="enrol"),
    path("apprenticeships/<uuid:apprenticeship_id>/", apprenticeships.coverage, name="coverage"),
    path("apprenticeships/<uuid:apprenticeship_id>/assign/", enrolment.assign, name="assign"),
    path("apprenticeships/<uuid:apprenticeship_id>/evidence/", evidence.evidence_list, name="evidence-list"),
    path("apprenticeships/<uuid:apprenticeship_id>/evidence/new/", evidence.evidence_new, name="evidence-new"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/evidence/<uuid:evidence_id>/autosave/",
        writing.autosave,
        name="autosave",
    ),
    path("apprenticeships/<uuid:apprenticeship_id>/evidence/prompts/", writing.prompts, name="evidence-prompts"),
    path("apprenticeships/<uuid:apprenticeship_id>/evidence/duties/", mapping.duty_search, name="evidence-duties"),
    path("apprenticeships/<uuid:apprenticeship_id>/grid/", mapping.evidence_grid, name="grid"),
    path("evidence/preview/", writing.preview, name="preview"),
    path("evidence/<uuid:evidence_id>/suggestions/", mapping.suggestions, name="suggestions"),
    path("evidence/<uuid:evidence_id>/suggestions/answer/", mapping.suggestion_answer, name="suggestion-answer"),
    path("evidence/<uuid:evidence_id>/claims/<slug:code>/", mapping.claim, name="claim"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/evidence/<uuid:evidence_id>/uploads/", uploads.uploads, name="uploads"
    ),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("evidence/<uuid:evidence_id>/files/", uploads.evidence_files, name="evidence-files"),
    path("evidence/<uuid:evidence_id>/edit/", evidence.evidence_edit, name="evidence-edit"),
    path("evidence/<uuid:evidence_id>/discard/", evidence.evidence_discard, name="evidence-discard"),
    path("evidence/<uuid:evidence_id>/restore/", evidence.evidence_restore, name="evidence-restore"),
    path("portfolio-policy/", policy.policy, name="policy"),
    path("portfolio-policy/prompts/<slug:kind>/", policy.prompts, name="prompts"),
    path("portfolio-policy/prompts/<slug:kind>/reset/", policy.prompts_reset, name="prompts-reset"),
    path("files/<uuid:file_id>/", evidence.file, name="file"),
    path("files/<uuid:file_id>/remove/", uploads.file_remove, name="file-remove"),
]
