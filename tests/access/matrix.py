"""Who may do what, in one table: address and method against person. The tests are generated from it.

A cell is the HTTP status of the answer; `in` means: sent to sign in first. 302 after a POST means: done. Another
provider's people get 404 everywhere, as for things that do not exist.
"""

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
]

TABLE = """
home                                     GET     in  302  302  302  302  200  302  302  302  302  302  302  200
account_login                            GET    200  302  302  302  302  302  302  302  302  302  302  302  302
account_logout                           GET    302  200  200  200  200  200  200  200  200  200  200  200  200
account_inactive                         GET    200  200  200  200  200  200  200  200  200  200  200  200  200
account_signup                           GET    200  302  302  302  302  302  302  302  302  302  302  302  302
account_reauthenticate                   GET     in  200  200  200  200  200  200  200  200  200  200  200  200
account_email                            GET     in  200  200  200  200  200  200  200  200  200  200  200  200
account_email_verification_sent          GET    200  200  200  200  200  200  200  200  200  200  200  200  200
account_change_password                  GET     in  200  200  200  200  200  200  200  200  200  200  200  200
account_set_password                     GET     in  302  302  302  302  302  302  302  302  302  302  302  302
account_reset_password                   GET    200  200  200  200  200  200  200  200  200  200  200  200  200
account_confirm_login_code               GET     in  302  302  302  302  302  302  302  302  302  302  302  302
account_confirm_email                    GET    200  200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_from_key_done     GET    200  200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_from_key          GET    200  200  200  200  200  200  200  200  200  200  200  200  200
account_reset_password_done              GET    200  200  200  200  200  200  200  200  200  200  200  200  200
mfa_index                                GET     in  200  200  200  200  200  200  200  200  200  200  200  200
mfa_authenticate                         GET     in  302  302  302  302  302  302  302  302  302  302  302  302
mfa_reauthenticate                       GET     in  302  302  302  302  302  302  302  302  302  302  302  302
mfa_activate_totp                        GET     in  200  200  200  200  200  200  200  200  200  200  200  200
mfa_deactivate_totp                      GET     in  404  404  404  404  404  404  404  404  404  404  404  404
mfa_view_recovery_codes                  GET     in  404  404  404  404  404  404  404  404  404  404  404  404
mfa_generate_recovery_codes              GET     in  200  200  200  200  200  200  200  200  200  200  200  200
mfa_download_recovery_codes              GET     in  404  404  404  404  404  404  404  404  404  404  404  404
mfa_list_webauthn                        GET     in  200  200  200  200  200  200  200  200  200  200  200  200
mfa_add_webauthn                         GET     in  200  200  200  200  200  200  200  200  200  200  200  200
mfa_reauthenticate_webauthn              GET     in  302  302  302  302  302  302  302  302  302  302  302  302
mfa_remove_webauthn                      GET     in  404  404  404  404  404  404  404  404  404  404  404  404
mfa_edit_webauthn                        GET     in  404  404  404  404  404  404  404  404  404  404  404  404
mfa_login_webauthn                       GET     in  302  302  302  302  302  302  302  302  302  302  302  302
usersessions_list                        GET     in  200  200  200  200  200  200  200  200  200  200  200  200
accounts:profile                         GET     in  200  200  200  200  200  200  200  200  200  200  200  200
accounts:profile                         POST    in  302  302  302  302  302  302  302  302  302  302  302  302
accounts:acting                          GET     in  200  200  200  200  200  200  200  200  200  200  200  200
accounts:acting                          POST    in  422  422  302  302  422  302  302  422  302  422  422  422
accounts:people                          GET     in  403  403  403  403  403  403  403  403  200  200  403  403
accounts:invite                          GET     in  403  403  403  403  403  403  403  403  200  200  403  403
accounts:invite                          POST    in  403  403  403  403  403  403  403  403  302  302  403  403
accounts:invitation-resend               POST    in  404  404  404  404  404  404  404  404  302  404  404  404
accounts:invitation-revoke               POST    in  404  404  404  404  404  404  404  404  302  404  404  404
accounts:membership-end                  POST    in  404  404  404  403  404  404  404  404  302  404  404  404
accounts:invitation                      GET    404  404  404  404  404  404  404  404  404  404  404  404  404
accounts:invitation                      POST   404  404  404  404  404  404  404  404  404  404  404  404  404
occupations:standards                    GET     in  200  200  200  200  200  200  200  200  200  200  200  200
occupations:standard                     GET     in  200  200  200  200  200  200  200  200  200  200  200  200
occupations:import                       GET     in  403  403  403  403  403  403  403  403  200  200  403  403
occupations:import                       POST    in  403  403  403  403  403  403  403  403  302  302  403  403
occupations:import-preview               GET     in  403  403  403  403  403  403  403  403  200  404  403  403
occupations:import-confirm               POST    in  404  404  404  404  404  404  404  404  302  404  404  404
occupations:import-discard               POST    in  404  404  404  404  404  404  404  404  302  404  404  404
occupations:revisions                    GET     in  403  403  403  403  403  403  403  403  200  200  403  403
occupations:revision                     GET     in  403  403  403  403  403  403  403  403  200  200  403  403
occupations:revision-adopt               POST    in  403  403  403  403  403  403  403  403  302  302  403  403
occupations:compare                      GET     in  200  200  200  200  200  200  200  200  200  200  200  200
occupations:favourite                    POST    in  302  302  302  302  302  302  302  302  302  302  302  302
occupations:duty                         GET     in  200  200  200  200  200  200  200  200  200  200  200  200
occupations:duty-lens                    GET     in  200  200  200  200  200  200  200  200  200  200  200  200
occupations:duty-lens                    POST    in  200  200  200  200  200  200  200  200  200  200  200  200
occupations:progression                  GET     in  200  200  200  200  200  200  200  200  200  200  200  200
occupations:carries-over                 GET     in  200  200  200  200  200  200  200  200  200  200  200  200
portfolios:enrol                         GET     in  404  404  404  404  404  404  404  404  200  200  404  404
portfolios:enrol                         POST    in  404  404  404  404  404  404  404  404  302  302  404  404
portfolios:coverage                      GET     in  200  404  200  404  404  200  200  200  200  404  404  404
portfolios:assign                        GET     in  404  404  404  404  404  404  404  404  200  404  404  404
portfolios:assign                        POST    in  404  404  404  404  404  404  404  404  302  404  404  404
portfolios:evidence-list                 GET     in  200  404  200  404  404  200  200  200  200  404  404  404
portfolios:evidence-new                  GET     in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-new                  POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-edit                 GET     in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-edit                 POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-discard              POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-restore              POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-showcase             POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:version-bring-back            POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:uploads                       GET     in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:uploads                       POST    in  201  404  404  404  404  404  404  404  404  404  404  404
portfolios:upload                        GET     in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:upload                        HEAD    in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:upload                        PATCH   in  204  404  404  404  404  404  404  404  404  404  404  404
portfolios:upload                        DELETE  in  204  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-files                GET     in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:autosave                      GET     in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:autosave                      POST    in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-prompts              POST    in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:evidence-duties               POST    in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:grid                          GET     in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:grid                          POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:suggestions                   GET     in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:suggestion-answer             POST    in  204  404  404  404  404  404  404  404  404  404  404  404
portfolios:claim                         POST    in  200  404  404  404  404  404  404  404  404  404  404  404
portfolios:preview                       POST    in  200  200  200  200  200  200  200  200  200  200  200  200
portfolios:policy                        GET     in  403  403  403  403  403  403  403  403  200  200  403  403
portfolios:policy                        POST    in  403  403  403  403  403  403  403  403  302  302  403  403
portfolios:prompts                       GET     in  403  403  403  403  403  403  403  403  200  200  403  403
portfolios:prompts                       POST    in  403  403  403  403  403  403  403  403  302  302  403  403
portfolios:prompts-reset                 POST    in  403  403  403  403  403  403  403  403  302  302  403  403
portfolios:file                          GET     in  200  404  200  404  404  200  200  200  200  404  404  404
portfolios:file-page                     GET     in  200  404  200  404  404  200  200  200  200  404  404  404
portfolios:marker-add                    POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:marker-remove                 POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:transcript                    POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:file-remove                   POST    in  302  404  404  404  404  404  404  404  404  404  404  404
portfolios:file-prepare-again            POST    in  302  404  403  404  404  403  403  403  302  404  404  404
portfolios:rendition                     GET     in  200  404  200  404  404  200  200  200  200  404  404  404
jobs:failed                              GET     in  404  404  404  404  404  404  404  404  200  200  404  404
jobs:retry                               POST    in  404  404  404  404  404  404  404  404  302  404  404  404
portfolios:service-worker                GET    200  200  200  200  200  200  200  200  200  200  200  200  200
portfolios:manifest                      GET    200  200  200  200  200  200  200  200  200  200  200  200  200
portfolios:offline                       GET    200  200  200  200  200  200  200  200  200  200  200  200  200
portfolios:offline-session               GET     in  200  200  200  200  200  200  200  200  200  200  200  200
portfolios:offline-data                  GET     in  200  200  200  200  200  200  200  200  200  200  200  200
portfolios:captures                      POST    in  422  404  404  404  404  404  404  404  404  404  404  404
assessments:evidence                     GET     in  200  404  200  404  404  200  200  200  200  404  404  404
assessments:evidence-submit              GET     in  200  404  404  404  404  404  404  404  404  404  404  404
assessments:evidence-submit              POST    in  302  404  404  404  404  404  404  404  404  404  404  404
assessments:evidence-take-back           POST    in  302  404  404  404  404  404  404  404  404  404  404  404
assessments:evidence-versions            GET     in  200  404  200  404  404  200  200  200  200  404  404  404
assessments:portfolio-print              GET     in  200  404  200  404  404  200  200  200  200  404  404  404
assessments:queue                        GET     in  404  404  200  200  404  200  200  404  200  200  200  404
assessments:review                       GET     in  200  404  200  404  404  200  200  200  200  404  404  404
assessments:review-start                 POST    in  403  404  302  404  404  403  403  403  403  404  404  404
assessments:review-finish                POST    in  403  404  302  404  404  403  403  403  403  404  404  404
assessments:elsewhere                    GET     in  200  404  200  404  404  200  200  200  200  404  404  404
assessments:ksb                          GET     in  200  404  200  404  404  200  200  200  200  404  404  404
assessments:sign-off                     POST    in  403  404  302  404  404  403  403  403  403  404  404  404
assessments:sign-off-withdraw            GET     in  403  404  200  404  404  403  403  403  403  404  404  404
assessments:sign-off-withdraw            POST    in  403  404  302  404  404  403  403  403  403  404  404  404
assessments:wording-confirm              POST    in  403  404  302  404  404  403  403  403  403  404  404  404
assessments:history                      GET     in  200  404  200  404  404  200  200  200  200  404  404  404
assessments:ksb-past                     GET     in  200  404  200  404  404  200  200  200  200  404  404  404
assessments:option                       GET     in  404  404  404  404  404  404  404  404  200  404  404  404
assessments:option                       POST    in  404  404  404  404  404  404  404  404  302  404  404  404
assessments:transition                   GET     in  404  404  404  404  404  404  404  404  200  200  404  404
assessments:transition                   POST    in  404  404  404  404  404  404  404  404  302  422  404  404
assessments:transition-act               GET     in  404  404  404  404  404  404  404  404  200  404  404  404
assessments:transition-undo              POST    in  404  404  404  404  404  404  404  404  302  404  404  404
reports:cohort                           GET     in  404  404  200  200  404  200  200  200  200  200  200  404
reports:cohort-csv                       POST    in  404  404  200  200  404  200  200  200  200  200  200  404
reports:record                           GET     in  404  404  404  404  404  200  200  404  200  200  404  404
health-live                              GET    200  200  200  200  200  200  200  200  200  200  200  200  200
health-ready                             GET    200  200  200  200  200  200  200  200  200  200  200  200  200
"""
