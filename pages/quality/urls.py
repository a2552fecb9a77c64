"""Addresses of internal quality assurance."""

from django.urls import path

from pages.quality import appeals, checking, conflicts, hiding, home, likeness, plans, standardising

urlpatterns = [
    path("quality/", home.quality, name="quality"),
    path("quality/plans/", plans.sampling_plans, name="sampling-plans"),
    path("quality/plans/new/", plans.sampling_plan_new, name="sampling-plan-new"),
    path("quality/plans/<uuid:plan_id>/", plans.sampling_plan, name="sampling-plan"),
    path("quality/plans/<uuid:plan_id>/withdraw/", plans.sampling_plan_withdraw, name="sampling-plan-withdraw"),
    path("quality/plans/<uuid:plan_id>/add/<uuid:added_id>/", plans.sample_add, name="sample-add"),
    path("quality/samples/<uuid:sample_id>/", checking.sample, name="sample"),
    path("quality/findings/<uuid:finding_id>/correct/", checking.finding_correct, name="finding-correct"),
    path("quality/findings/<uuid:finding_id>/note/", checking.finding_note, name="finding-note"),
    path("quality/conflicts/", conflicts.conflicts, name="conflicts"),
    path("quality/conflicts/<uuid:conflict_id>/end/", conflicts.conflict_end, name="conflict-end"),
    path("learners/<uuid:apprenticeship_id>/conflict/", conflicts.conflict_new, name="conflict-new"),
    path("quality/standardisation/", standardising.standardisations, name="standardisations"),
    path("quality/standardisation/new/", standardising.standardisation_new, name="standardisation-new"),
    path("quality/standardisation/<uuid:record_id>/", standardising.standardisation, name="standardisation"),
    path(
        "quality/standardisation/<uuid:record_id>/correct/",
        standardising.standardisation_correct,
        name="standardisation-correct",
    ),
    path(
        "quality/standardisation/actions/<uuid:action_id>/note/",
        standardising.standardisation_note,
        name="standardisation-note",
    ),
    path("decisions/<uuid:decision_id>/appeal/", appeals.appeal_decision, name="appeal-decision"),
    path("withdrawals/<uuid:withdrawal_id>/appeal/", appeals.appeal_withdrawal, name="appeal-withdrawal"),
    path("appeals/<uuid:appeal_id>/", appeals.appeal, name="appeal"),
    path("appeals/<uuid:appeal_id>/answer/", appeals.appeal_answer, name="appeal-answer"),
    path("appeals/<uuid:appeal_id>/take-back/", appeals.appeal_take_back, name="appeal-take-back"),
    path("flags/<uuid:flag_id>/", likeness.flag, name="flag"),
    path("submissions/<uuid:submission_id>/investigate/", likeness.submission_investigate, name="investigate"),
    path("quality/investigations/", likeness.investigations, name="investigations"),
    path("investigations/<uuid:investigation_id>/", likeness.investigation, name="investigation"),
    path("investigations/<uuid:investigation_id>/close/", likeness.investigation_close, name="investigation-close"),
    path("files/<uuid:file_id>/hide/", hiding.file_hide, name="file-hide"),
    path("apprenticeships/<uuid:apprenticeship_id>/files/", hiding.files_to_hide, name="files-to-hide"),
    path("quality/hidden/", hiding.hidden_files, name="hidden-files"),
    path("quality/hidden/<uuid:quarantine_id>/", hiding.hidden_file, name="hidden-file"),
    path("quality/hidden/<uuid:quarantine_id>/ask/", hiding.hidden_file_ask, name="hidden-file-ask"),
    path("quality/hidden/<uuid:quarantine_id>/answer/", hiding.hidden_file_answer, name="hidden-file-answer"),
    path("quality/reopenings/<uuid:reopening_id>/undo/", checking.reopening_undo, name="reopening-undo"),
]
