"""Addresses of reports."""

from django.urls import path

from pages.cohort import caseload, heat_map, mailings, my_people, overview, saved_views, views

urlpatterns = [
    path("cohort/", views.cohort, name="cohort"),
    path("cohort/overview/", overview.overview, name="overview"),
    path("cohort/heat-map/", heat_map.heat_map, name="heat-map"),
    path("cohort.csv", views.cohort_csv, name="cohort-csv"),
    path("cohort.xlsx", views.cohort_xlsx, name="cohort-xlsx"),
    path("cohort/reports/", views.cohort_reports, name="cohort-reports"),
    path("caseload/", caseload.caseload, name="caseload"),
    path("my-people/", my_people.my_people, name="my-people"),
    path("cohort/views/", saved_views.saved_views, name="saved-views"),
    path("cohort/views/<uuid:view_id>/", saved_views.saved_view, name="saved-view"),
    path("cohort/views/<uuid:view_id>/remove/", saved_views.saved_view_remove, name="saved-view-remove"),
    path("cohort/views/<uuid:view_id>/email/", mailings.saved_view_mail, name="saved-view-mail"),
    path("cohort/views/<uuid:view_id>/email/stop/", mailings.saved_view_mail_end, name="saved-view-mail-end"),
    path("record/", views.record, name="record"),
]
