"""Addresses about personal data: looking at it, erasing it, how long it is kept."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import erasures, looks, retention

urlpatterns: list[URLPattern] = [
    path("matters/<str:number>/look/<str:field>/", looks.unmask, name="unmask"),
    path("matters/<str:number>/erase/", erasures.erasure_ask, name="erasure_ask"),
    path("people/<int:pk>/look/", looks.person_unmask, name="person_unmask"),
    path("people/<int:pk>/erase/", erasures.person_erase, name="person_erase"),
    path("personal-data/", retention.retention, name="retention"),
    path("personal-data/looks/", looks.looks, name="looks"),
    path("personal-data/erasures/", erasures.erasures, name="erasures"),
    path("personal-data/erasures/<int:pk>/", erasures.erasure, name="erasure"),
]
