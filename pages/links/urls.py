"""Addresses of confirmations: those of who asks, and those of the people who are asked, which need no account."""

from django.urls import path

from pages.links import answering, asking, behaviours

urlpatterns = [
    path("submissions/<uuid:submission_id>/ask/", asking.ask_testimony, name="ask-testimony"),
    path("apprenticeships/<uuid:apprenticeship_id>/ask-employer/", asking.ask_employer, name="ask-employer"),
    path("apprenticeships/<uuid:apprenticeship_id>/behaviours/", behaviours.behaviours, name="behaviours"),
    path("confirmations/<uuid:verification_id>/", asking.verification, name="verification"),
    path("confirmations/<uuid:verification_id>/resend/", asking.verification_resend, name="verification-resend"),
    path("confirmations/<uuid:verification_id>/withdraw/", asking.verification_withdraw, name="verification-withdraw"),
    path("sign/done/<slug:what>/", answering.done, name="link-done"),
    path("sign/<str:token>/", answering.link, name="link"),
    path("sign/<str:token>/start/", answering.link_start, name="link-start"),
    path("sign/<str:token>/confirm/", answering.link_sign, name="link-sign"),
    path("sign/<str:token>/later/", answering.link_later, name="link-later"),
    path("sign/<str:token>/decline/", answering.link_decline, name="link-decline"),
    path("sign/<str:token>/pass-on/", answering.link_pass_on, name="link-pass-on"),
    path("sign/<str:token>/files/<uuid:file_id>/", answering.link_file, name="link-file"),
    path("receipts/<str:token>/", answering.receipt, name="receipt"),
    path("receipts/<str:token>/not-me/", answering.receipt_not_me, name="receipt-not-me"),
]
