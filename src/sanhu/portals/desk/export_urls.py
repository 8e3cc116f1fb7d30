"""Addresses of what leaves the desk: lists as files, and digests."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import digests, exports

urlpatterns: list[URLPattern] = [
    path("exports/", exports.exports, name="exports"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/cancel/", exports.export_cancel, name="export_cancel"),
    path("exports/<int:pk>/file/", exports.export_file, name="export_file"),
    path("exports/new/<slug:listed>/", exports.export_ask, name="export_ask"),
    path("digest/", digests.digest, name="digest"),
    path("digest/<int:pk>/end/", digests.digest_end, name="digest_end"),
    path("digest/<int:pk>/test/", digests.digest_test, name="digest_test"),
]
