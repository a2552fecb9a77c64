"""Addresses of a learner's file."""

from django.urls import path

from pages.learner_file import audit, documents, support

urlpatterns = [
    path("apprenticeships/<uuid:apprenticeship_id>/file/", documents.learner_file, name="learner-file"),
    path("apprenticeships/<uuid:apprenticeship_id>/file/add/", documents.document_add, name="document-add"),
    path("apprenticeships/<uuid:apprenticeship_id>/support/", support.learning_support, name="learning-support"),
    path("apprenticeships/<uuid:apprenticeship_id>/audit/", audit.audit_pack, name="audit-pack"),
    path("documents/<uuid:document_id>/", documents.document, name="document"),
    path("documents/<uuid:document_id>/open/", documents.document_open, name="document-open"),
    path("documents/<uuid:document_id>/withdraw/", documents.document_withdraw, name="document-withdraw"),
    path("documents/<uuid:document_id>/readers/", documents.document_readers, name="document-readers"),
]
