"""Addresses of budgets: of a year and level, their adjustments, plans and reference rates."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import budget_adjustments, budget_moves, budgets, plans

urlpatterns: list[URLPattern] = [
    path("budgets/", budgets.budgets, name="budgets"),
    path("budgets/new/", budget_moves.budget_new, name="budget_new"),
    path("budgets/plans/", plans.plans, name="plans"),
    path("budgets/plans/new/", plans.plan_new, name="plan_new"),
    path("budgets/plans/<int:pk>/", plans.plan, name="plan"),
    path("budgets/plans/<int:pk>/correct/", plans.plan_correct, name="plan_correct"),
    path("budgets/rates/", plans.reference_rates, name="reference_rates"),
    path("budgets/<str:number>/", budgets.budget, name="budget"),
    path("budgets/<str:number>/edit/", budget_moves.budget_edit, name="budget_edit"),
    path("budgets/<str:number>/moves/<str:move>/", budget_moves.budget_move, name="budget_move"),
    path("budgets/<str:number>/adjust/", budget_adjustments.budget_adjust, name="budget_adjust"),
    path(
        "budgets/<str:number>/adjustments/<int:position>/",
        budget_adjustments.budget_adjustment,
        name="budget_adjustment",
    ),
]
