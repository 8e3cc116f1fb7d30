"""Addresses of going back: what is to leave a committee, and one return with its way."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import return_moves, return_proposing, returns

urlpatterns: list[URLPattern] = [
    path("returns/", returns.returns, name="returns"),
    path("returns/new/", return_proposing.return_new, name="return_new"),
    path("returns/<str:number>/", returns.return_proposal, name="return_proposal"),
    path("returns/<str:number>/moves/<str:move>/", return_moves.return_proposal_move, name="return_proposal_move"),
]
