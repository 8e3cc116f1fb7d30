"""Addresses of donations: what everybody reads, and the whole way of the money for whoever gave it."""

from django.urls import path

from sanhu.portals.public.views import donation_files, donations, own_donation

urlpatterns = [
    path("donations/", donations.donations, name="donations"),
    path("donations/mine/", own_donation.donor_key, name="donor_key"),
    path("donations/mine/way/", own_donation.own_donation, name="own_donation"),
    path("donations/mine/way.csv", own_donation.own_donation_csv, name="own_donation_csv"),
    path("donations/mine/proof.json", own_donation.own_donation_json, name="own_donation_json"),
    path("donations/mine/vouchers/<str:voucher>/proof.json", own_donation.own_step_json, name="own_step_json"),
    path("donations/mine/leave/", own_donation.leave_donation, name="leave_donation"),
    path("donations/<str:number>/", donations.donation, name="donation"),
    path("donations/<str:number>/donation.csv", donation_files.donation_csv, name="donation_csv"),
    path("donations/<str:number>/proof.json", donation_files.donation_json, name="donation_json"),
    path(
        "donations/<str:number>/vouchers/<str:voucher>/proof.json",
        donation_files.donation_step_json,
        name="donation_step_json",
    ),
]
