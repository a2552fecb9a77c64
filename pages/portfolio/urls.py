"""Addresses of a portfolio: coverage, evidence and its files."""

from django.urls import path

from pages.portfolio import file_pages, observing, piece, portfolio, uploads, versions
from pages.portfolio.evidence_form import evidence, mapping, writing
from pages.portfolio.progress import coverage, dashboard

urlpatterns = [
    path("apprenticeships/<uuid:apprenticeship_id>/", coverage.coverage, name="coverage"),
    path("apprenticeships/<uuid:apprenticeship_id>/progress/", dashboard.progress, name="progress"),
    path("apprenticeships/<uuid:apprenticeship_id>/progress.pdf", dashboard.progress_pdf, name="progress-pdf"),
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
    path("files/<uuid:file_id>/", evidence.file, name="file"),
    path("files/<uuid:file_id>/view/", file_pages.file_page, name="file-page"),
    path("files/<uuid:file_id>/markers/", file_pages.marker_add, name="marker-add"),
    path("files/<uuid:file_id>/transcript/", file_pages.transcript, name="transcript"),
    path("markers/<uuid:marker_id>/remove/", file_pages.marker_remove, name="marker-remove"),
    path("files/<uuid:file_id>/remove/", uploads.file_remove, name="file-remove"),
    path("files/<uuid:file_id>/prepare-again/", evidence.file_prepare_again, name="file-prepare-again"),
    path("renditions/<uuid:rendition_id>/", evidence.rendition, name="rendition"),
    path("evidence/<uuid:evidence_id>/", piece.evidence, name="evidence"),
    path("apprenticeships/<uuid:apprenticeship_id>/observe/", observing.observation_new, name="observation-new"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/observe/<uuid:evidence_id>/take-over/",
        observing.observation_take_over,
        name="observation-take-over",
    ),
    path("evidence/<uuid:evidence_id>/observation/", observing.observation, name="observation"),
    path("evidence/<uuid:evidence_id>/submit/", piece.evidence_submit, name="evidence-submit"),
    path("evidence/<uuid:evidence_id>/take-back/", piece.evidence_take_back, name="evidence-take-back"),
    path("evidence/<uuid:evidence_id>/versions/", versions.evidence_versions, name="evidence-versions"),
    path("apprenticeships/<uuid:apprenticeship_id>/evidence/print/", versions.portfolio_print, name="portfolio-print"),
]
