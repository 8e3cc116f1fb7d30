"""Addresses of the desk. A page's address, template and view share a name; all moves share one."""

from django.urls import include, path

from sanhu.portals.desk.views import inbox, matter_list, matters, moves, register, sign_in

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.change_password, name="change_password"),
    path("posts/", sign_in.posts, name="posts"),
    path("register/", register.register, name="register"),
    path("matters/", matter_list.matters, name="matters"),
    path("matters/<str:number>/", matters.matter, name="matter"),
    path("matters/<str:number>/photos/<uuid:photo>/", matters.photo, name="matter_photo"),
    path("matters/<str:number>/moves/<str:move>/", moves.move, name="move"),
    path("", include("sanhu.portals.desk.demand_urls")),
    path("", include("sanhu.portals.desk.funding_urls")),
    path("", include("sanhu.portals.desk.gate_urls")),
    path("", include("sanhu.portals.desk.personal_data_urls")),
    path("", include("sanhu.portals.desk.administration_urls")),
]
