"""Addresses of what committees carry."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import burden

urlpatterns: list[URLPattern] = [
    path("burden/", burden.burden, name="burden"),
    path("burden/burden.csv", burden.burden_csv, name="burden_csv"),
    path("burden/<str:area>/", burden.burden_of, name="burden_of"),
]
