"""Addresses of money: accounts, vouchers, statements, closing a year."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import (
    differences,
    disclosures,
    ledger_accounts,
    statements,
    voucher_moves,
    vouchers,
    years,
)

urlpatterns: list[URLPattern] = [
    path("accounts/", ledger_accounts.accounts, name="accounts"),
    path("accounts/<int:pk>/", ledger_accounts.account, name="account"),
    path("accounts/appropriate/", ledger_accounts.appropriate, name="appropriate"),
    path("vouchers/", vouchers.vouchers, name="vouchers"),
    path("vouchers/<str:number>/", vouchers.voucher, name="voucher"),
    path("vouchers/<str:number>/scans/<uuid:scan>/", vouchers.voucher_scan, name="voucher_scan"),
    path("vouchers/<str:number>/sign/", voucher_moves.voucher_sign, name="voucher_sign"),
    path("vouchers/<str:number>/reject/", voucher_moves.voucher_reject, name="voucher_reject"),
    path("vouchers/<str:number>/reverse/", voucher_moves.voucher_reverse, name="voucher_reverse"),
    path("statements/", statements.statements, name="statements"),
    path("statements/import/", statements.statement_import, name="statement_import"),
    path("statements/match/", differences.statement_match, name="statement_match"),
    path("statements/differences/", differences.differences, name="differences"),
    path("statements/differences/explain/", differences.difference_explain, name="difference_explain"),
    path("statements/differences/<int:pk>/", differences.clearing, name="clearing"),
    path("statements/differences/<int:pk>/sign/", differences.clearing_sign, name="clearing_sign"),
    path("statements/differences/<int:pk>/refuse/", differences.clearing_refuse, name="clearing_refuse"),
    path("statements/<int:pk>/", statements.statement, name="statement"),
    path("disclosures/", disclosures.disclosures, name="disclosures"),
    path("disclosures/<str:area>/<str:period>/", disclosures.disclosure, name="disclosure"),
    path("years/close/", years.year_close, name="year_close"),
]
