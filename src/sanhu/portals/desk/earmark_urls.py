"""Addresses of spending and of earmarks: projects, their money, and the yearly notice of lottery money."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import earmarks, lottery_notices, spending

urlpatterns: list[URLPattern] = [
    path("accounts/<int:pk>/spend/", spending.account_spend, name="account_spend"),
    path("earmarks/", earmarks.earmarks, name="earmarks"),
    path("earmarks/projects/new/", earmarks.project_new, name="project_new"),
    path("earmarks/notices/", lottery_notices.lottery_notices, name="lottery_notices"),
    path("earmarks/notices/<int:year>/", lottery_notices.lottery_notice, name="lottery_notice"),
    path("earmarks/<str:number>/", earmarks.earmark, name="earmark"),
    path("earmarks/<str:number>/receive/", earmarks.project_receive, name="project_receive"),
]
