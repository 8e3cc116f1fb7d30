"""Addresses of the end of a year: what is left, settlements, what may go over; and where money came from."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import carry_consents, settlements, sources, year_end

urlpatterns: list[URLPattern] = [
    path("years/", year_end.years, name="years"),
    path("years/<int:year>/", year_end.year_end, name="year_end"),
    path("years/<int:year>/settle/", settlements.settlement_propose, name="settlement_propose"),
    path("years/accounts/<int:pk>/carry/", carry_consents.carry_consent, name="carry_consent"),
    path("years/consents/<int:pk>/withdraw/", carry_consents.carry_consent_end, name="carry_consent_end"),
    path("years/settlements/<int:pk>/", settlements.settlement, name="settlement"),
    path("years/settlements/<int:pk>/sign/", settlements.settlement_sign, name="settlement_sign"),
    path("years/settlements/<int:pk>/refuse/", settlements.settlement_refuse, name="settlement_refuse"),
    path("years/settlements/<int:pk>/scans/<uuid:scan>/", settlements.settlement_scan, name="settlement_scan"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<int:year>.csv", sources.sources_csv, name="sources_csv"),
]
