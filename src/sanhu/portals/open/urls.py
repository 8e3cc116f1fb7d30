"""Addresses of the interface, and the page that describes it."""

from django.urls import URLPattern, URLResolver, path

from sanhu.portals.open import (
    desk_gate,
    desk_matters,
    desk_money,
    public_accounts,
    public_lists,
    public_matters,
    reports,
)
from sanhu.portals.open.api import ABOUT, TITLE, KeepableParser, OpenApi, ReadableRenderer
from sanhu.portals.open.reference import reference

api = OpenApi(
    title=TITLE,
    version="1.0",
    description=ABOUT,
    docs_url=None,
    urls_namespace="api",
    parser=KeepableParser(),
    renderer=ReadableRenderer(),
)
for public in (public_matters, public_lists, public_accounts, reports):
    api.add_router("", public.router)
for desk in (desk_matters, desk_gate, desk_money):
    api.add_router("/desk", desk.router)

urlpatterns: list[URLPattern | URLResolver] = [
    path("docs/", reference, {"api": api}, name="api_reference"),
    path("", api.urls),
]
