"""Addresses of the communities' accounts: pages, files, and how every posting is checked."""

from django.urls import path

from sanhu.portals.public.views import account_files, account_sources, accounts, lottery, performance

urlpatterns = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/vouchers/<str:number>/", accounts.account_voucher, name="account_voucher"),
    path("accounts/vouchers/<str:number>/proof.json", account_files.account_voucher_json, name="account_voucher_json"),
    path("accounts/lottery/", lottery.lottery_projects, name="lottery_projects"),
    path("accounts/lottery/notices/<int:pk>/", lottery.lottery_notice, name="lottery_notice"),
    path("accounts/lottery/notices/<int:pk>/notice.csv", lottery.lottery_notice_csv, name="lottery_notice_csv"),
    path("accounts/lottery/<str:number>/", lottery.lottery_project, name="lottery_project"),
    path("accounts/performance/", performance.performances, name="performances"),
    path("accounts/performance/<str:number>/", performance.performance, name="performance"),
    path("accounts/<str:area>/", accounts.account, name="account"),
    path("accounts/<str:area>/<int:year>/sources/", account_sources.account_sources, name="account_sources"),
    path("accounts/<str:area>/<str:period>/", accounts.account_period, name="account_period"),
    path("accounts/<str:area>/<str:period>/account.csv", account_files.account_csv, name="account_csv"),
    path(
        "accounts/<str:area>/<str:period>/published-<int:ordinal>.csv",
        account_files.account_published,
        name="account_published",
    ),
    path(
        "accounts/<str:area>/<str:period>/proof-<int:ordinal>.json",
        account_files.account_proof_json,
        name="account_proof_json",
    ),
]
