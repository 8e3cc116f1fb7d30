"""Addresses of the desk. A page's address, template and view share a name; all moves share one."""

from django.urls import include, path

from sanhu.portals.desk.views import delegations, inbox, matters, moves, register

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("", include("sanhu.portals.desk.sign_in_urls")),
    path("posts/", delegations.posts, name="posts"),
    path("posts/<int:pk>/delegate/", delegations.delegation_new, name="delegation_new"),
    path("posts/delegations/<int:pk>/end/", delegations.delegation_end, name="delegation_end"),
    path("register/", register.register, name="register"),
    path("", include("sanhu.portals.desk.list_urls")),
    path("matters/<str:number>/", matters.matter, name="matter"),
    path("matters/<str:number>/photos/<uuid:photo>/", matters.photo, name="matter_photo"),
    path("matters/<str:number>/moves/<str:move>/", moves.move, name="move"),
    path("", include("sanhu.portals.desk.matter_urls")),
    path("", include("sanhu.portals.desk.demand_urls")),
    path("", include("sanhu.portals.desk.burden_urls")),
    path("", include("sanhu.portals.desk.budget_urls")),
    path("", include("sanhu.portals.desk.performance_urls")),
    path("", include("sanhu.portals.desk.funding_urls")),
    path("", include("sanhu.portals.desk.year_end_urls")),
    path("", include("sanhu.portals.desk.earmark_urls")),
    path("", include("sanhu.portals.desk.donation_urls")),
    path("", include("sanhu.portals.desk.gate_urls")),
    path("", include("sanhu.portals.desk.return_urls")),
    path("", include("sanhu.portals.desk.personal_data_urls")),
    path("", include("sanhu.portals.desk.publication_urls")),
    path("", include("sanhu.portals.desk.token_urls")),
    path("", include("sanhu.portals.desk.export_urls")),
    path("", include("sanhu.portals.desk.catalogue_urls")),
    path("", include("sanhu.portals.desk.administration_urls")),
    path("", include("sanhu.portals.desk.catalogue_import_urls")),
    path("", include("sanhu.portals.desk.instrument_urls")),
]
