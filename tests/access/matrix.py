"""Who may do what, in one table: address and method against person. The tests are generated from it.

A cell is the HTTP status of the answer; `in` means: sent to sign in first. 302 after a POST means: done. Another
provider's people get 404 everywhere, as for things that do not exist.
"""

from tests.access import feeds, progress, quality, retention, scans

PEOPLE = [
    "anonymous",
    "apprentice",
    "second_apprentice",
    "assessor",
    "second_assessor",
    "former_assessor",
    "iqa",
    "viewer",
    "mentor",
    "admin",
    "other_admin",
    "other_assessor",
    "stranger",
    "keeper",
]

#: Only they and their mentor rate; what is kept is for admins; what is not released is for the provider’s people.
_RATED = {"pages:skills-scan-rate", "pages:skills-scan-keep", *retention.SUBJECTS, *quality.NOT_RELEASED}
#: What all people of the provider see, a trainer sees as a viewer does; hours they enter and confirm as the assessor.
_AS_VIEWER = {
    *_RATED,
    "pages:gateway-release",
    "pages:behaviours",
    "pages:sign-off-rules",
    "pages:sign-off-rules-history",
    "pages:acting",
    "pages:my-people",
    "pages:saved-view",
    "pages:saved-view-remove",
    "pages:saved-view-mail",
    "pages:saved-view-mail-end",
    "pages:sessions",
    "pages:session",
    "pages:document-withdraw",
    "pages:document-readers",
}
_AS_ASSESSOR = {
    "pages:hours",
    "pages:hours-confirm",
    "pages:hours-import",
    "pages:hours-entry",
    "pages:hours-remove",
    "pages:session-new",
    "pages:progress-review-plan",
    "pages:progress-review-rhythm",
    "pages:progress-review-write",
    "pages:progress-review-notes",
    "pages:progress-review-hold",
    "pages:progress-review-move",
    "pages:progress-review-cancel",
    "pages:attainment-new",
    "pages:document-add",
    "pages:document",
    "pages:document-open",
    "pages:attainment-undo",
    "pages:plan-draft",
    "pages:plan-item-drop",
    "pages:plan-offer",
    "pages:fewer-hours",
    "pages:skills-scan-ask",
    "pages:prior-learning",
    "pages:version-ask",
    "pages:version-decline",
}
#: What an auditor has that a mentor has not, and what a mentor has at an employer.
_AS_OVERSEER = {"pages:acting", "pages:sign-off-rules", "pages:sign-off-rules-history"}
#: Of a document that is for quality assurers, an auditor opens what a viewer does.
_FOR_QUALITY = {"pages:document", "pages:document-open", "pages:document-withdraw", "pages:document-readers"}
#: What was checked about the learners of their scope, an auditor reads as a viewer does.
_CHECKED = {"pages:quality", "pages:sample", "pages:finding-note", "pages:finding-correct"}
_NOT_OF_AUDITORS = {"pages:my-people", "pages:saved-views"}
#: Lists that hold what is in one's scope, perhaps nothing.
_LISTS = {
    "home",
    "pages:cohort",
    "pages:overview",
    "pages:heat-map",
    "pages:cohort-xlsx",
    "pages:cohort-csv",
    "pages:cohort-reports",
    "pages:progress-reviews",
    "pages:gateways",
    "pages:waiting",
    "pages:quality",
}
#: Who has no column, because their answers are those of somebody who has; and at which addresses of whom else.
ALIKE: dict[str, tuple[str, dict[str, set[str]]]] = {
    "trainer": ("mentor", {"viewer": _AS_VIEWER, "assessor": _AS_ASSESSOR}),
    "manager": ("viewer", {"iqa": {"pages:auditors", "pages:auditor", "pages:audit-pack"}}),
    # Of what is in their scope, an auditor sees what a mentor does; whatever else there is does not exist.
    "auditor": (
        "mentor",
        {
            "viewer": _AS_OVERSEER | _FOR_QUALITY | _CHECKED | _RATED | {"pages:gateway-release", "pages:behaviours"},
            "stranger": _NOT_OF_AUDITORS,
        },
    ),
    "auditor_elsewhere": (
        "stranger",
        {"viewer": _AS_OVERSEER | _LISTS, "mentor": {"pages:portfolio-import"}},
    ),
}
TABLE = (
    """
home                                     GET      in  302  302  302  302  200  302  302  302  302  302  302  200  302
account_login                            GET     200  302  302  302  302  302  302  302  302  302  302  302  302  302
account_logout                           GET     302  200  200  200  200  200  200  200  200  200  200  200  200  200
account_inactive                         GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
account_signup                           GET     200  302  302  302  302  302  302  302  302  302  302  302  302  302
account_reauthenticate                   GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
account_email                            GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
account_email_verification_sent          GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
account_change_password                  GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
account_set_password                     GET      in  302  302  302  302  302  302  302  302  302  302  302  302  302
account_reset_password                   GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
account_confirm_login_code               GET      in  302  302  302  302  302  302  302  302  302  302  302  302  302
account_confirm_email                    GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_from_key_done     GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_from_key          GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_done              GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
mfa_index                                GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
mfa_authenticate                         GET      in  302  302  302  302  302  302  302  302  302  302  302  302  302
mfa_reauthenticate                       GET      in  302  302  302  302  302  302  302  302  302  302  302  302  302
mfa_activate_totp                        GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
mfa_deactivate_totp                      GET      in  404  404  404  404  404  404  404  404  404  404  404  404  404
mfa_view_recovery_codes                  GET      in  404  404  404  404  404  404  404  404  404  404  404  404  404
mfa_generate_recovery_codes              GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
mfa_download_recovery_codes              GET      in  404  404  404  404  404  404  404  404  404  404  404  404  404
mfa_list_webauthn                        GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
mfa_add_webauthn                         GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
mfa_reauthenticate_webauthn              GET      in  302  302  302  302  302  302  302  302  302  302  302  302  302
mfa_remove_webauthn                      GET      in  404  404  404  404  404  404  404  404  404  404  404  404  404
mfa_edit_webauthn                        GET      in  404  404  404  404  404  404  404  404  404  404  404  404  404
mfa_login_webauthn                       GET      in  302  302  302  302  302  302  302  302  302  302  302  302  302
usersessions_list                        GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:profile                            GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:profile                            POST     in  302  302  302  302  302  302  302  302  302  302  302  302  302
pages:own-data                           GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:own-data                           POST     in  302  302  302  302  302  302  302  302  302  302  302  302  302
pages:in-use                             GET      in  204  204  204  204  204  204  204  204  204  204  204  204  204
pages:acting                             GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:acting                             POST     in  422  422  302  302  422  302  302  422  302  422  422  422  422
pages:people                             GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:invite                             GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:invite                             POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:auditors                           GET      in  404  404  404  404  404  200  404  404  200  200  404  404  404
pages:auditor-invite                     GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:auditor-invite                     POST     in  404  404  404  404  404  404  404  404  302  302  404  404  404
pages:auditor                            GET      in  404  404  404  404  404  200  404  404  200  404  404  404  404
pages:invitation-resend                  POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:invitation-revoke                  POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:membership-end                     GET      in  404  404  404  403  404  404  404  404  200  404  404  404  404
pages:membership-end                     POST     in  404  404  404  403  404  404  404  404  302  404  404  404  404
pages:invitation                         GET     404  404  404  404  404  404  404  404  404  404  404  404  404  404
pages:invitation                         POST    404  404  404  404  404  404  404  404  404  404  404  404  404  404
pages:standards                          GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:standard                           GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:import                             GET      in  403  403  403  403  403  403  403  403  200  200  403  403  200
pages:import                             POST     in  403  403  403  403  403  403  403  403  302  302  403  403  302
pages:import-preview                     GET      in  403  403  403  403  403  403  403  403  404  404  403  403  200
pages:import-confirm                     POST     in  404  404  404  404  404  404  404  404  404  404  404  404  302
pages:import-discard                     POST     in  404  404  404  404  404  404  404  404  404  404  404  404  302
pages:revisions                          GET      in  403  403  403  403  403  403  403  403  200  200  403  403  200
pages:revision                           GET      in  403  403  403  403  403  403  403  403  404  404  403  403  200
pages:revision-adopt                     POST     in  403  403  403  403  403  403  403  403  404  404  403  403  302
pages:keepers                            GET      in  404  404  404  404  404  404  404  404  404  404  404  404  200
pages:keepers                            POST     in  404  404  404  404  404  404  404  404  404  404  404  404  302
pages:keeper-end                         POST     in  404  404  404  404  404  404  404  404  404  404  404  404  302
pages:catalogue-record                   GET      in  404  404  404  404  404  404  404  404  404  404  404  404  200
pages:compare                            GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:favourite                          POST     in  302  302  302  302  302  302  302  302  302  302  302  302  302
pages:duty                               GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:duty-lens                          GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:duty-lens                          POST     in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:progression                        GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:carries-over                       GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:enrol                              GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:enrol                              POST     in  404  404  404  404  404  404  404  404  302  302  404  404  404
pages:coverage                           GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:progress                           GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:progress-pdf                       POST     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:learners-import                    GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:learners-import                    POST     in  404  404  404  404  404  404  404  404  302  302  404  404  404
pages:learners-import-template           GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:learners-import-preview            GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:learners-import-confirm            POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:learners-import-discard            POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:enrolments-undone                  GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:enrolment                          GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:enrolment                          POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:enrolment-undo                     GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:enrolment-undo                     POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:enrolment-restore               GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:enrolment-restore               POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:assign                             GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:assign                             POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:assignment-undo                    GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:assignment-undo                    POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:cover-end                          POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:changes                            GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:change                             GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:change                             POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:plan-cancel                        GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:plan-cancel                        POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:change-undo                        GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:change-undo                        POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:evidence-list                      GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:evidence-new                       GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-new                       POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-edit                      GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-edit                      POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-discard                   POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-restore                   POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-showcase                  POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:version-bring-back                 POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:uploads                            GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:uploads                            POST     in  201  404  404  404  404  404  404  404  404  404  404  404  404
pages:upload                             GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:upload                             HEAD     in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:upload                             PATCH    in  204  404  404  404  404  404  404  404  404  404  404  404  404
pages:upload                             DELETE   in  204  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-files                     GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:autosave                           GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:autosave                           POST     in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-prompts                   POST     in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-duties                    POST     in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:grid                               GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:grid                               POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:suggestions                        GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:suggestion-answer                  POST     in  204  404  404  404  404  404  404  404  404  404  404  404  404
pages:claim                              POST     in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:preview                            POST     in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:policy                             GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:policy                             POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:competences                        GET     in  403  403  403  403  403  200  200  403  200  200  403  403  403
pages:competences                        POST    in  403  403  403  403  403  403  403  403  302  422  403  403  403
pages:competence-undo                    GET     in  403  403  403  403  403  403  403  403  200  404  403  403  403
pages:competence-undo                    POST    in  403  403  403  403  403  403  403  403  302  404  403  403  403
pages:countersignings                    GET     in  404  404  200  200  404  404  404  404  404  404  200  404  404
pages:countersign                        GET     in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:countersign                        POST    in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:sign-off-rules                     GET     in  403  403  200  200  403  200  200  403  200  200  200  403  403
pages:sign-off-rules-history             GET     in  403  403  200  200  403  200  200  403  200  200  200  403  403
pages:sign-off-rule-change               GET     in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:sign-off-rule-change               POST    in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:sign-off-outcomes                  GET     in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:sign-off-outcomes                  POST    in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:sign-off-rule-undo                 GET     in  403  403  403  403  403  403  403  403  200  404  403  403  403
pages:sign-off-rule-undo                 POST    in  403  403  403  403  403  403  403  403  302  404  403  403  403
pages:evidence-rules                     GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:evidence-rules                     POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:prompts                            GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:prompts                            POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:prompts-reset                      POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:file                               GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:file-page                          GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:marker-add                         POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:marker-remove                      POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:transcript                         POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:file-remove                        POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:file-prepare-again                 POST     in  302  404  403  404  404  403  403  403  302  404  404  404  404
pages:rendition                          GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:failed-jobs                        GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:job-retry                          POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:service-worker                     GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:manifest                           GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:offline                            GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:offline-session                    GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:offline-data                       GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:captures                           POST     in  415  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence                           GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:evidence-submit                    GET      in  200  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-submit                    POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-take-back                 POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:evidence-versions                  GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:portfolio-print                    GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:queue                              GET      in  404  404  200  200  404  200  200  404  200  200  200  404  404
pages:reviews-send                       POST     in  404  404  302  302  404  404  404  404  404  404  302  404  404
pages:review                             GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:review-start                       POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:review-words                       GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:review-words                       POST     in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:decision-correct                   GET      in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:decision-correct                   POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:review-finish                      POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:review-put-off                     POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:review-add                         GET      in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:review-add                         POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:review-drop                        POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:review-comments                    GET      in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:voice                              GET      in  404  404  200  404  404  404  404  404  404  404  404  404  404
pages:voice                              POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:comments                           GET      in  404  404  200  200  404  200  404  404  200  200  200  404  404
pages:comments                           POST     in  404  404  302  302  404  302  404  404  302  302  302  404  404
pages:comment                            GET      in  404  404  200  404  404  404  404  404  404  404  404  404  404
pages:comment                            POST     in  404  404  302  404  404  404  404  404  404  404  404  404  404
pages:comment-share                      POST     in  404  404  302  404  404  404  404  404  404  404  404  404  404
pages:comment-remove                     POST     in  404  404  302  404  404  404  404  404  404  404  404  404  404
pages:review-take-up                     POST     in  302  404  302  404  404  302  302  302  302  404  404  404  404
pages:review-undo                        POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:review-send                        POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:review-discard                     POST     in  404  404  302  404  404  404  404  404  404  404  404  404  404
pages:elsewhere                          GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:ksb                                GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:sign-offs                          GET      in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:sign-offs                          POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:sign-off                           POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:sign-off-withdraw                  GET      in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:sign-off-withdraw                  POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:wording-confirm                    POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:history                            GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:ksb-past                           GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:option                             GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:option                             POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:transition                         GET      in  404  404  404  404  404  404  404  404  200  200  404  404  404
pages:transition                         POST     in  404  404  404  404  404  404  404  404  302  422  404  404  404
pages:transition-act                     GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:transition-undo                    POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:ask-testimony                      GET      in  200  404  200  404  404  403  403  403  403  404  404  404  404
pages:ask-testimony                      POST     in  302  404  302  404  404  403  403  403  403  404  404  404  404
pages:ask-employer                       GET      in  403  404  200  404  404  403  403  403  200  404  404  404  404
pages:ask-employer                       POST     in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:behaviours                         GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:behaviours                         POST    in  403  404  403  404  404  403  403  302  403  404  404  404  404
pages:verification                       GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:verification-resend                POST     in  302  404  302  404  404  403  403  403  302  404  404  404  404
pages:verification-withdraw              POST     in  302  404  302  404  404  403  403  403  302  404  404  404  404
pages:quality                            GET     in  404  404  200  200  404  200  200  404  200  200  200  404  404
pages:sampling-plans                     GET     in  404  404  404  404  404  200  200  404  200  200  404  404  404
pages:sampling-plan-new                  GET     in  403  403  403  403  403  200  403  403  403  403  403  403  403
pages:sampling-plan-new                  POST    in  403  403  403  403  403  302  403  403  403  403  403  403  403
pages:sampling-plan                      GET     in  404  404  404  404  404  200  200  404  200  404  404  404  404
pages:sampling-plan-withdraw             GET     in  404  404  404  404  404  200  403  404  403  404  404  404  404
pages:sampling-plan-withdraw             POST    in  404  404  404  404  404  302  403  404  403  404  404  404  404
pages:sample-add                         GET     in  404  404  404  404  404  200  403  404  403  404  404  404  404
pages:sample-add                         POST    in  404  404  404  404  404  302  403  404  403  404  404  404  404
pages:sample                             GET     in  404  404  404  404  404  200  200  404  200  404  404  404  404
pages:sample                             POST    in  404  404  404  404  404  302  403  404  403  404  404  404  404
pages:finding-correct                    GET     in  404  404  403  404  404  200  403  404  403  404  404  404  404
pages:finding-correct                    POST    in  404  404  403  404  404  302  403  404  403  404  404  404  404
pages:finding-note                       POST    in  404  404  403  404  404  302  403  404  403  404  404  404  404
pages:reopening-undo                     GET     in  403  404  403  404  404  200  403  403  403  404  404  404  404
pages:reopening-undo                     POST    in  403  404  403  404  404  302  403  403  403  404  404  404  404
pages:flag                               GET     in  404  404  200  404  404  200  200  404  200  404  404  404  404
pages:flag                               POST    in  404  404  302  404  404  302  403  404  403  404  404  404  404
pages:investigate                        GET     in  404  404  200  404  404  200  403  403  403  404  404  404  404
pages:investigate                        POST    in  404  404  302  404  404  302  403  403  403  404  404  404  404
pages:investigations                     GET     in  404  404  200  200  404  200  200  404  200  200  200  404  404
pages:investigation                      GET     in  404  404  200  404  404  200  200  404  200  404  404  404  404
pages:investigation-close                POST    in  404  404  403  404  404  302  403  404  403  404  404  404  404
pages:file-hide                          GET     in  404  404  200  404  404  200  404  404  200  404  404  404  404
pages:file-hide                          POST    in  404  404  302  404  404  302  404  404  302  404  404  404  404
pages:files-to-hide                      GET     in  404  404  200  404  404  200  404  404  200  404  404  404  404
pages:hidden-files                       GET     in  404  404  200  200  404  200  404  404  200  200  200  404  404
pages:hidden-file                        GET     in  404  404  200  404  404  200  404  404  200  404  404  404  404
pages:hidden-file-ask                    POST    in  404  404  403  404  404  302  404  404  302  404  404  404  404
pages:hidden-file-answer                 POST    in  404  404  403  404  404  403  404  404  302  404  404  404  404
pages:appeal-decision                    GET     in  200  404  403  404  404  403  403  403  403  404  404  404  404
pages:appeal-decision                    POST    in  302  404  403  404  404  403  403  403  403  404  404  404  404
pages:appeal-withdrawal                  GET     in  200  404  403  404  404  403  403  403  403  404  404  404  404
pages:appeal-withdrawal                  POST    in  302  404  403  404  404  403  403  403  403  404  404  404  404
pages:appeal                             GET     in  200  404  200  404  404  200  200  404  200  404  404  404  404
pages:appeal-answer                      POST    in  403  404  403  404  404  302  403  404  403  404  404  404  404
pages:appeal-take-back                   POST    in  302  404  403  404  404  403  403  404  403  404  404  404  404
pages:conflicts                          GET     in  404  404  200  200  404  200  200  404  200  200  200  404  404
pages:conflict-new                       GET     in  403  404  200  404  404  200  403  403  200  404  404  404  404
pages:conflict-new                       POST    in  403  404  302  404  404  422  403  403  302  404  404  404  404
pages:conflict-end                       GET     in  404  404  403  404  404  200  403  404  200  404  404  404  404
pages:conflict-end                       POST    in  404  404  403  404  404  302  403  404  302  404  404  404  404
pages:standardisations                   GET     in  404  404  200  200  404  200  200  404  200  200  200  404  404
pages:standardisation-new                GET     in  403  403  403  403  403  200  403  403  403  403  403  403  403
pages:standardisation-new                POST    in  403  403  403  403  403  302  403  403  403  403  403  403  403
pages:standardisation                    GET     in  404  404  200  404  404  200  200  404  200  404  404  404  404
pages:standardisation-correct            GET     in  404  404  403  404  404  200  403  404  403  404  404  404  404
pages:standardisation-correct            POST    in  404  404  403  404  404  302  403  404  403  404  404  404  404
pages:standardisation-note               POST    in  404  404  302  404  404  302  403  404  403  404  404  404  404
pages:observation-new                    GET     in  403  404  200  404  404  403  403  403  403  404  404  404  404
pages:observation-new                    POST    in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:observation-take-over              POST    in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:observation                        GET     in  404  404  200  404  404  404  404  404  404  404  404  404  404
pages:observation                        POST    in  404  404  302  404  404  404  404  404  404  404  404  404  404
pages:learner-file                       GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:document-add                       GET      in  200  404  200  404  404  403  403  403  200  404  404  404  404
pages:document-add                       POST     in  422  404  422  404  404  403  403  403  422  404  404  404  404
pages:document                           GET      in  200  404  200  404  404  200  200  404  200  404  404  404  404
pages:document-open                      GET      in  200  404  200  404  404  200  200  404  200  404  404  404  404
pages:document-withdraw                  POST     in  403  404  302  404  404  403  403  404  302  404  404  404  404
pages:document-readers                   POST     in  403  404  302  404  404  403  403  404  302  404  404  404  404
pages:learning-support                   GET      in  200  404  200  404  404  404  404  404  200  404  404  404  404
pages:learning-support                   POST     in  403  404  302  404  404  404  404  404  403  404  404  404  404
pages:audit-pack                         GET      in  404  404  404  404  404  200  404  404  200  404  404  404  404
pages:audit-pack                         POST     in  404  404  404  404  404  302  404  404  302  404  404  404  404
pages:hours                              GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:hours                              POST     in  302  404  302  404  404  403  403  403  403  404  404  404  404
pages:hours-confirm                      POST     in  403  404  302  404  404  403  403  403  403  404  404  404  404
pages:hours-import                       GET      in  200  404  200  404  404  404  404  404  200  404  404  404  404
pages:hours-import                       POST     in  302  404  302  404  404  404  404  404  302  404  404  404  404
pages:hours-csv                          POST     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:hours-entry                        GET      in  200  404  200  404  404  404  404  404  200  404  404  404  404
pages:hours-entry                        POST     in  302  404  302  404  404  404  404  404  302  404  404  404  404
pages:hours-remove                       POST     in  302  404  302  404  404  404  404  404  302  404  404  404  404
pages:sessions                           GET      in  404  404  200  200  404  200  200  404  200  200  200  404  404
pages:session-new                        GET      in  404  404  200  200  404  404  404  404  404  404  200  404  404
pages:session-new                        POST     in  404  404  302  422  404  404  404  404  404  404  422  404  404
pages:session                            GET      in  404  404  200  200  404  200  200  404  200  404  404  404  404
pages:attendance                         GET      in  404  404  200  404  404  404  404  404  200  404  404  404  404
pages:attendance                         POST     in  404  404  302  404  404  404  404  404  302  404  404  404  404
pages:employer-contacts                  GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:employer-contacts                  POST     in  403  403  403  403  403  403  403  403  302  422  403  403  403
pages:employer-contact-remove            POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:pack                               GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:pack-pieces                        POST     in  302  404  302  404  404  403  403  403  403  404  404  404  404
pages:pack-ask                           POST     in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:export-download                    GET      in  404  404  200  404  404  404  404  404  404  404  404  404  404
pages:export-progress                    GET      in  404  404  200  404  404  404  404  404  404  404  404  404  404
pages:export-delete                      POST     in  404  404  302  404  404  404  404  404  404  404  404  404  404
pages:exports                            GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:cohort-reports                     POST     in  404  404  302  302  404  302  302  302  302  302  302  404  404
pages:portfolio                          GET      in  200  404  403  404  404  403  403  403  403  404  404  404  404
pages:portfolio                          POST     in  302  404  403  404  404  403  403  403  403  404  404  404  404
pages:portfolio-import                   GET      in  404  404  403  403  404  403  403  403  200  200  403  404  404
pages:portfolio-import                   POST     in  404  404  403  403  404  403  403  403  422  422  403  404  404
pages:portfolio-arrival                  GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:portfolio-arrival                  POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:portfolio-arrival-progress         GET      in  404  404  404  404  404  404  404  404  200  404  404  404  404
pages:portfolio-arrival-drop             POST     in  404  404  404  404  404  404  404  404  302  404  404  404  404
pages:external                           GET      in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:external                           POST     in  403  404  403  404  404  403  403  403  302  404  404  404  404
pages:external-take-out                  GET      in  403  404  403  404  404  200  403  403  200  404  404  404  404
pages:external-take-out                  POST     in  403  404  403  404  404  302  403  403  302  404  404  404  404
pages:pack-keys                          GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:plan-rules                         GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:plan-rules-edit                    GET      in  403  403  403  403  403  403  403  403  200  200  403  403  403
pages:plan-rules-edit                    POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:link                               GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:link-start                         POST    302  302  302  302  302  302  302  302  302  302  302  302  302  302
pages:link-sign                          POST    302  403  302  403  302  302  302  302  302  302  302  302  302  302
pages:link-later                         POST    302  302  302  302  302  302  302  302  302  302  302  302  302  302
pages:link-decline                       POST    302  403  302  403  302  302  302  302  302  302  302  302  302  302
pages:link-pass-on                       POST    302  403  302  403  302  302  302  302  302  302  302  302  302  302
pages:link-file                          GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:link-done                          GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:receipt                            GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:receipt-not-me                     POST    302  302  302  302  302  302  302  302  302  302  302  302  302  302
pages:notices                            GET       in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:notices-read                       POST     in  302  302  302  302  302  302  302  302  302  302  302  302  302
pages:notices-emails                     GET       in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:notices-emails                     POST     in  302  302  302  302  302  302  302  302  302  302  302  302  302
pages:notice-open                        POST     in  302  404  404  404  404  404  404  404  404  404  404  404  404
pages:notices-stop                       GET      200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:notices-stop                       POST     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:waiting                            GET      in  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:waiting-give                       POST     in  403  403  403  403  403  403  403  403  302  422  403  403  403
pages:cohort                             GET      in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:overview                           GET      in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:heat-map                           GET      in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:pace-rule                          GET      in  403  403  403  403  403  200  200  403  200  200  403  403  403
pages:pace-rule                          POST     in  403  403  403  403  403  403  403  403  302  302  403  403  403
pages:cohort-xlsx                        POST     in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:caseload                           GET      in  404  404  200  200  404  404  404  404  404  404  200  404  404
pages:my-people                          GET      in  404  404  404  404  404  404  404  200  404  404  404  404  404
pages:saved-views                        GET      in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:saved-views                        POST     in  404  404  302  302  404  302  302  302  302  302  302  404  404
pages:saved-view                         GET      in  404  404  200  200  404  200  200  404  200  404  404  404  404
pages:saved-view-remove                  POST     in  404  404  302  403  404  403  403  404  302  404  404  404  404
pages:cohort-csv                         POST     in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:record                             GET      in  404  404  404  404  404  200  200  404  200  200  404  404  404
health-live                              GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
health-ready                             GET     200  200  200  200  200  200  200  200  200  200  200  200  200  200
pages:own-hours                          GET      in  302  302  404  404  404  404  404  404  404  404  404  404  404
pages:gateways                           GET     in  404  404  200  200  404  200  200  200  200  200  200  404  404
pages:gateway                            GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:gateway-open                       POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:gateway-release                    POST    in  302  404  302  404  404  403  403  302  302  404  404  404  404
pages:gateway-return                     POST    in  403  404  403  404  404  403  403  403  302  404  404  404  404
pages:assessment-result                  GET     in  403  404  403  404  404  403  403  403  200  404  404  404  404
pages:assessment-result                  POST    in  403  404  403  404  404  403  403  403  302  404  404  404  404
pages:assessment-result-correct          GET     in  403  404  403  404  404  403  403  403  200  404  404  404  404
pages:assessment-result-correct          POST    in  403  404  403  404  404  403  403  403  302  404  404  404  404
pages:attainments                        GET     in  200  404  200  404  404  200  200  200  200  404  404  404  404
pages:attainment-new                     GET     in  403  404  200  404  404  403  403  403  200  404  404  404  404
pages:attainment-new                     POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
pages:attainment-undo                    GET     in  403  404  200  404  404  403  403  403  200  404  404  404  404
pages:attainment-undo                    POST    in  403  404  302  404  404  403  403  403  302  404  404  404  404
"""
    + feeds.TABLE
    + progress.TABLE
    + quality.TABLE_OF_RESULTS
    + retention.TABLE
    + scans.TABLE
)
