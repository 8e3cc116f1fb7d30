"""Addresses of applications and admitted tasks."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import (
    application_drafts,
    application_moves,
    applications,
    task_moves,
    task_payments,
    task_powers,
    tasks,
)

urlpatterns: list[URLPattern] = [
    path("applications/", applications.applications, name="applications"),
    path("applications/new/", application_drafts.application_new, name="application_new"),
    path("applications/<str:number>/", applications.application, name="application"),
    path("applications/<str:number>/edit/", application_drafts.application_edit, name="application_edit"),
    path("applications/<str:number>/moves/<str:move>/", application_moves.application_move, name="application_move"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/instalments/<int:pk>/pay/", task_payments.instalment_pay, name="instalment_pay"),
    path("tasks/powers/<int:pk>/withdraw/", task_powers.power_withdraw, name="power_withdraw"),
    path("tasks/<str:number>/", tasks.task, name="task"),
    path("tasks/<str:number>/power/", task_powers.power_give, name="power_give"),
    path("tasks/<str:number>/moves/<str:move>/", task_moves.task_move, name="task_move"),
]
