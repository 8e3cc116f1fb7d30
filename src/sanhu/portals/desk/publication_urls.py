"""Addresses of what is looked at before it is public."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import publications

urlpatterns: list[URLPattern] = [
    path("publications/", publications.publications, name="publications"),
    path("publications/<int:pk>/", publications.publication, name="publication"),
    path("publications/<int:pk>/photo/", publications.publication_photo, name="publication_photo"),
    path("publications/<int:pk>/preview/", publications.publication_preview, name="publication_preview"),
]
