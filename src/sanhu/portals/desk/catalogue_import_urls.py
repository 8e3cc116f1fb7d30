"""Addresses for bringing in the district's own list."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import catalogue_import

urlpatterns: list[URLPattern] = [
    path("catalogue/import/", catalogue_import.catalogue_import, name="catalogue_import"),
    path("catalogue/import/template.xlsx", catalogue_import.catalogue_template, name="catalogue_template"),
    path("catalogue/import/list.<str:form>", catalogue_import.catalogue_list, name="catalogue_list"),
]
