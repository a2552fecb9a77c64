"""Addresses about people. Those of sign-in itself are django-allauth's, under /account/."""

from django.urls import path

from pages.people import auditors, changes, corrections, enrolment, learner_imports, views

urlpatterns = [
    path("account/profile/", views.profile, name="profile"),
    path("account/in-use/", views.in_use, name="in-use"),
    path("account/acting/", views.acting, name="acting"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/auditors/", auditors.auditors, name="auditors"),
    path("people/auditors/invite/", auditors.auditor_invite, name="auditor-invite"),
    path("people/auditors/<uuid:invitation_id>/", auditors.auditor, name="auditor"),
    path("people/invitations/<uuid:invitation_id>/resend/", views.invitation_resend, name="invitation-resend"),
    path("people/invitations/<uuid:invitation_id>/revoke/", views.invitation_revoke, name="invitation-revoke"),
    path("people/memberships/<uuid:membership_id>/end/", views.membership_end, name="membership-end"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("apprenticeships/enrol/", enrolment.enrol, name="enrol"),
    path("learners/import/", learner_imports.learners_import, name="learners-import"),
    path(
        "learners/import/template.<slug:ending>",
        learner_imports.learners_import_template,
        name="learners-import-template",
    ),
    path("learners/import/<uuid:import_id>/", learner_imports.learners_import_preview, name="learners-import-preview"),
    path(
        "learners/import/<uuid:import_id>/confirm/",
        learner_imports.learners_import_confirm,
        name="learners-import-confirm",
    ),
    path(
        "learners/import/<uuid:import_id>/discard/",
        learner_imports.learners_import_discard,
        name="learners-import-discard",
    ),
    path("apprenticeships/undone/", corrections.undone, name="enrolments-undone"),
    path("apprenticeships/<uuid:apprenticeship_id>/enrolment/", corrections.enrolment, name="enrolment"),
    path("apprenticeships/<uuid:apprenticeship_id>/enrolment/undo/", corrections.enrolment_undo, name="enrolment-undo"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/enrolment/restore/",
        corrections.restore,
        name="enrolment-restore",
    ),
    path("apprenticeships/<uuid:apprenticeship_id>/changes/", changes.changes, name="changes"),
    path("apprenticeships/<uuid:apprenticeship_id>/changes/<slug:kind>/", changes.change, name="change"),
    path("changes/planned/<uuid:plan_id>/cancel/", changes.plan_cancel, name="plan-cancel"),
    path("changes/<uuid:change_id>/undo/", changes.change_undo, name="change-undo"),
    path("apprenticeships/<uuid:apprenticeship_id>/assign/", enrolment.assign, name="assign"),
    path("apprenticeships/assignments/<uuid:change_id>/undo/", enrolment.assignment_undo, name="assignment-undo"),
    path("apprenticeships/<uuid:apprenticeship_id>/cover/<uuid:person_id>/end/", enrolment.cover_end, name="cover-end"),
]
