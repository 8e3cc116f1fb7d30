"""Addresses of donations at the desk."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import donation_moves, donations, donors

urlpatterns: list[URLPattern] = [
    path("donations/", donations.donations, name="donations"),
    path("donations/new/", donation_moves.donation_register, name="donation_register"),
    path("donations/<str:number>/", donations.donation, name="donation"),
    path("donations/<str:number>/receipt/", donations.donation_receipt, name="donation_receipt"),
    path("donations/<str:number>/scans/<int:change>/<uuid:scan>/", donations.donation_scan, name="donation_scan"),
    path("donations/<str:number>/receive/", donation_moves.donation_receive, name="donation_receive"),
    path("donations/<str:number>/spend/", donation_moves.donation_spend, name="donation_spend"),
    path("donations/<str:number>/key/", donation_moves.donation_key, name="donation_key"),
    path("donations/<str:number>/purpose/", donation_moves.donation_purpose, name="donation_purpose"),
    path("donations/<str:number>/publish/", donation_moves.donation_publish, name="donation_publish"),
    path("personal-data/donors/", donors.donors, name="donors"),
    path("personal-data/donors/<str:number>/erase/", donors.donor_erase, name="donor_erase"),
]
