"""Addresses of demands on committees: what was handed down, the letters about it, and the right to refuse."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import demand_moves, demands, inflows, letters, rights

urlpatterns: list[URLPattern] = [
    path("demands/", demands.demands, name="demands"),
    path("demands/new/", demands.demand_new, name="demand_new"),
    path("demands/<str:number>/", demands.demand, name="demand"),
    path("demands/<str:number>/moves/<str:move>/", demand_moves.demand_move, name="demand_move"),
    path("inflows/", inflows.inflows, name="inflows"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("refusal-rights/", rights.rights, name="rights"),
    path("refusal-rights/new/", rights.right_new, name="right_new"),
    path("refusal-rights/<int:pk>/end/", rights.right_end, name="right_end"),
]
