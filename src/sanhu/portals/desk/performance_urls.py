"""Addresses of budget performance: of a budget, and of each of its lines."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import performance, performance_moves

_LINE = "budgets/<str:number>/performance/<str:line>/"

urlpatterns: list[URLPattern] = [
    path("budgets/<str:number>/performance/", performance.performance, name="performance"),
    path(_LINE, performance.performance_line, name="performance_line"),
    path(f"{_LINE}targets/", performance_moves.performance_targets, name="performance_targets"),
    path(f"{_LINE}check/", performance_moves.performance_check, name="performance_check"),
    path(f"{_LINE}evaluate/", performance_moves.performance_evaluate, name="performance_evaluate"),
    path(f"{_LINE}review/", performance_moves.performance_review, name="performance_review"),
]
