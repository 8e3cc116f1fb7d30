"""Addresses for residents. A page's address, template and view share a name."""

from django.urls import path

from sanhu.portals.public import accounts_urls, donations_urls, gate_urls
from sanhu.portals.public.views import (
    alike,
    catalogue,
    contact,
    home,
    joining,
    kept,
    matter_files,
    matter_map,
    matters,
    receipt,
    record,
    report,
    supplements,
)

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("report/", report.report, name="report"),
    path("report/map-<int:width>.svg", report.district_map_svg, name="district_map"),
    path("report/alike/", alike.alike, name="alike"),
    path("kept/", kept.kept, name="kept"),
    path("receipt/", receipt.receipt, name="receipt"),
    path("receipt/matter/", receipt.my_matter, name="my_matter"),
    path("receipt/notice/", receipt.notice, name="notice"),
    path("receipt/rate/", receipt.rate, name="rate"),
    path("receipt/urge/", receipt.urge, name="urge"),
    path("receipt/supplement/", supplements.supplement, name="supplement"),
    path("receipt/contact/", contact.contact, name="contact"),
    path("receipt/photos/<uuid:photo>/", receipt.photo, name="photo"),
    path("receipt/joined/", joining.my_joined, name="my_joined"),
    path("receipt/joined/leave/", joining.leave_joined, name="leave_joined"),
    path("receipt/leave/", receipt.leave, name="leave"),
    path("matters/", matters.matters, name="matters"),
    path("matters/map/", matter_map.matter_map, name="matter_map"),
    path("matters/matters.csv", matter_files.matters_csv, name="matters_csv"),
    path("matters/feed.atom", matter_files.matters_feed, name="matters_feed"),
    path("matters/<str:number>/", matters.matter, name="matter"),
    path("matters/<str:number>/join/", joining.join, name="join"),
    path("matters/<str:number>/photos/<uuid:photo>/", matters.photo, name="matter_photo"),
    path("matters/<str:number>/proof/", record.proof, name="proof"),
    path("matters/<str:number>/proof.json", record.proof_json, name="proof_json"),
    path("record/", record.record, name="record"),
    path("record/checkpoint.txt", record.checkpoint_txt, name="checkpoint"),
    path("record/public-key.pem", record.public_key_pem, name="public_key"),
    path("record/verify_record.py", record.verifier_py, name="verifier"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/<str:code>/", catalogue.item, name="item"),
    *gate_urls.urlpatterns,
    *accounts_urls.urlpatterns,
    *donations_urls.urlpatterns,
]
