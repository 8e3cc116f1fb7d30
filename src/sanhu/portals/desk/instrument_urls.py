"""Addresses of the legal instruments a catalogue rests on."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import instruments

urlpatterns: list[URLPattern] = [
    path("catalogue/instruments/", instruments.instruments, name="instruments"),
    path("catalogue/instruments/draft/", instruments.instrument_draft, name="instrument_draft"),
    path("catalogue/instruments/register/", instruments.instrument_register, name="instrument_register"),
    path("catalogue/instruments/<int:pk>/", instruments.instrument, name="instrument"),
    path("catalogue/instruments/<int:pk>/stages/<str:stage>/", instruments.instrument_stage, name="instrument_stage"),
]
