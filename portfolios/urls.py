"""Addresses of apprenticeships and their evidence."""

from django.urls import path

from portfolios.views import (
    apprenticeships,
    enrolment,
    evidence,
    file_pages,
    mapping,
    offline,
    policy,
    portfolio,
    uploads,
    writing,
)

app_name = "portfolios"

urlpatterns = [
    path("apprenticeships/enrol/", enrolment.enrol, name="enrol"),
    path("apprenticeships/<uuid:apprenticeship_id>/", apprenticeships.coverage, name="coverage"),
    path("apprenticeships/<uuid:apprenticeship_id>/assign/", enrolment.assign, name="assign"),
    path("apprenticeships/<uuid:apprenticeship_id>/evidence/", portfolio.evidence_list, name="evidence-list"),
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
    path("evidence/<uuid:evidence_id>/showcase/", portfolio.evidence_showcase, name="evidence-showcase"),
    path(
        "evidence/<uuid:evidence_id>/versions/<int:revision>/bring-back/",
        portfolio.version_bring_back,
        name="version-bring-back",
    ),
    path("portfolio-policy/", policy.policy, name="policy"),
    path("portfolio-policy/prompts/<slug:kind>/", policy.prompts, name="prompts"),
    path("portfolio-policy/prompts/<slug:kind>/reset/", policy.prompts_reset, name="prompts-reset"),
    path("files/<uuid:file_id>/", evidence.file, name="file"),
    path("files/<uuid:file_id>/view/", file_pages.file_page, name="file-page"),
    path("files/<uuid:file_id>/markers/", file_pages.marker_add, name="marker-add"),
    path("files/<uuid:file_id>/transcript/", file_pages.transcript, name="transcript"),
    path("markers/<uuid:marker_id>/remove/", file_pages.marker_remove, name="marker-remove"),
    path("files/<uuid:file_id>/remove/", uploads.file_remove, name="file-remove"),
    path("files/<uuid:file_id>/prepare-again/", evidence.file_prepare_again, name="file-prepare-again"),
    path("renditions/<uuid:rendition_id>/", evidence.rendition, name="rendition"),
    # The service worker stands at the top, so that it may answer for every page.
    path("sw.js", offline.service_worker, name="service-worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline, name="offline"),
    path("offline/session.json", offline.offline_session, name="offline-session"),
    path("offline/data.json", offline.offline_data, name="offline-data"),
    path("apprenticeships/<uuid:apprenticeship_id>/captures/", offline.captures, name="captures"),
]
